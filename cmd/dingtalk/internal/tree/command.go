// Package tree prints the departments of an organization as a tree.
package tree

import (
	"context"
	"io"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Prints the departments of an organization as a tree, each with its ID, the number of its members and its managers:

  Organization (1): 3 people, 60 with sub-departments
  ├── 研发中心 (724960201): 4 people, 31 with sub-departments, led by 林悦
  │   ├── Platform (724960202): 20 people
  │   └── ✗ department 724960203: not found
  └── Sales (724960204): 12 people, led by Zhao Min

It begins at the departments that the app may see, or at the one of -dept. A department that cannot be read is shown in
its place with the reason. As JSON or CSV there is a line for each department, after that of its parent.`

// options holds the flags.
type options struct {
	dept     int64
	depth    int
	managers bool
}

// Command returns the command.
func Command() app.Command {
	var o options
	return app.Command{
		Name: "tree", Short: "print the departments as a tree", Text: text,
		Flags: []urfave.Flag{
			&urfave.Int64Flag{Name: "dept", Destination: &o.dept, Usage: "`ID` of the department to begin at; 0 begins at all that the app may see"},
			&urfave.IntFlag{Name: "depth", Destination: &o.depth, Usage: "number of `LEVELS` to show below the top; 0 shows all"},
			&urfave.BoolFlag{Name: "managers", Value: true, Destination: &o.managers, Usage: "show the managers of the departments, at a call for each manager"},
		},
		Needs: app.Reads, Formats: output.All(),
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, o) },
	}
}

func run(ctx context.Context, r *app.Run, o options) int {
	switch {
	case o.dept < 0:
		return r.Misused("-dept %d: an ID is above 0", o.dept)
	case o.depth < 0:
		return r.Misused("-depth %d: it must be 0 or more", o.depth)
	}
	target, err := r.Open(ctx, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	t := newTree(target.Client, o.depth)
	t.read(ctx, o.dept)
	var names map[string]string // nil hides the managers
	if o.managers {
		names = t.readManagers(ctx)
	}
	if r.Format == output.Table {
		_, err = io.WriteString(r.Stdout, t.render(names))
	} else {
		err = t.print(output.NewPrinter(r.Stdout, r.Format, header), names)
	}
	if err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	return t.report(r)
}

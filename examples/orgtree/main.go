// Orgtree prints the departments of an organization as a tree.
package main

import (
	"context"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Orgtree prints the departments of an organization as a tree, each with its ID, the number of its members and its
managers:

  Organization (1): 3 people, 60 with sub-departments
  ├── 研发中心 (724960201): 4 people, 31 with sub-departments, led by 林悦
  │   ├── Platform (724960202): 20 people
  │   └── ✗ department 724960203: not found
  └── Sales (724960204): 12 people, led by Zhao Min

It begins at the departments that the app may see, or at the one of -dept. A department that cannot be read is shown in
its place with the reason. The exit code is 0 if everything was read, 1 if not, 2 for wrong usage.`

func main() { cli.Main("orgtree", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	dept := flags.Int64("dept", 0, "`ID` of the department to begin at; 0 begins at all that the app may see")
	depth := flags.Int("depth", 0, "number of `levels` to show below the top; 0 shows all")
	managers := flags.Bool("managers", true, "show the managers of the departments, at a call for each manager")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	switch {
	case *dept < 0:
		return p.Fail(cli.Usage, "-dept %d: an ID is above 0", *dept)
	case *depth < 0:
		return p.Fail(cli.Usage, "-depth %d: it must be 0 or more", *depth)
	}

	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	t := newTree(target.Client, *depth)
	t.read(ctx, *dept)
	var names map[string]string // nil hides the managers
	if *managers {
		names = t.readManagers(ctx)
	}
	if _, err := io.WriteString(p.Stdout, t.render(names)); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return t.report(p.Stderr)
}

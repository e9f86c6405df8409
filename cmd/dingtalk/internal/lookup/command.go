// Package lookup finds people by mobile number, union ID or userid, many at once.
package lookup

import (
	"context"
	"errors"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Finds people by mobile number, union ID or userid, many at once, and prints them in the order of the queries:

  dingtalk lookup -mobile 13800001234 +852-51234567
  dingtalk lookup -userid -o json <userids.txt

Without a flag it guesses the kind of each query: text that begins with + and mainland numbers of 11 digits are mobile
numbers, text of at least 20 letters and digits that ends in "iE" is a union ID, and anything else is a userid. Without
queries it reads them from standard input, one per line; with -emulator on a terminal it looks up some of the invented
people. JSON and CSV are printed as soon as they are known, a line per query.`

// Command returns the command.
func Command() app.Command {
	var kinds [3]bool
	return app.Command{
		Name: "lookup", Short: "find people by mobile number, union ID or userid", Args: "[number or ID ...]", Text: text,
		Flags: []urfave.Flag{
			&urfave.BoolFlag{Name: "mobile", Destination: &kinds[0], Usage: "look up mobile numbers, foreign ones as +852-51234567"},
			&urfave.BoolFlag{Name: "unionid", Destination: &kinds[1], Usage: "look up union IDs"},
			&urfave.BoolFlag{Name: "userid", Destination: &kinds[2], Usage: "look up userids"},
		},
		Needs: app.Reads, Formats: output.All(),
		Run: func(ctx context.Context, r *app.Run) int {
			var only []kind
			for i, k := range []kind{mobile, unionID, userID} {
				if kinds[i] {
					only = append(only, k)
				}
			}
			if len(only) > 1 {
				return r.Misused("-mobile, -unionid and -userid exclude each other: omit them to mix kinds")
			}
			return run(ctx, r, only)
		},
	}
}

// run looks up the queries, which are all of one kind if there is one.
func run(ctx context.Context, r *app.Run, only []kind) int {
	target, err := r.Open(ctx, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	texts, err := readQueries(ctx, r, target)
	switch {
	case err != nil && ctx.Err() != nil:
		return r.Fail(cli.Failed, "interrupted")
	case err != nil:
		return r.Misused("standard input: %v", err)
	}
	queries := make([]*query, len(texts))
	for i, text := range texts {
		queries[i] = &query{text: text, kind: guessKind(text)}
		if len(only) == 1 {
			queries[i].kind = only[0]
		}
	}

	out := output.NewPrinter(r.Stdout, r.Format, header(r.Format))
	s := &search{client: target.Client, departments: map[int64]string{}}
	for found := range s.run(ctx, queries) {
		if err == nil {
			err = out.Print(found, found.cells(r.Format)...)
		}
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	return s.report(r)
}

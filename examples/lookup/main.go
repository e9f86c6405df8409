// Lookup finds people by mobile number, union ID or userid, many at once.
package main

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Lookup finds people by mobile number, union ID or userid, many at once, and prints them in the order of the queries,
one per line:

  lookup -mobile 13800001234 +852-51234567
  lookup -userid -json <userids.txt

Without a flag it guesses the kind of each query: text that begins with + and mainland numbers of 11 digits are mobile
numbers, text of at least 20 letters and digits that ends in "iE" is a union ID, and anything else is a userid. Without
queries it reads them from standard input, one per line; with -emulator on a terminal it looks up some of the invented
people. The exit code is 0 if all people were found, 1 if not, 2 for wrong usage.`

func main() { cli.Main("lookup", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	var kinds []kind
	as := func(k kind) func(string) error {
		return func(string) error {
			kinds = append(kinds, k)
			return nil
		}
	}
	flags.BoolFunc("mobile", "look up mobile numbers, foreign ones as +852-51234567", as(mobile))
	flags.BoolFunc("unionid", "look up union IDs", as(unionID))
	flags.BoolFunc("userid", "look up userids", as(userID))
	asJSON := flags.Bool("json", false, "print a line of JSON per query as soon as it is known, instead of a table")
	if code, done := p.Parse(flags, cli.Help{Args: "[number or ID ...]", Text: help, Env: service.Env}); done {
		return code
	}
	if len(kinds) > 1 {
		return p.Fail(cli.Usage, "-mobile, -unionid and -userid exclude each other: omit them to mix kinds")
	}

	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	texts, err := readQueries(ctx, p, flags.Args(), target)
	switch {
	case err != nil && ctx.Err() != nil:
		return p.Fail(cli.Failed, "interrupted")
	case err != nil:
		return p.Fail(cli.Usage, "standard input: %v", err)
	}
	queries := make([]*query, len(texts))
	for i, text := range texts {
		queries[i] = &query{text: text, kind: guessKind(text)}
		if len(kinds) == 1 {
			queries[i].kind = kinds[0]
		}
	}

	out := printer(&table{to: p.Stdout})
	if *asJSON {
		out = &jsonLines{to: p.Stdout}
	}
	s := &search{client: target.Client, departments: map[int64]string{}}
	for r := range s.run(ctx, queries) {
		if err == nil {
			err = out.print(r)
		}
	}
	if err = errors.Join(err, out.flush()); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return s.report(p.Stderr)
}

// Lookup finds people by their mobile numbers, union IDs or userids, many at once, and prints who they are, one a
// line, in the order in which they were asked for:
//
//	lookup -mobile 13800001234 +852-51234567
//	lookup -userid -json <userids.txt
//
// Without a flag for the kind it is guessed: what begins with + or is a mainland number of 11 digits is a mobile
// number, what has 20 letters and digits at least and ends in "iE" is a union ID, anything else a userid. Without
// arguments they are read from standard input, one a line.
//
// It asks an emulator in its own process, or DingTalk if DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are set;
// DINGTALK_BASE_URL then chooses the host. On the emulator, if nothing is asked for, it looks up some of the
// invented people. It ends with 0 if everybody was found, 1 if not, 2 if it was called wrongly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("lookup", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(errOut, "usage: lookup [flag ...] [number or ID ...]; without any, they are read from standard input")
		flags.PrintDefaults()
	}
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
	asJSON := flags.Bool("json", false, "print lines of JSON, each as soon as it is known, instead of a table")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(kinds) > 1:
		return complain(errOut, 2, "-mobile, -unionid and -userid exclude each other: leave them out to mix kinds")
	}

	place, err := demo.Open(getenv, demo.Sample())
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	defer place.Close()
	texts, err := asked(ctx, flags.Args(), in, errOut, place)
	switch {
	case err != nil && ctx.Err() != nil:
		return complain(errOut, 1, "interrupted")
	case err != nil:
		return complain(errOut, 2, "standard input: %v", err)
	}
	queries := make([]*query, len(texts))
	for i, text := range texts {
		queries[i] = &query{text: text, kind: guess(text)}
		if len(kinds) == 1 {
			queries[i].kind = kinds[0]
		}
	}

	p := printer(&table{to: out})
	if *asJSON {
		p = &lines{to: out}
	}
	s := &search{client: place.Client, departments: map[int64]string{}}
	for answer := range s.answers(ctx, queries) {
		if err == nil {
			err = p.print(answer)
		}
	}
	if err = errors.Join(err, p.end()); err != nil {
		return complain(errOut, 1, "%v", err)
	}
	return s.report(errOut)
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "lookup: "+format+"\n", args...)
	return code
}

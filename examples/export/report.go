package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// report tells people how an export goes.
type report struct {
	to    io.Writer
	file  string // empty: standard output
	quiet bool
}

func (r *report) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.to, format+"\n", args...)
}

func (r *report) begin(o *output) {
	if r.quiet || len(o.seen) == 0 && len(o.done) == 0 {
		return
	}
	r.say("export: going on: %s of %s are in %s already", count(len(o.seen), "person", "people"),
		count(o.departments(), "department", "departments"), r.file)
}

// end closes the output and returns the exit code.
func (r *report) end(ctx context.Context, j *job, err error) int {
	done := count(len(j.out.seen), "person", "people") + " of " + count(j.out.departments(), "department", "departments")
	if err == nil && len(j.failed) == 0 {
		if err := j.out.finish(); err != nil {
			return complain(r.to, 1, "%v", err)
		}
		if !r.quiet {
			r.say("export: %s", done)
		}
		return 0
	}

	again := "; the same command goes on from there"
	if r.file == "" {
		again = ""
	}
	if len(j.failed) > 0 {
		r.failures(j)
	}
	err = errors.Join(err, j.out.close())
	switch {
	case j.out.broken != nil:
		r.say("export: %v%s", err, again)
	case ctx.Err() != nil:
		r.say("export: interrupted after %s%s", done, again)
	case err != nil:
		r.say("export: %v%s", err, whatToDo(err))
		r.say("export: ended after %s%s", done, again)
	case r.file != "":
		r.say("export: %s are complete; the same command tries the others again, until then %s.state remains", done, r.file)
	default:
		r.say("export: %s are complete", done)
	}
	return 1
}

// failures names the departments that are not complete, and what can be done.
func (r *report) failures(j *job) {
	r.say("export: not complete are")
	var advised []string
	for _, f := range j.failed {
		reason := f.err.Error()
		if f.people > 0 {
			reason = "without " + count(f.people, "person", "people") + ": " + reason
		}
		r.say("  %s: %s", columns.OneLine(j.tree.label(f.dept)), reason)
		if todo := whatToDo(f.err); !slices.Contains(advised, todo) {
			advised = append(advised, todo)
		}
	}
	if todo := strings.Join(advised, ""); todo != "" {
		r.say("%s", strings.TrimPrefix(todo, "\n"))
	}
}

// whatToDo is a line of its own for an error, or nothing.
func whatToDo(err error) string {
	if todo := advice.For(err); todo != "" {
		return "\nwhat to do: " + todo
	}
	return ""
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

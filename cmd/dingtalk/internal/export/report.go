package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// report prints the course of an export on standard error.
type report struct {
	*app.Run
	file string // "": standard output
}

// start reports what an earlier run has written.
func (r *report) start(o *records) {
	if len(o.users) == 0 && len(o.done) == 0 {
		return
	}
	r.Note("continuing: %s of %s are already in %s", cli.Count(len(o.users), "person", "people"),
		cli.Count(o.departments(), "department", "departments"), r.file)
}

// finish closes the output and returns the exit code.
func (r *report) finish(ctx context.Context, j *job, err error) int {
	done := cli.Count(len(j.out.users), "person", "people") + " of " + cli.Count(j.out.departments(), "department", "departments")
	if err == nil && len(j.failed) == 0 {
		if err := j.out.finish(); err != nil {
			return r.Fail(cli.Failed, "%v", err)
		}
		r.Note("%s", done)
		return cli.OK
	}

	again := "; the same command continues"
	if r.file == "" {
		again = ""
	}
	if len(j.failed) > 0 {
		r.failures(j)
	}
	err = errors.Join(err, j.out.close())
	switch {
	case j.out.failure != nil:
		r.Log("%v%s", err, again)
	case ctx.Err() != nil:
		r.Log("interrupted after %s%s", done, again)
	case err != nil:
		r.Log("%v%s", err, whatToDo(err))
		r.Log("stopped after %s%s", done, again)
	case r.file != "":
		r.Log("%s are complete; the same command retries the others, and %s.state remains until then", done, r.file)
	default:
		r.Log("%s are complete", done)
	}
	return cli.Failed
}

// failures lists the departments that are not complete, and what to do.
func (r *report) failures(j *job) {
	r.Log("not complete:")
	var advised []string
	for _, f := range j.failed {
		reason := f.err.Error()
		if f.people > 0 {
			reason = "without " + cli.Count(f.people, "person", "people") + ": " + reason
		}
		_, _ = fmt.Fprintf(r.Stderr, "  %s: %s\n", columns.OneLine(j.tree.label(f.dept)), reason)
		if text := whatToDo(f.err); !slices.Contains(advised, text) {
			advised = append(advised, text)
		}
	}
	if text := strings.Join(advised, ""); text != "" {
		_, _ = fmt.Fprintln(r.Stderr, strings.TrimPrefix(text, "\n"))
	}
}

// whatToDo returns a line with advice about an error, or nothing.
func whatToDo(err error) string {
	if text := advice.For(err); text != "" {
		return "\nwhat to do: " + text
	}
	return ""
}

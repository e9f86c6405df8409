package doctor

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// status is the first word of a line, for people and for grep.
type status string

const (
	passed    status = "ok"
	failed    status = "TROUBLE"
	notTested status = "not tested"
)

// report prints a line for each check, and collects what there is to do.
type report struct {
	out           io.Writer       // takes text
	records       *output.Printer // takes records instead, unless it is nil
	failure       error           // of a write
	findings      []finding
	missingPoints []string
	missingErrors finding // the errors behind missingPoints
	untested      bool
	last          string // the latest check
	unverifiedID  string // the client ID, until a token proves that it is not the secret; REDACTED in quoted errors
}

// finding is something to do, with the errors that show it.
type finding struct {
	advice string
	errors []string
}

// quote adds errors to a finding, each text once.
func (r *report) quote(f *finding, errs []error) {
	for _, err := range errs {
		text := err.Error()
		if len(r.unverifiedID) > len("secret") { // anything shorter also occurs in ordinary words
			text = strings.ReplaceAll(text, r.unverifiedID, "REDACTED")
		}
		if !slices.Contains(f.errors, text) {
			f.errors = append(f.errors, text)
		}
	}
}

// check is a line of the report, as JSON.
type check struct {
	Status status `json:"status"`
	Check  string `json:"check"`
	Detail string `json:"detail"`
}

// toDo is a finding, as JSON.
type toDo struct {
	ToDo   string   `json:"to_do"`
	Errors []string `json:"errors,omitzero"`
}

// header names the columns of CSV. A finding has no check.
var header = []string{"status", "check", "detail"}

func newReport(out io.Writer, format output.Format) report {
	r := report{out: out}
	if format != output.Table {
		r.records = output.NewPrinter(out, format, header)
	}
	return r
}

// print prints text, or nothing where records are printed.
func (r *report) print(format string, args ...any) {
	if r.records == nil {
		_, err := fmt.Fprintf(r.out, format, args...)
		r.failure = cmp.Or(r.failure, err)
	}
}

func (r *report) line(s status, name, detail string) {
	r.untested = r.untested || s == notTested
	r.last = name
	r.print("%-10s  %-27s  %s\n", s, name, detail)
	r.record(check{s, name, detail}, string(s), name, detail)
}

// continuation prints a further line of the check before it.
func (r *report) continuation(detail string) {
	r.print("%-10s  %-27s    %s\n", "", "", detail)
	r.record(check{passed, r.last, detail}, string(passed), r.last, detail)
}

// record prints a record where records are printed.
func (r *report) record(value any, cells ...string) {
	if r.records != nil {
		r.failure = cmp.Or(r.failure, r.records.Print(value, cells...))
	}
}

func (r *report) ok(name, detail string)   { r.line(passed, name, detail) }
func (r *report) skip(name, reason string) { r.line(notTested, name, reason) }

// trouble reports a finding. Findings with the same advice become one.
func (r *report) trouble(name, detail, advice string, errs ...error) {
	r.line(failed, name, detail)
	i := slices.IndexFunc(r.findings, func(f finding) bool { return f.advice == advice })
	if i < 0 {
		i = len(r.findings)
		r.findings = append(r.findings, finding{advice: advice})
	}
	r.quote(&r.findings[i], errs)
}

// missing reports permissions to request.
func (r *report) missing(name, detail string, permissions []string, errs ...error) {
	r.line(failed, name, detail)
	for _, p := range permissions {
		if !slices.Contains(r.missingPoints, p) {
			r.missingPoints = append(r.missingPoints, p)
		}
	}
	r.quote(&r.missingErrors, errs)
}

// printToDo prints what to do, and reports whether there is anything.
func (r *report) printToDo(console string) bool {
	findings := slices.Clone(r.findings)
	if len(r.missingPoints) > 0 {
		r.missingErrors.advice = advice.Console + ", request those that your program needs: " + strings.Join(r.missingPoints, ", ")
		findings = append(findings, r.missingErrors)
	}
	if len(findings) == 0 {
		return false
	}
	r.print("\nWhat to do%s:\n", console)
	for i, f := range findings {
		r.print("\n%d. %s\n", i+1, wrap(f.advice))
		for _, text := range f.errors {
			r.print("   %s\n", text)
		}
		r.record(toDo{f.advice, f.errors}, "to do", "", strings.Join(append([]string{f.advice}, f.errors...), "\n"))
	}
	return true
}

// wrap breaks a text into indented lines behind a number, and capitalizes its first letter.
func wrap(text string) string {
	const columns, indent = 96, "   "
	var b strings.Builder
	used := 0
	for word := range strings.FieldsSeq(strings.ToUpper(text[:1]) + text[1:]) {
		switch {
		case used == 0:
		case used+1+len(word) > columns:
			b.WriteString("\n" + indent)
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

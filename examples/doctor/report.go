package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

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
	out           io.Writer
	findings      []finding
	missingPoints []string
	missingErrors finding // the errors behind missingPoints
	untested      bool
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

func (r *report) line(s status, name, detail string) {
	r.untested = r.untested || s == notTested
	_, _ = fmt.Fprintf(r.out, "%-10s  %-27s  %s\n", s, name, detail)
}

// continuation prints a further line of the check before it.
func (r *report) continuation(detail string) {
	_, _ = fmt.Fprintf(r.out, "%-10s  %-27s    %s\n", "", "", detail)
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
	_, _ = fmt.Fprintf(r.out, "\nWhat to do%s:\n", console)
	for i, f := range findings {
		_, _ = fmt.Fprintf(r.out, "\n%d. %s\n", i+1, wrap(f.advice))
		for _, text := range f.errors {
			_, _ = fmt.Fprintf(r.out, "   %s\n", text)
		}
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

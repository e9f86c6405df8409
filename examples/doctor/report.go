package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// sign is the first word of a line, for people and for grep.
type sign string

const (
	fine      sign = "ok"
	trouble   sign = "TROUBLE"
	notTested sign = "not tested"
)

// report prints a line for each check and keeps what there is to do.
type report struct {
	out      io.Writer
	findings []finding
	lacking  finding  // of all permissions that are missing
	lacks    []string // their names
	untested bool
	unproven string // what was taken for the client ID, until a token proves that it is one and not the secret
}

// finding is something to do, and the errors that say so.
type finding struct {
	advice string
	said   []string
}

func (r *report) quote(f *finding, errs []error) {
	for _, err := range errs {
		text := err.Error()
		if len(r.unproven) > len("secret") { // whatever is shorter is in every other word
			text = strings.ReplaceAll(text, r.unproven, "REDACTED")
		}
		if !slices.Contains(f.said, text) {
			f.said = append(f.said, text)
		}
	}
}

func (r *report) line(s sign, name, detail string) {
	r.untested = r.untested || s == notTested
	_, _ = fmt.Fprintf(r.out, "%-10s  %-27s  %s\n", s, name, detail)
}

// more goes on where the line before ended.
func (r *report) more(detail string) {
	_, _ = fmt.Fprintf(r.out, "%-10s  %-27s    %s\n", "", "", detail)
}

func (r *report) ok(name, detail string)   { r.line(fine, name, detail) }
func (r *report) skip(name, reason string) { r.line(notTested, name, reason) }

// trouble reports a finding. What is to be done about several of them is said once.
func (r *report) trouble(name, detail, advice string, errs ...error) {
	r.line(trouble, name, detail)
	i := slices.IndexFunc(r.findings, func(f finding) bool { return f.advice == advice })
	if i < 0 {
		i = len(r.findings)
		r.findings = append(r.findings, finding{advice: advice})
	}
	r.quote(&r.findings[i], errs)
}

// missing reports permissions to request.
func (r *report) missing(name, detail string, permissions []string, errs ...error) {
	r.line(trouble, name, detail)
	for _, p := range permissions {
		if !slices.Contains(r.lacks, p) {
			r.lacks = append(r.lacks, p)
		}
	}
	r.quote(&r.lacking, errs)
}

// toDo prints what to do, and says whether there is anything.
func (r *report) toDo(console string) bool {
	findings := slices.Clone(r.findings)
	if len(r.lacks) > 0 {
		r.lacking.advice = advice.Console + ", request what your program needs of: " + strings.Join(r.lacks, ", ")
		findings = append(findings, r.lacking)
	}
	if len(findings) == 0 {
		return false
	}
	_, _ = fmt.Fprintf(r.out, "\nWhat to do%s:\n", console)
	for i, f := range findings {
		_, _ = fmt.Fprintf(r.out, "\n%d. %s\n", i+1, fill(f.advice))
		for _, said := range f.said {
			_, _ = fmt.Fprintf(r.out, "   %s\n", said)
		}
	}
	return true
}

// fill breaks a text into lines that stand under each other behind a number, and begins it as a sentence.
func fill(text string) string {
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

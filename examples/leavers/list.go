package main

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// list holds the rows of the people who left, and what could not be read.
type list struct {
	rows    [][]string
	rehired int
	noHR    error // why Smart HR was not read, where that is no fault
	failed  []error
}

// read adds the people.
func (l *list) read(people iter.Seq2[dingtalk.Leaver, error]) {
	for person, err := range people {
		if person.UserID != "" {
			l.rows = append(l.rows, row(person, err))
		}
		if person.Rehired {
			l.rehired++
		}
		switch {
		case err == nil:
		case person.UserID == "" && isWithoutHR(err):
			l.noHR = err
		default:
			l.failed = append(l.failed, err)
		}
	}
}

// isWithoutHR reports whether the organization has not opened Smart HR, or the app may not use it.
func isWithoutHR(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	missing := errors.Is(err, dingtalk.ErrPermission) && ok && slices.Contains(e.RequiredScopes, "qyapi_hrm_read_user")
	return missing || errors.Is(err, dingtalk.ErrPrecondition)
}

// row returns the row of a person, whose return is unknown if there is an error.
func row(l dingtalk.Leaver, err error) []string {
	date := "(date unknown)"
	if !l.Left.IsZero() {
		date = l.Left.In(chinatime.Zone).Format(time.DateOnly)
	}
	state := ""
	switch {
	case l.Rehired:
		state = "; REHIRED"
	case err != nil:
		state = "; whether they have returned is unknown"
	}
	return []string{date, cmp.Or(l.Name, "(no name)"), l.UserID, department(l), why(l) + state}
}

// department returns the department that a person left, as far as Smart HR knows it.
func department(l dingtalk.Leaver) string {
	for _, d := range l.Dismission.DeptList {
		return cmp.Or(d.DeptPath, fmt.Sprint(d.DeptID))
	}
	return cmp.Or(l.Dismission.MainDeptName, "-")
}

// ways holds how people leave Contacts.
var ways = map[string]string{
	"oapi": "deleted by an app", "delete": "deleted by an administrator", "leave": "left by themselves", "cancel": "closed their account",
	"unknown": "left for unknown reasons",
}

// why returns how and why a person left.
func why(l dingtalk.Leaver) string {
	how := cmp.Or(ways[l.Record.LeaveReason], l.Record.LeaveReason, "left, says Smart HR alone")
	reasons := slices.Concat(l.Dismission.VoluntaryReason, l.Dismission.PassiveReason)
	if l.Dismission.ReasonMemo != "" {
		reasons = append(reasons, l.Dismission.ReasonMemo)
	}
	if len(reasons) == 0 {
		return how
	}
	return how + ": " + strings.Join(reasons, ", ")
}

// text returns the table.
func (l *list) text() string {
	if len(l.rows) == 0 && len(l.failed) == 0 {
		return "No one has left.\n"
	}
	return columns.Table(l.rows)
}

// report prints the summary, what is missing and what to do about it, and returns the exit code.
func (l *list) report(p cli.Process) int {
	summary := fmt.Sprintf("%d left", len(l.rows))
	if l.rehired > 0 {
		summary += fmt.Sprintf(", of whom %d returned", l.rehired)
	}
	p.Log("%s", summary)
	if l.noHR != nil {
		p.Log("this is what Contacts knows; Smart HR could not be read: %v", l.noHR)
	}
	for _, err := range l.failed {
		p.Log("not everything could be read: %v", err)
	}
	for _, text := range advice.ForAll(l.failed) {
		_, _ = fmt.Fprintln(p.Stderr, "what to do: "+text)
	}
	if len(l.failed) > 0 {
		return cli.Failed
	}
	return cli.OK
}

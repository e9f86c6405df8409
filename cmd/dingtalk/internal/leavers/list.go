package leavers

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// list holds the people who left, and what could not be read.
type list struct {
	people  []leaver
	rehired int
	noHR    error // why Smart HR was not read, where that is no fault
	failed  []error
}

// read adds the people.
func (l *list) read(people iter.Seq2[dingtalk.Leaver, error]) {
	for person, err := range people {
		if person.UserID != "" {
			l.people = append(l.people, newLeaver(person, err))
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

// leaver is a person who left, as JSON.
type leaver struct {
	Left       string `json:"left,omitzero"` // the day in UTC+8; absent if it is unknown
	Name       string `json:"name,omitzero"`
	UserID     string `json:"userid"`
	Department string `json:"department,omitzero"` // the last one
	Reason     string `json:"reason"`
	Rehired    bool   `json:"rehired"`
	Error      string `json:"error,omitzero"` // why it is unknown whether they have returned
}

// newLeaver returns a person, whose return is unknown if there is an error.
func newLeaver(l dingtalk.Leaver, err error) leaver {
	p := leaver{Name: l.Name, UserID: l.UserID, Department: department(l), Reason: why(l), Rehired: l.Rehired}
	if !l.Left.IsZero() {
		p.Left = l.Left.In(chinatime.Zone).Format(time.DateOnly)
	}
	if err != nil {
		p.Error = advice.Reason(err)
	}
	return p
}

// header names the columns of CSV.
var header = []string{"left", "name", "userid", "department", "reason", "rehired", "error"}

// cells returns a person as a row of a table, which has no header, or of CSV.
func (p leaver) cells(format output.Format) []string {
	if format != output.Table {
		return []string{p.Left, p.Name, p.UserID, p.Department, p.Reason, strconv.FormatBool(p.Rehired), p.Error}
	}
	state := ""
	switch {
	case p.Rehired:
		state = "; REHIRED"
	case p.Error != "":
		state = "; whether they have returned is unknown"
	}
	return []string{cmp.Or(p.Left, "(date unknown)"), cmp.Or(p.Name, "(no name)"), p.UserID, cmp.Or(p.Department, "-"), p.Reason + state}
}

// department returns the department that a person left, as far as Smart HR knows it.
func department(l dingtalk.Leaver) string {
	for _, d := range l.Dismission.DeptList {
		return cmp.Or(d.DeptPath, fmt.Sprint(d.DeptID))
	}
	return l.Dismission.MainDeptName
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

// print prints the people.
func (l *list) print(r *app.Run) error {
	columns := header
	if r.Format == output.Table {
		columns = nil
		if len(l.people) == 0 && len(l.failed) == 0 {
			_, err := io.WriteString(r.Stdout, "No one has left.\n")
			return err
		}
	}
	out := output.NewPrinter(r.Stdout, r.Format, columns)
	for _, p := range l.people {
		if err := out.Print(p, p.cells(r.Format)...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// report prints the summary, what is missing and what to do about it, and returns the exit code.
func (l *list) report(r *app.Run) int {
	summary := fmt.Sprintf("%d left", len(l.people))
	if l.rehired > 0 {
		summary += fmt.Sprintf(", of whom %d returned", l.rehired)
	}
	r.Note("%s", summary)
	if l.noHR != nil {
		r.Note("this is what Contacts knows; Smart HR could not be read: %v", l.noHR)
	}
	for _, err := range l.failed {
		r.Log("not everything could be read: %v", err)
	}
	for _, text := range advice.ForAll(l.failed) {
		_, _ = fmt.Fprintln(r.Stderr, "what to do: "+text)
	}
	if len(l.failed) > 0 {
		return cli.Failed
	}
	return cli.OK
}

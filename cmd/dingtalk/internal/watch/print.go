package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// record is a line of JSON: an event, or a gap.
type record struct {
	Type      event.Type      `json:"type,omitzero"`
	ID        string          `json:"id,omitzero"`
	CorpID    string          `json:"corp_id,omitzero"`
	CreatedAt time.Time       `json:"created_at,omitzero"`
	Operator  string          `json:"operator,omitzero"`
	UserIDs   []string        `json:"userids,omitzero"`
	DeptIDs   []int64         `json:"dept_ids,omitzero"`
	RoleIDs   []int64         `json:"role_ids,omitzero"`
	Data      json.RawMessage `json:"data,omitzero"` // what the event says, as received
	Gap       *gap            `json:"gap,omitzero"`
}

// gap is a time in which events may have been lost.
type gap struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Cause string    `json:"cause"`
}

func newRecord(e event.Event, raw bool) record {
	r := record{Type: e.Type, ID: e.ID, CorpID: e.CorpID, CreatedAt: e.CreatedAt, Operator: e.Operator}
	switch p := e.Payload.(type) {
	case *event.UserChange:
		r.UserIDs = p.UserIDs
	case *event.DepartmentChange:
		r.DeptIDs = p.DeptIDs
	case *event.RoleChange:
		r.RoleIDs = p.RoleIDs
	case *event.RoleHolderChange:
		r.UserIDs, r.RoleIDs = p.UserIDs, p.RoleIDs
	case *event.ScopeChange:
		r.UserIDs, r.DeptIDs, r.RoleIDs = p.UserIDs, p.DeptIDs, p.RoleIDs
	case *event.SuiteTicket, *event.SuiteAuth:
		return r // their data holds secrets
	}
	if raw {
		r.Data = e.Raw
	}
	return r
}

// line returns a record as a line for people.
func (r record) line() string {
	if r.Gap != nil {
		return fmt.Sprintf("events may have been lost from %s to %s: %s", clock(r.Gap.From), clock(r.Gap.To), r.Gap.Cause)
	}
	parts := []string{clock(r.CreatedAt), columns.Pad(string(r.Type), len("inner_app_scopes_change"))}
	for _, part := range []struct{ name, ids string }{
		{"users", strings.Join(r.UserIDs, " ")}, {"departments", joined(r.DeptIDs)}, {"roles", joined(r.RoleIDs)}, {"by", r.Operator}, {"", string(r.Data)},
	} {
		if part.ids != "" {
			parts = append(parts, strings.TrimSpace(part.name+" "+part.ids))
		}
	}
	return strings.TrimRight(strings.Join(parts, "  "), " ")
}

func clock(at time.Time) string {
	if at.IsZero() {
		return strings.Repeat(" ", len(time.TimeOnly))
	}
	return at.Local().Format(time.TimeOnly)
}

func joined(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, " ")
}

// printer prints events, several of which may come at once.
type printer struct {
	run     *app.Run
	options options
	stop    context.CancelFunc

	mu     sync.Mutex
	events int
	err    error // of a write
}

func newPrinter(r *app.Run, o options, stop context.CancelFunc) *printer {
	return &printer{run: r, options: o, stop: stop}
}

// accept prints an event. One that is not printed is not acknowledged: not after the last of -count, nor if the output
// takes nothing.
func (p *printer) accept(_ context.Context, e event.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.options.count > 0 && p.events == p.options.count {
		return context.Canceled
	}
	if err := p.print(newRecord(e, p.options.raw)); err != nil {
		return err
	}
	if p.events++; p.events == p.options.count {
		p.stop()
	}
	return nil
}

func (p *printer) gap(g event.Gap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.print(record{Gap: &gap{g.From, g.To, g.Cause}}) // the error remains
}

func (p *printer) print(r record) error {
	var err error
	if p.run.Format == output.JSON {
		err = output.NewPrinter(p.run.Stdout, output.JSON, nil).Print(r)
	} else {
		_, err = fmt.Fprintln(p.run.Stdout, columns.OneLine(r.line()))
	}
	if err != nil {
		p.err = err
		p.stop()
	}
	return err
}

func (p *printer) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

func (p *printer) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events
}

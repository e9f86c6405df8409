// Package changes prints the changes of a mirror as lines of JSON, for programs that keep one in a file.
package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"sync/atomic"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// line is what is printed of a change. If the entity was there before and after, Before and After have only the fields that
// differ.
type line struct {
	Revision mirror.Revision      `json:"revision"`
	At       time.Time            `json:"at,omitzero"`
	Source   mirror.Source        `json:"source,omitempty"`
	Kind     mirror.Kind          `json:"kind,omitempty"`
	ID       int64                `json:"id,omitempty"`
	UserID   string               `json:"userid,omitempty"`
	Reason   mirror.RemovalReason `json:"removal_reason,omitempty"`
	Before   fields               `json:"before,omitempty"`
	After    fields               `json:"after,omitempty"`
	Snapshot bool                 `json:"snapshot,omitempty"`
}

type fields map[string]json.RawMessage

// ErrEnough is the error of Print after the number of changes that it was to print.
var ErrEnough = errors.New("all changes that were asked for are printed")

// Printer prints changes, and stores in a file beside the copy which one was the last.
type Printer struct {
	Out   io.Writer
	File  string
	Count int // the number of changes after which Print ends; 0 goes on

	printed atomic.Uint64 // the revision
	saved   uint64
}

// Printed returns the revision up to which everything is printed.
func (p *Printer) Printed() mirror.Revision { return mirror.Revision(p.printed.Load()) }

// Print prints the changes until the context ends. Load comes before it.
func (p *Printer) Print(ctx context.Context, m *mirror.Mirror) error {
	for {
		var err error
		for c, failure := range m.Changes(ctx, p.Printed()) {
			if err = failure; err == nil {
				err = p.change(c)
			}
			if err != nil {
				break
			}
		}
		if errors.Is(err, mirror.ErrCompacted) {
			err = m.View(ctx, p.snapshot)
		}
		if err != nil {
			return err
		}
	}
}

func (p *Printer) change(c mirror.Change) error {
	l := line{
		Revision: c.Revision, At: c.At, Source: c.Source, Kind: c.Key.Kind, ID: c.Key.ID, UserID: c.Key.UserID,
		Reason: c.RemovalReason, Before: fieldsOf(c.Before), After: fieldsOf(c.After),
	}
	if l.Before != nil && l.After != nil {
		for name, value := range l.Before {
			if bytes.Equal(value, l.After[name]) {
				delete(l.Before, name)
				delete(l.After, name)
			}
		}
	}
	if err := p.line(l); err != nil {
		return err
	}
	p.printed.Store(uint64(c.Revision))
	if p.Count--; p.Count == 0 {
		return ErrEnough
	}
	return nil
}

// snapshot prints the whole copy.
func (p *Printer) snapshot(v *mirror.View) error {
	if err := p.line(line{Revision: v.Revision(), Snapshot: true}); err != nil {
		return err
	}
	if err := errors.Join(
		rows(p, v, v.Departments(), func(d mirror.Department) mirror.Key { return mirror.DepartmentKey(d.DeptID) }),
		rows(p, v, v.RoleGroups(), func(g mirror.RoleGroup) mirror.Key { return mirror.RoleGroupKey(g.ID) }),
		rows(p, v, v.Roles(), func(r mirror.Role) mirror.Key { return mirror.RoleKey(r.ID) }),
		rows(p, v, v.Users(), func(u mirror.User) mirror.Key { return mirror.UserKey(u.UserID) }),
	); err != nil {
		return err
	}
	for role, err := range v.Roles() {
		if err == nil {
			err = rows(p, v, v.Holders(role.ID), func(h mirror.RoleHolder) mirror.Key { return mirror.RoleHolderKey(h.RoleID, h.UserID) })
		}
		if err != nil {
			return err
		}
	}
	p.printed.Store(uint64(v.Revision()))
	return nil
}

// rows prints entities of a snapshot.
func rows[T any](p *Printer, v *mirror.View, all iter.Seq2[T, error], key func(T) mirror.Key) error {
	for row, err := range all {
		if err == nil {
			k := key(row)
			err = p.line(line{Revision: v.Revision(), Kind: k.Kind, ID: k.ID, UserID: k.UserID, After: fieldsOf(row)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Printer) line(l line) error { return json.NewEncoder(p.Out).Encode(l) }

// fieldsOf returns the fields of an entity by their names in JSON.
func fieldsOf(entity any) (f fields) {
	b, err := json.Marshal(entity)
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err != nil {
		panic(err) // they are plain data
	}
	return f
}

// Load reads which change was printed last.
func (p *Printer) Load() error {
	b, err := os.ReadFile(p.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = fmt.Sscan(string(b), &p.saved)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: remove it to have everything printed again", p.File, err)
	}
	p.printed.Store(p.saved)
	return nil
}

// Save stores which change was printed last. A crash leaves either the old file or the new one.
func (p *Printer) Save() error {
	printed := p.printed.Load()
	if printed == p.saved {
		return nil
	}
	f, err := os.Create(p.File + ".new")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, printed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	p.saved = printed
	return os.Rename(f.Name(), p.File)
}

package changes

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// Report stores how far the changes are printed, and reports the state of the copy when it changes, until the context ends.
func (p *Printer) Report(ctx context.Context, m *mirror.Mirror, report func(state string)) error {
	for last := ""; ; {
		if err := p.Save(); err != nil {
			return err
		}
		s, err := m.Status(ctx)
		if err != nil {
			return err
		}
		if state := Describe(s); state != last {
			report(state)
			last = state
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Second):
		}
	}
}

// Describe returns the state of a mirror in one line.
func Describe(s mirror.Status) string {
	var parts []string
	add := func(condition bool, format string, args ...any) {
		if condition {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(true, "revision %d, %d users, %d departments", s.Revision, s.Users, s.Departments)
	add(s.Dirty > 0, "%d to read, for %s", s.Dirty, s.OldestDirty.Round(time.Second))
	add(s.Details > 0, "details of %d users to read", s.Details)
	parts = append(parts, Held(s)...)
	add(!s.PausedUntil.IsZero(), "paused until %s: %v", s.PausedUntil.Local().Format(time.TimeOnly), s.PauseCause)
	add(s.Scanning, "scanning")
	add(!s.Ready, "the first scan is not complete")
	add(s.Ready, "last scan %s", s.LastScan.Local().Format(time.TimeOnly))
	return strings.Join(parts, ", ")
}

// Held returns what the removal guard holds back.
func Held(s mirror.Status) (parts []string) {
	for _, of := range []struct {
		kind mirror.Kind
		name string
	}{{mirror.KindUser, "users"}, {mirror.KindDepartment, "departments"}} {
		if n := s.Held[of.kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d removals of %s held back", n, of.name))
		}
	}
	return parts
}

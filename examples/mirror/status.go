package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// describe returns the state of a mirror in one line.
func describe(s mirror.Status) string {
	var parts []string
	add := func(condition bool, format string, args ...any) {
		if condition {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(true, "revision %d, %d users, %d departments", s.Revision, s.Users, s.Departments)
	add(s.Dirty > 0, "%d to read, for %s", s.Dirty, s.OldestDirty.Round(time.Second))
	add(s.Details > 0, "details of %d users to read", s.Details)
	parts = append(parts, held(s)...)
	add(!s.PausedUntil.IsZero(), "paused until %s: %v", s.PausedUntil.Local().Format(time.TimeOnly), s.PauseCause)
	add(s.Scanning, "scanning")
	add(!s.Ready, "the first scan is not complete")
	add(s.Ready, "last scan %s", s.LastScan.Local().Format(time.TimeOnly))
	return strings.Join(parts, ", ")
}

// held returns what the removal guard holds back.
func held(s mirror.Status) (parts []string) {
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

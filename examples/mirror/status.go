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
	add(s.Held[mirror.KindUser] > 0, "%d removals of users held back", s.Held[mirror.KindUser])
	add(s.Held[mirror.KindDepartment] > 0, "%d removals of departments held back", s.Held[mirror.KindDepartment])
	add(!s.PausedUntil.IsZero(), "paused until %s: %v", s.PausedUntil.Local().Format(time.TimeOnly), s.PauseCause)
	add(s.Scanning, "scanning")
	add(!s.Ready, "the first scan is not complete")
	add(s.Ready, "last scan %s", s.LastScan.Local().Format(time.TimeOnly))
	return strings.Join(parts, ", ")
}

package main

import (
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// report holds what was observed.
type report struct {
	times       times
	writes      []observation
	repeats     []repeats
	gaps        []gap
	connections connectionReport
	missed      []string // what was not observed in this run
}

// readResult is what reads showed of a write.
type readResult int

const (
	notRead readResult = iota
	shownAfter
	notShown
	notReadable
)

// observation is a write and its events.
type observation struct {
	write  string
	err    error
	byHand bool      // at a time that is not known
	ended  time.Time // when the response had come
	pushes []push

	reads      readResult
	shownAfter time.Duration
	stale      time.Time // when the last read began that did not show the write
}

// repeats holds the pushes of an event that was not acknowledged.
type repeats struct {
	reply  string
	pushes []push
}

// gap is a time without a connection. The pushes are those of its first and its last write.
type gap struct {
	length      time.Duration
	connected   time.Time
	first, last []push
}

// connectionReport holds what was seen of the connections.
type connectionReport struct {
	opened  int
	endings []ending
	pings   []time.Duration // sorted
	pushes  []int           // over each connection that had any
	again   int             // pushes of events that were acknowledged before
	foreign int             // pushes of events about others
}

// replyNames holds how a report calls the replies that do not acknowledge an event.
var replyNames = map[string]string{later: "with LATER", silence: "without a reply"}

// notObserved is what no run observes.
var notObserved = []string{
	"writes by other apps, by imports, by HR, and by people themselves",
	"people who activate their accounts, administrators who are named, a changed contact scope, the end of the organization",
	"several people or departments in one event, and events about those outside of the app's contact scope",
	"the HTTP callback, its retries and its list of failed events",
	"events that come later than the time that the probe waits; one after that counts for the next write",
}

// has reports whether an event of a type came.
func (r *report) has(typ event.Type) bool {
	return slices.ContainsFunc(r.writes, func(o observation) bool {
		return slices.ContainsFunc(o.pushes, func(p push) bool { return p.event.Type == typ })
	})
}

// miss notes what could not be observed.
func (r *report) miss(what string) { r.missed = append(r.missed, what) }

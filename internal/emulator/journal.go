package emulator

import (
	"slices"
	"time"
)

// entry is a call in the journal. It is parsed when it is read.
type entry struct {
	arrival
	number   int64 // 1 for the first call
	revision int64 // of its latest change
	op       string
	time     time.Time
	fault    Fault    // the one that the call met
	users    []string // the userids that the call names and the one that its response is about

	code, status int
	reason       string // the string code of a refusal
	message      string // of a refusal
	requestID    string
	response     []byte // as it was sent; nil where responses are not recorded
	took         time.Duration
	ended        bool // the response was sent, or the caller no longer waits
}

// The limits of the journal: calls, and bytes of calls and responses. Otherwise a few bodies of the largest size would
// take more memory than all calls of a long test.
const (
	journalSize  = 10_000
	journalBytes = 64 << 20
)

// journal holds the latest calls in the order of their numbers, which is that of their arrival.
type journal struct {
	entries []*entry
	bytes   int
	last    int64 // the number of the latest call
}

// add appends a call and numbers it.
func (j *journal) add(e *entry) {
	j.last++
	e.number = j.last
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	j.trim()
}

// relate records a person that the response to the latest call is about.
func (j *journal) relate(e *entry, userid string) {
	if userid != "" && !slices.Contains(e.users, userid) {
		e.users = append(e.users, userid)
		j.bytes += len(userid)
		j.trim()
	}
}

// keep records the response of a call that is still in the journal.
func (j *journal) keep(e *entry, response []byte) {
	if j.find(e.number) != nil {
		e.response = response
		j.bytes += len(response)
		j.trim()
	}
}

// trim drops the oldest calls. The latest stays, whatever its size.
func (j *journal) trim() {
	for len(j.entries) > journalSize || j.bytes > journalBytes && len(j.entries) > 1 {
		j.bytes -= j.entries[0].size()
		j.entries[0] = nil // so that the array behind the slice does not keep it
		j.entries = j.entries[1:]
	}
}

// find returns the call with a number, or nil if it is dropped or yet to come.
func (j *journal) find(number int64) *entry {
	if first := j.first(); number >= first && number <= j.last {
		return j.entries[number-first]
	}
	return nil
}

// first returns the number of the oldest call in the journal.
func (j *journal) first() int64 { return j.last + 1 - int64(len(j.entries)) }

// size returns how many bytes a call occupies.
func (e *entry) size() int {
	n := e.arrival.size() + len(e.response)
	for _, userid := range e.users {
		n += len(userid)
	}
	return n
}

package emulator

import "time"

// entry is a call in the journal, taken apart only when somebody asks.
type entry struct {
	arrival
	number   int64 // 1 for the first call
	revision int64 // of its latest change
	op       string
	time     time.Time
	fault    Fault // the one it met

	code, status int
	message      string // of a refusal
	requestID    string
	response     []byte // as it was sent; nil where answers are not recorded
	took         time.Duration
	ended        bool // answered, or nobody waits for an response any more
}

// How many calls are remembered, and how many bytes of them and of their answers. A few bodies of the largest
// size would otherwise weigh more than all calls of a long test.
const (
	journalSize  = 10_000
	journalBytes = 64 << 20
)

// journal holds the latest calls in the order of their arrival, which is that of their numbers.
type journal struct {
	entries []*entry
	bytes   int
	last    int64 // number given
}

// add remembers a call and gives it its number.
func (j *journal) add(e *entry) {
	j.last++
	e.number = j.last
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	j.trim()
}

// keep remembers what was answered, unless the call is forgotten already.
func (j *journal) keep(e *entry, response []byte) {
	if j.find(e.number) != nil {
		e.response = response
		j.bytes += len(response)
		j.trim()
	}
}

// trim forgets the oldest calls. The latest stays whatever its size.
func (j *journal) trim() {
	for len(j.entries) > journalSize || j.bytes > journalBytes && len(j.entries) > 1 {
		j.bytes -= j.entries[0].size()
		j.entries[0] = nil // the array behind the slice would keep it
		j.entries = j.entries[1:]
	}
}

// find returns the call of a number, or nil where it is forgotten or yet to come.
func (j *journal) find(number int64) *entry {
	if first := j.first(); number >= first && number <= j.last {
		return j.entries[number-first]
	}
	return nil
}

// first is the number of the oldest call that is remembered.
func (j *journal) first() int64 { return j.last + 1 - int64(len(j.entries)) }

// size is how many bytes a call holds on to.
func (e *entry) size() int { return e.arrival.size() + len(e.response) }

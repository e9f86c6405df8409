package provision

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// ErrOtherPlan is returned by Apply if the journal is that of another plan. Apply the plan it belongs to, or give
// this one a journal of its own.
var ErrOtherPlan = errors.New("provision: the journal is that of another plan")

// ErrJournalInUse is returned by Apply if another Apply is at work with the journal, in this process or another.
var ErrJournalInUse = errors.New("provision: the journal is in use")

// journal is a file with a line of JSON before each write and one after it. It only ever grows. A write whose
// second line is missing may have been made; the next Apply looks.
type journal struct {
	file    journalFile
	unlock  func()
	entries map[string]entry // what was there before

	mu      sync.Mutex
	lines   int64         // written
	failure error         // why what was written may not be there, or half; nothing is written any more
	syncing chan struct{} // full while the disk works; who waits for it often finds their line synced
	synced  int64
}

func newJournal(file journalFile, unlock func()) *journal {
	return &journal{file: file, unlock: unlock, syncing: make(chan struct{}, 1)}
}

// entry is what a journal knows of one person.
type entry struct {
	open   bool   // a write was begun, and how it ended is not known
	result Result // Done or Nothing; "" is to be done
}

// head is the first line of a journal. It is the same for all journals of a plan.
type header struct {
	Journal int    `json:"journal"` // the version of the form
	Plan    string `json:"plan"`
}

type record struct {
	Begin  string    `json:"begin,omitempty"` // a userid
	End    string    `json:"end,omitempty"`   // a userid
	Result Result    `json:"result,omitempty"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// journalVersion is the version of the form. Version 1 knew plans by another ID.
const journalVersion = 2

func headerLine(plan string) []byte {
	return fmt.Appendf(nil, "{\"journal\":%d,\"plan\":%q}\n", journalVersion, plan)
}

// openJournal opens or begins the journal of a plan. What a kill left unfinished at its end is cut off.
func openJournal(path, plan string) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the caller's own path
	if err != nil {
		return nil, fmt.Errorf("provision: journal: %w", err)
	}
	unlock, err := lock(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	j := newJournal(osFile{file}, unlock)
	if err := j.load(plan); err != nil {
		unlock()
		return nil, errors.Join(fmt.Errorf("%w (%s)", err, path), file.Close())
	}
	return j, nil
}

// load reads what is there, and leaves alone what is no journal of the plan.
func (j *journal) load(plan string) error {
	data, err := io.ReadAll(j.file)
	if err != nil {
		return fmt.Errorf("provision: journal: %w", err)
	}
	known, good, err := readJournal(data, plan)
	if err != nil {
		return err
	}
	j.entries = known
	if err := j.truncate(good, plan); err != nil {
		return fmt.Errorf("provision: journal: %w", err)
	}
	return nil
}

// begun cuts the file off after the lines that are good, and sees to it that there is a first one.
func (j *journal) truncate(good int, plan string) error {
	if err := j.file.Truncate(int64(good)); err != nil {
		return err
	}
	if _, err := j.file.Seek(int64(good), io.SeekStart); err != nil {
		return err
	}
	if good > 0 {
		return nil
	}
	if err := j.writeLine(headerLine(plan)); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	return j.file.SyncDir()
}

// add writes a whole line.
func (j *journal) writeLine(line []byte) error {
	n, err := j.file.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	return err
}

// readJournal reads what is there, and how much of it is good. Only its end may be unfinished.
func readJournal(data []byte, plan string) (known map[string]entry, good int, err error) {
	known = map[string]entry{}
	first := headerLine(plan)
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		if !bytes.HasPrefix(first, data) && len(bytes.Trim(data, "\x00")) > 0 {
			return nil, 0, errors.New("provision: the file is no journal")
		}
		return known, 0, nil
	}
	if line := data[:end+1]; !bytes.Equal(line, first) {
		var h header
		switch {
		case json.Unmarshal(line, &h) != nil || h.Plan == "":
			return nil, 0, errors.New("provision: the file is no journal")
		case h.Journal != journalVersion:
			return nil, 0, fmt.Errorf("provision: the journal is of version %d, and this program knows version %d: go on with "+
				"the program that began it, or make another plan, which is always safe", h.Journal, journalVersion)
		}
		return nil, 0, ErrOtherPlan
	}
	good = end + 1
	for n := 2; ; n++ {
		end := bytes.IndexByte(data[good:], '\n')
		if end < 0 {
			return known, good, nil
		}
		var r record
		if err := json.Unmarshal(data[good:good+end], &r); err != nil || (r.Begin == "") == (r.End == "") {
			return nil, 0, fmt.Errorf("provision: line %d of the journal is damaged; make another plan, which is always safe", n)
		}
		e := known[r.Begin+r.End]
		switch {
		case e.result != "": // it is done, whatever follows
		case r.Begin != "":
			e.open = true
		case r.Result == ResultDone, r.Result == ResultNoChange:
			e = entry{result: r.Result}
		default:
			e.open = false
		}
		known[r.Begin+r.End] = e
		good += end + 1
	}
}

// begin notes that a person is about to be written. When it returns, the note lasts.
func (j *journal) begin(userID string) error {
	n, err := j.append(record{Begin: userID, At: time.Now().UTC()})
	if err != nil {
		return err
	}
	return j.sync(n)
}

// end notes how it ended. Should the note be lost, the next Apply looks for itself.
func (j *journal) end(userID string, result Result, reason string) error {
	_, err := j.append(record{End: userID, Result: result, Reason: reason, At: time.Now().UTC()})
	return err
}

// write adds a line, and returns the number of lines there are then.
func (j *journal) append(r record) (int64, error) {
	text, err := encodeJSON(r)
	if err != nil {
		return 0, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failure != nil {
		return 0, j.failure
	}
	if err := j.writeLine(append(text, '\n')); err != nil {
		return 0, j.fail(err)
	}
	j.lines++
	return j.lines, nil
}

// fail notes that the journal cannot be trusted any more. It is called with mu held.
func (j *journal) fail(err error) error {
	j.failure = fmt.Errorf("provision: journal: %w", err)
	return j.failure
}

// sync returns once line n is on the disk. One call serves all who wait. After a failure nothing is tried again: the
// system may have dropped what it could not write, and report a success the next time.
func (j *journal) sync(n int64) error {
	j.syncing <- struct{}{}
	defer func() { <-j.syncing }()
	j.mu.Lock()
	written, broken := j.lines, j.failure
	j.mu.Unlock()
	if broken != nil || j.synced >= n {
		return broken
	}
	if err := j.file.Sync(); err != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.fail(err)
	}
	j.synced = written
	return nil
}

func (j *journal) close() error {
	err := j.file.Sync()
	j.unlock()
	if err = errors.Join(err, j.file.Close()); err != nil {
		return fmt.Errorf("provision: journal: %w", err)
	}
	return nil
}

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

// ErrOtherPlan is returned by Apply if the journal belongs to another plan. Apply that plan, or use another journal for
// this one.
var ErrOtherPlan = errors.New("provision: the journal belongs to another plan")

// ErrJournalInUse is returned by Apply if another Apply is using the journal, in this process or another.
var ErrJournalInUse = errors.New("provision: the journal is in use")

// journal is a file with a line of JSON before each write to the service and one after it. It only grows. A write whose
// second line is missing may have been made; the next Apply finds out.
type journal struct {
	file    journalFile
	unlock  func()
	entries map[string]entry // of earlier runs, by userid

	mu      sync.Mutex
	lines   int64         // written
	failure error         // why the last line may be missing or incomplete; after it nothing is written
	syncing chan struct{} // full during a sync; a line is often synced already when its turn comes
	synced  int64
}

func newJournal(file journalFile, unlock func()) *journal {
	return &journal{file: file, unlock: unlock, syncing: make(chan struct{}, 1)}
}

// entry is what a journal records about one person.
type entry struct {
	open   bool   // a write was started, and its outcome is unknown
	result Result // ResultDone or ResultNoChange; "": still to do
}

// header is the first line of a journal. It is the same for all journals of a plan.
type header struct {
	Journal int    `json:"journal"` // the version of the format
	Plan    string `json:"plan"`
}

type record struct {
	Begin  string    `json:"begin,omitempty"` // a userid
	End    string    `json:"end,omitempty"`   // a userid
	Result Result    `json:"result,omitempty"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// journalVersion is the version of the format. Version 1 identified plans by another ID.
const journalVersion = 2

func headerLine(plan string) []byte {
	return fmt.Appendf(nil, "{\"journal\":%d,\"plan\":%q}\n", journalVersion, plan)
}

// openJournal opens or creates the journal of a plan. An incomplete line that a kill left at the end is cut off.
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

// load reads the file, and does not touch a file that is not a journal of the plan.
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

// truncate cuts the file after the complete lines, and writes the header into an empty file.
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

// writeLine writes a complete line.
func (j *journal) writeLine(line []byte) error {
	n, err := j.file.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	return err
}

// readJournal reads the entries, and returns how many bytes are complete lines. Only the last line may be incomplete.
func readJournal(data []byte, plan string) (known map[string]entry, good int, err error) {
	known = map[string]entry{}
	first := headerLine(plan)
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		if !bytes.HasPrefix(first, data) && len(bytes.Trim(data, "\x00")) > 0 {
			return nil, 0, errors.New("provision: the file is not a journal")
		}
		return known, 0, nil
	}
	if line := data[:end+1]; !bytes.Equal(line, first) {
		var h header
		switch {
		case json.Unmarshal(line, &h) != nil || h.Plan == "":
			return nil, 0, errors.New("provision: the file is not a journal")
		case h.Journal != journalVersion:
			return nil, 0, fmt.Errorf("provision: the journal has version %d, and this program reads version %d: continue with "+
				"the program that started it, or make another plan, which is always safe", h.Journal, journalVersion)
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
		case e.result != "": // later lines do not change that
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

// begin records that a person is about to be written. When it returns, the record is durable.
func (j *journal) begin(userID string) error {
	n, err := j.append(record{Begin: userID, At: time.Now().UTC()})
	if err != nil {
		return err
	}
	return j.sync(n)
}

// end records the result. If this line is lost, the next Apply finds the result out.
func (j *journal) end(userID string, result Result, reason string) error {
	_, err := j.append(record{End: userID, Result: result, Reason: reason, At: time.Now().UTC()})
	return err
}

// append writes a record, and returns the number of lines.
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

// fail records that the journal can no longer be trusted. The caller holds mu.
func (j *journal) fail(err error) error {
	j.failure = fmt.Errorf("provision: journal: %w", err)
	return j.failure
}

// sync returns once line n is on the disk. One sync serves all waiting lines. After a failure no sync is repeated: the
// system may have dropped what it could not write, and report success the next time.
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

package export

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/filelock"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// noDepartment stands for the department of people who are in none that the app can see.
const noDepartment int64 = 0

// checkpoint is the largest number of people between two entries of the journal, which a kill can cost.
const checkpoint = 500

// records holds the file of the records, and what is in it.
type records struct {
	buffer  *bufio.Writer
	size    int64
	sum     uint32
	users   map[string]struct{} // userids
	done    map[int64]struct{}  // departments
	pending []string            // userids since the last entry
	failure error               // of a write; after it the files are not touched

	file, state *os.File // nil: standard output, where an export cannot be continued
}

func newRecords(to io.Writer) *records {
	return &records{buffer: bufio.NewWriterSize(to, 1<<16), users: map[string]struct{}{}, done: map[int64]struct{}{}}
}

// openRecords opens a file to start or continue an export.
func openRecords(name string, current settings, restart bool) (*records, error) {
	stateName := name + ".state"
	if err := checkOverwrite(name, stateName, restart); err != nil {
		return nil, err
	}
	o := newRecords(nil)
	if err := o.open(name, stateName, current, restart); err != nil {
		_ = o.close()
		return nil, err
	}
	o.buffer.Reset(o.file)
	return o, nil
}

// open opens the file and its state and makes them agree. They hold personal data, so only their owner may read them.
func (o *records) open(name, stateName string, current settings, restart bool) (err error) {
	if o.state, err = os.OpenFile(stateName, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := filelock.Lock(o.state); err != nil {
		return fmt.Errorf("%s: another export is writing to it: %w", name, err)
	}
	if restart {
		if err := o.state.Truncate(0); err != nil {
			return err
		}
	}
	before, ok, err := readState(o.state, o.replay)
	switch {
	case err != nil:
		return err
	case !ok:
		if err := appendLine(o.state, current); err != nil {
			return err
		}
	case before.difference(current) != "":
		return fmt.Errorf("cannot continue %s: %s: use the same arguments, or start again with -restart", name, before.difference(current))
	}
	if o.file, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	return o.truncate()
}

// checkOverwrite refuses a name without a folder, and to overwrite a file that is not an unfinished export.
func checkOverwrite(name, stateName string, restart bool) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return cli.CheckFolder(name)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file: omit it and redirect standard output", name)
	case restart:
		return nil
	}
	if _, err = os.Stat(stateName); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists and is not an unfinished export, but perhaps a complete one: replace it with -restart, "+
			"or choose another file; a nightly export can have one for each day, as in people-$(date +%%F).csv", name)
	}
	return err
}

// replay applies an entry of the journal.
func (o *records) replay(e entry) {
	o.size, o.sum = e.Size, e.CRC32
	for _, id := range e.Users {
		o.users[id] = struct{}{}
	}
	if e.Done != nil {
		o.done[*e.Done] = struct{}{}
	}
}

// truncate removes what follows the last entry, and verifies that the rest is what was written.
func (o *records) truncate() error {
	sum := crc32.NewIEEE()
	n, err := io.CopyN(sum, o.file, o.size)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if n < o.size || sum.Sum32() != o.sum {
		return fmt.Errorf("%s was changed since the export was interrupted: start again with -restart", o.file.Name())
	}
	return o.file.Truncate(o.size)
}

// Write appends to the file. The text becomes durable with the next commit.
func (o *records) Write(p []byte) (int, error) {
	n, err := o.buffer.Write(p)
	o.size += int64(n)
	o.sum = crc32.Update(o.sum, crc32.IEEETable, p[:n])
	return n, err
}

// add appends the record of a person.
func (o *records) add(userid string, record []byte) error {
	if _, err := o.Write(record); err != nil {
		return err
	}
	o.users[userid] = struct{}{}
	o.pending = append(o.pending, userid)
	if len(o.pending) < checkpoint {
		return nil
	}
	return o.commit(nil)
}

func (o *records) hasUser(userid string) bool {
	_, ok := o.users[userid]
	return ok
}

func (o *records) isDone(dept int64) bool {
	_, ok := o.done[dept]
	return ok
}

// departments returns the number of complete departments.
func (o *records) departments() int {
	n := len(o.done)
	if o.isDone(noDepartment) {
		n--
	}
	return n
}

// commit makes the added records durable, and records that a department is complete unless done is nil.
func (o *records) commit(done *int64) error {
	if o.failure != nil || len(o.pending) == 0 && done == nil {
		return o.failure
	}
	if done != nil {
		o.done[*done] = struct{}{}
	}
	o.failure = o.sync(done)
	o.pending = o.pending[:0]
	return o.failure
}

// sync writes the records to the disk before the entry.
func (o *records) sync(done *int64) error {
	if err := o.buffer.Flush(); err != nil || o.file == nil {
		return err
	}
	if len(o.pending) > 0 {
		if err := o.file.Sync(); err != nil {
			return err
		}
	}
	return appendLine(o.state, entry{o.size, o.sum, o.pending, done})
}

// finish closes a complete export and removes its state.
func (o *records) finish() error {
	if err := o.buffer.Flush(); err != nil || o.file == nil {
		return err
	}
	if err := errors.Join(o.file.Sync(), o.close()); err != nil {
		return err
	}
	return os.Remove(o.state.Name())
}

// close closes the files. Records that were not committed are ignored later.
func (o *records) close() error {
	var errs []error
	if o.state != nil {
		filelock.Unlock(o.state)
		errs = append(errs, o.state.Close())
	}
	if o.file != nil {
		errs = append(errs, o.file.Close())
	}
	return errors.Join(errs...)
}

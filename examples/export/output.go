package main

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
)

// nowhere stands for the department of those who are in none that the app may see.
const nowhere int64 = 0

// checkpoint is after how many people an entry is made, at the latest: a kill costs no more than these.
const checkpoint = 500

// output is where the records go, and what it holds so far.
type output struct {
	buffer  *bufio.Writer
	size    int64
	sum     uint32
	seen    map[string]struct{}
	done    map[int64]struct{} // departments
	pending []string           // people since the last entry
	broken  error              // a failure to write, after which the files are not touched any more

	file, state *os.File // nil: standard output, where nothing can be gone on with
}

func newOutput(to io.Writer) *output {
	return &output{buffer: bufio.NewWriterSize(to, 1<<16), seen: map[string]struct{}{}, done: map[int64]struct{}{}}
}

// openOutput opens a file for a new export, or to go on with one.
func openOutput(name string, asked settings, restart bool) (*output, error) {
	stateName := name + ".state"
	if err := mayWrite(name, stateName, restart); err != nil {
		return nil, err
	}
	o := newOutput(nil)
	if err := o.open(name, stateName, asked, restart); err != nil {
		_ = o.close()
		return nil, err
	}
	o.buffer.Reset(o.file)
	return o, nil
}

// open makes both files hold the same. They are about people, and thus for their owner alone.
func (o *output) open(name, stateName string, asked settings, restart bool) (err error) {
	if o.state, err = os.OpenFile(stateName, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := lock(o.state); err != nil {
		return fmt.Errorf("%s: another export is writing it: %w", name, err)
	}
	if restart {
		if err := o.state.Truncate(0); err != nil {
			return err
		}
	}
	before, ok, err := readState(o.state, o.note)
	switch {
	case err != nil:
		return err
	case !ok:
		if err := appendLine(o.state, asked); err != nil {
			return err
		}
	case before.differ(asked) != "":
		return fmt.Errorf("cannot go on with %s: %s: ask for the same, or begin anew with -restart", name, before.differ(asked))
	}
	if o.file, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	return o.cut()
}

// mayWrite keeps files that are not the beginning of an export from being overwritten.
func mayWrite(name, stateName string, restart bool) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file: leave -o out and redirect standard output", name)
	case restart:
		return nil
	}
	if _, err = os.Stat(stateName); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already, and complete as far as is known: choose another file, or write it anew with -restart", name)
	}
	return err
}

// note takes an entry of the journal in.
func (o *output) note(e entry) {
	o.size, o.sum = e.Size, e.CRC32
	for _, id := range e.Users {
		o.seen[id] = struct{}{}
	}
	if e.Done != nil {
		o.done[*e.Done] = struct{}{}
	}
}

// cut removes what came after the last entry, and makes sure that what is before it is what was written.
func (o *output) cut() error {
	sum := crc32.NewIEEE()
	n, err := io.CopyN(sum, o.file, o.size)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if n < o.size || sum.Sum32() != o.sum {
		return fmt.Errorf("%s was changed since the export was interrupted: begin anew with -restart", o.file.Name())
	}
	return o.file.Truncate(o.size)
}

// Write adds to the file. It counts from the next commit on.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.buffer.Write(p)
	o.size += int64(n)
	o.sum = crc32.Update(o.sum, crc32.IEEETable, p[:n])
	return n, err
}

// add adds the record of somebody.
func (o *output) add(userid string, record []byte) error {
	if _, err := o.Write(record); err != nil {
		return err
	}
	o.seen[userid] = struct{}{}
	o.pending = append(o.pending, userid)
	if len(o.pending) < checkpoint {
		return nil
	}
	return o.commit(nil)
}

func (o *output) has(userid string) bool {
	_, there := o.seen[userid]
	return there
}

func (o *output) isDone(dept int64) bool {
	_, there := o.done[dept]
	return there
}

// departments is how many are complete.
func (o *output) departments() int {
	n := len(o.done)
	if o.isDone(nowhere) {
		n--
	}
	return n
}

// commit makes what was added last, whatever happens, and notes that a department is complete.
func (o *output) commit(done *int64) error {
	if o.broken != nil || len(o.pending) == 0 && done == nil {
		return o.broken
	}
	if done != nil {
		o.done[*done] = struct{}{}
	}
	o.broken = o.keep(done)
	o.pending = o.pending[:0]
	return o.broken
}

func (o *output) keep(done *int64) error {
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

// finish is for a complete export: nothing is left to go on with.
func (o *output) finish() error {
	if err := o.buffer.Flush(); err != nil || o.file == nil {
		return err
	}
	if err := errors.Join(o.file.Sync(), o.close()); err != nil {
		return err
	}
	return os.Remove(o.state.Name())
}

// close leaves the files as they are; what is not committed counts for nothing.
func (o *output) close() error {
	var errs []error
	if o.state != nil {
		unlock(o.state)
		errs = append(errs, o.state.Close())
	}
	if o.file != nil {
		errs = append(errs, o.file.Close())
	}
	return errors.Join(errs...)
}

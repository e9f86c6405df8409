package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/filelock"
)

// state is the file beside a journal that holds the plan that is being applied. It is locked while the program runs.
//
//	no file, no journal    nothing was started, or everything is done
//	an empty file          no plan is unfinished; a journal beside it belongs to a finished one
//	an incomplete plan     it was not stored yet, and nothing was started
//	a plan                 it is unfinished
//
// So the plan is on the disk before the journal is created, and the file is emptied before the journal is removed.
type state struct {
	file    *os.File
	journal string
	plan    *storedPlan // nil: there is no plan yet
	resumed bool        // an earlier run stored the plan
}

var errInUse = errors.New("another import is running")

// planPrefix is the beginning of each stored plan.
var planPrefix = []byte(`{"for":{"app":`)

// openState opens and locks the state, with the unfinished plan if there is one.
func openState(journal string) (*state, error) {
	name := journal + ".plan"
	if !exists(name) && exists(journal) {
		return nil, fmt.Errorf("%s belongs to a plan that is missing: choose another file with -journal", journal)
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the caller's own
	if err != nil {
		return nil, err
	}
	s := &state{file: file, journal: journal}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// open locks and reads the file. After an error the file is closed.
func (s *state) open() error {
	if err := filelock.Lock(s.file); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", errInUse, err), s.file.Close())
	}
	err := s.load()
	if err != nil {
		filelock.Unlock(s.file)
		_ = s.file.Close()
	}
	return err
}

func (s *state) load() error {
	own, err := s.file.Stat()
	if err != nil {
		return err
	}
	if current, err := os.Stat(s.file.Name()); err != nil || !os.SameFile(own, current) {
		return fmt.Errorf("%w, or has just ended", errInUse)
	}
	text, err := io.ReadAll(s.file)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return s.discard()
	}
	p, ok := decodePlan(text)
	incomplete := bytes.HasPrefix(text, planPrefix) || bytes.HasPrefix(planPrefix, text) || len(bytes.Trim(text, "\x00")) == 0
	switch {
	case ok:
		s.plan, s.resumed = p, true
		return nil
	case exists(s.journal):
		return errors.New("the plan is damaged: remove it and the journal, and make another plan, which is always safe")
	case !incomplete:
		return errors.New("is in the place of the plan, but is not a plan: choose another place with -journal")
	}
	return nil
}

// store writes a plan to the disk.
func (s *state) store(p *storedPlan) error {
	text, err := p.encode()
	if err != nil {
		return err
	}
	if err := s.discard(); err != nil {
		return err
	}
	if _, err := s.file.WriteAt(text, 0); err != nil {
		return err
	}
	s.plan = p
	return s.file.Sync()
}

// discard forgets the plan, and then removes its journal.
func (s *state) discard() error {
	s.plan, s.resumed = nil, false
	if err := errors.Join(s.file.Truncate(0), s.file.Sync()); err != nil {
		return err
	}
	if exists(s.journal) {
		return os.Remove(s.journal)
	}
	return nil
}

// discardNew forgets a plan that was made in this run and not started. The state may be nil.
func (s *state) discardNew() {
	if s != nil && !s.resumed {
		s.plan = nil
	}
}

// close keeps the files of an unfinished plan, and removes them otherwise.
func (s *state) close() {
	if s.plan != nil {
		filelock.Unlock(s.file)
		_ = s.file.Close()
		return
	}
	err := s.discard()
	if err == nil {
		err = os.Remove(s.file.Name()) // while it is locked, if the system permits
	}
	filelock.Unlock(s.file)
	if _ = s.file.Close(); err != nil {
		_ = os.Remove(s.file.Name())
	}
}

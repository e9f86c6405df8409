package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// state is the file beside a journal that holds the plan which is being applied, and is locked while that goes on.
//
//	no file, no journal    nothing was begun, or all is settled
//	an empty file          nothing is under way; a journal beside it is one of a plan that is settled
//	half a plan            it was not kept yet, and nothing was begun
//	a plan                 it is under way
//
// So the plan is on the disk before the journal is made, and the file is emptied before that is removed.
type state struct {
	file    *os.File
	journal string
	kept    *kept // nil: there is no plan yet
	resumed bool  // it was there before
}

var errInUse = errors.New("another import is at work")

// beginning is how the file begins.
var beginning = []byte(`{"for":{"app":`)

// openState finds out what is under way.
func openState(journal string) (*state, error) {
	name := journal + ".plan"
	if !exists(name) && exists(journal) {
		return nil, fmt.Errorf("%s belongs to another plan, which is not beside it: choose another one with -journal", journal)
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

// open locks the file and reads it. After an error the file is closed.
func (s *state) open() error {
	if err := lock(s.file); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", errInUse, err), s.file.Close())
	}
	err := s.load()
	if err != nil {
		unlock(s.file)
		_ = s.file.Close()
	}
	return err
}

func (s *state) load() error {
	mine, err := s.file.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(s.file.Name()); err != nil || !os.SameFile(mine, there) {
		return fmt.Errorf("%w, and has just come to its end", errInUse)
	}
	text, err := io.ReadAll(s.file)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return s.discard()
	}
	k, ok := decode(text)
	torn := bytes.HasPrefix(text, beginning) || bytes.HasPrefix(beginning, text) || len(bytes.Trim(text, "\x00")) == 0
	switch {
	case ok:
		s.kept, s.resumed = k, true
		return nil
	case exists(s.journal):
		return errors.New("the plan is damaged: remove it and the journal, and make another plan, which is always safe")
	case !torn:
		return errors.New("is in the place of the plan, but is none: choose another place with -journal")
	}
	return nil
}

// keep puts a plan on the disk.
func (s *state) keep(k *kept) error {
	text, err := k.encode()
	if err != nil {
		return err
	}
	if err := s.discard(); err != nil {
		return err
	}
	if _, err := s.file.WriteAt(text, 0); err != nil {
		return err
	}
	s.kept = k
	return s.file.Sync()
}

// discard ends what was under way, and then removes its journal.
func (s *state) discard() error {
	s.kept, s.resumed = nil, false
	if err := errors.Join(s.file.Truncate(0), s.file.Sync()); err != nil {
		return err
	}
	if exists(s.journal) {
		return os.Remove(s.journal)
	}
	return nil
}

// close leaves the files where there is something to go on with.
func (s *state) close() {
	if s.kept != nil {
		unlock(s.file)
		_ = s.file.Close()
		return
	}
	err := s.discard()
	if err == nil {
		err = os.Remove(s.file.Name()) // while it is locked, where that is possible
	}
	unlock(s.file)
	if _ = s.file.Close(); err != nil {
		_ = os.Remove(s.file.Name())
	}
}

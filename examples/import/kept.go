package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// kept is a plan in a file: the JSON of a provision.Plan, and what it was made for.
type kept struct {
	For origin `json:"for,omitzero"`
	provision.Plan
}

// origin says what a plan was made for. Another organisation has other people under the same userids.
type origin struct {
	App    string  `json:"app"`
	List   string  `json:"list"` // the SHA-256 of its text
	Delete bool    `json:"delete"`
	Depts  []int64 `json:"dept_ids"`
}

// differ says in what a plan differs from one that would be made now, or nothing.
func (o origin) differ(asked origin) string {
	switch {
	case o.App != asked.App:
		return fmt.Sprintf("it is for %s, not for %s", o.App, asked.App)
	case o.List != asked.List:
		return "the list was another one then"
	case o.Delete != asked.Delete:
		return fmt.Sprintf("it was made with -delete=%t", o.Delete)
	case !slices.Equal(o.Depts, asked.Depts):
		return fmt.Sprintf("it was made for -dept %v, not %v", o.Depts, asked.Depts)
	}
	return ""
}

func (k *kept) encode() ([]byte, error) {
	text, err := json.Marshal(k)
	return append(text, '\n'), err
}

// decode reads a plan. One that was written in part is none.
func decode(text []byte) (*kept, bool) {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil || k.Made.IsZero() || !bytes.HasSuffix(text, []byte("\n")) {
		return nil, false
	}
	return &k, true
}

// readKept reads a plan that may also be another program's, without saying what it was made for.
func readKept(name string) (*kept, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the caller's own
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: to make a plan, name a list", err)
	}
	if err != nil {
		return nil, err
	}
	k, ok := decode(append(bytes.TrimSpace(text), '\n'))
	if !ok {
		return nil, fmt.Errorf("%s is no plan", name)
	}
	return k, nil
}

// mayKeep keeps files from being overwritten, but for plans that were not begun.
func mayKeep(name string) error {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := readKept(name); err != nil {
		return fmt.Errorf("the plan is not kept: %w, and not overwritten", err)
	}
	if journal := name + ".journal"; exists(journal) {
		return fmt.Errorf("the plan in %s was applied, or begun, as %s says: choose another file", name, journal)
	}
	return nil
}

// write puts a plan into a file at once. It is about people, and thus for its owner alone.
func (k *kept) write(name string) error {
	text, err := k.encode()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// storedPlan is a plan in a file: the JSON of a provision.Plan, and what it was made for.
type storedPlan struct {
	For planSource `json:"for,omitzero"`
	provision.Plan
}

// planSource holds what a plan was made for. In another organization, the same userids are other people.
type planSource struct {
	App    string  `json:"app"`
	List   string  `json:"list"` // the SHA-256 of its text
	Delete bool    `json:"delete"`
	Depts  []int64 `json:"dept_ids"`
}

// difference describes how the source of a plan differs from that of this run, or is empty.
func (s planSource) difference(current planSource) string {
	switch {
	case s.App != current.App:
		return fmt.Sprintf("it is for %s, not for %s", s.App, current.App)
	case s.List != current.List:
		return "it was made from another list"
	case s.Delete != current.Delete:
		return fmt.Sprintf("it was made with -delete=%t", s.Delete)
	case !slices.Equal(s.Depts, current.Depts):
		return fmt.Sprintf("it was made for -dept %v, not %v", s.Depts, current.Depts)
	}
	return ""
}

func (p *storedPlan) encode() ([]byte, error) {
	text, err := json.Marshal(p)
	return append(text, '\n'), err
}

// decodePlan decodes a plan, and reports whether the text is a complete one.
func decodePlan(text []byte) (*storedPlan, bool) {
	var p storedPlan
	if err := json.Unmarshal(text, &p); err != nil || p.Made.IsZero() || !bytes.HasSuffix(text, []byte("\n")) {
		return nil, false
	}
	return &p, true
}

// readPlan reads a plan. One from another program may lack its source.
func readPlan(name string) (*storedPlan, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the caller's own
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: to make a plan, name a list", err)
	}
	if err != nil {
		return nil, err
	}
	p, ok := decodePlan(append(bytes.TrimSpace(text), '\n'))
	if !ok {
		return nil, fmt.Errorf("%s is not a plan: name a list to make one", name)
	}
	return p, nil
}

// checkOverwrite refuses names without a folder, and to overwrite files, except plans that were not started.
func checkOverwrite(name string) error {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return cli.CheckFolder(name)
	}
	if _, err := readPlan(name); err != nil {
		return fmt.Errorf("the plan is not stored: %w, and is not overwritten", err)
	}
	if journal := name + ".journal"; exists(journal) {
		return fmt.Errorf("the plan in %s was applied or started, because %s exists: choose another file", name, journal)
	}
	return nil
}

// write replaces a file by the plan in one step. The file holds personal data, so only its owner may read it.
func (p *storedPlan) write(name string) error {
	text, err := p.encode()
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

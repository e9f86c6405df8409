package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
)

// The file of the state is a journal: settings on the first line, and an entry on each following line, which is
// appended once its records are on the disk. So a kill leaves records without an entry, which are cut off and written
// again, or an incomplete entry, which is ignored; never an entry without its records.

// settings holds what is exported, and how. An export can only be continued with the same settings.
type settings struct {
	App    string        `json:"app"`
	Format output.Format `json:"format"`
	BOM    bool          `json:"bom"`
	Raw    bool          `json:"raw"`
	Fast   bool          `json:"fast"`
}

// entry describes the content of the file.
type entry struct {
	Size  int64    `json:"size"`          // in bytes; what follows is incomplete
	CRC32 uint32   `json:"crc32"`         // of these bytes
	Users []string `json:"userids"`       // of the people since the previous entry
	Done  *int64   `json:"done,omitzero"` // a department that is complete now
}

// readState reads a journal and positions it for appending. If the file is empty, ok is false.
func readState(state *os.File, replay func(entry)) (s settings, ok bool, err error) {
	lines := bufio.NewReader(state)
	var good int64
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return s, ok, err
		}
		if err != nil { // an incomplete line, or none
			if err := state.Truncate(good); err != nil {
				return s, ok, err
			}
			_, err = state.Seek(good, io.SeekStart)
			return s, ok, err
		}
		good += int64(len(line))
		var e entry
		if !ok {
			err = json.Unmarshal(line, &s)
		} else if err = json.Unmarshal(line, &e); err == nil {
			replay(e)
		}
		if err != nil {
			return s, ok, fmt.Errorf("%s is damaged: %w: start again with -restart", state.Name(), err)
		}
		ok = true
	}
}

// appendLine appends a line to a journal, and returns when it is on the disk.
func appendLine(state *os.File, line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := state.Write(append(text, '\n')); err != nil {
		return err
	}
	return state.Sync()
}

// difference describes how the settings of a file differ from the current ones, or is empty.
func (s settings) difference(current settings) string {
	switch {
	case s.App != current.App:
		return fmt.Sprintf("it holds the organization of %s, not that of %s", s.App, current.App)
	case s.Format != current.Format:
		return fmt.Sprintf("it was written with -output %s, not %s", s.Format, current.Format)
	case s.Fast != current.Fast:
		return fmt.Sprintf("it was written with -fast=%t", s.Fast)
	case s != current:
		return fmt.Sprintf("it was written with -bom=%t -raw=%t", s.BOM, s.Raw)
	}
	return ""
}

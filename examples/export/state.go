package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// The file of the state is a journal: settings in its first line, and an entry in each further one, which is
// appended once the records that it speaks of are on disk. So a kill leaves records without an entry, which
// are cut off and written again, or half an entry, which does not count; never an entry without its records.

// settings is what is exported, and how. A file is gone on with under the same settings only.
type settings struct {
	App    string `json:"app"`
	Format string `json:"format"`
	BOM    bool   `json:"bom"`
	Raw    bool   `json:"raw"`
	Fast   bool   `json:"fast"`
}

// entry says what the file holds.
type entry struct {
	Size  int64    `json:"size"`          // in bytes; what is beyond is not complete
	CRC32 uint32   `json:"crc32"`         // of these bytes
	Users []string `json:"userids"`       // who have come since the entry before
	Done  *int64   `json:"done,omitzero"` // the department that is complete with them
}

// readState reads a journal and leaves it ready to be appended to. Without one, ok is false.
func readState(state *os.File, see func(entry)) (s settings, ok bool, err error) {
	lines := bufio.NewReader(state)
	var good int64
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return s, ok, err
		}
		if err != nil { // half a line, or none
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
			see(e)
		}
		if err != nil {
			return s, ok, fmt.Errorf("%s is damaged: %w: begin anew with -restart", state.Name(), err)
		}
		ok = true
	}
}

// appendLine adds a line to a journal, and returns when it is on disk.
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

// differ says in what the settings of a file differ from those asked for, or nothing.
func (s settings) differ(asked settings) string {
	switch {
	case s.App != asked.App:
		return fmt.Sprintf("it holds the organisation of %s, not that of %s", s.App, asked.App)
	case s.Format != asked.Format:
		return fmt.Sprintf("it is written with -format %s, not %s", s.Format, asked.Format)
	case s.Fast != asked.Fast:
		return fmt.Sprintf("it is written with -fast=%t", s.Fast)
	case s != asked:
		return fmt.Sprintf("it is written with -bom=%t -raw=%t", s.BOM, s.Raw)
	}
	return ""
}

package importer

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the sample
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

//go:embed sample.csv
var sample []byte

// list is a list of people.
type list struct {
	text      []byte // as package provision reads it
	jsonLines bool
	skipped   []string // headings of columns that an import does not set
}

// readList reads the whole list, so that later changes of the file have no effect.
func readList(name string, d *dialect) (*list, error) {
	if name == "" {
		return &list{text: sample}, nil
	}
	text, err := os.ReadFile(name) //nolint:gosec // the caller's own
	if err != nil {
		return nil, err
	}
	l := &list{text: text, jsonLines: isJSONLines(name)}
	if l.jsonLines {
		if first, _, _ := bytes.Cut(text, []byte("\n")); bytes.Contains(first, []byte(`"unionid":`)) {
			return nil, fmt.Errorf("%s holds what only a response does, such as unionid: export it with -output csv, which can be imported", name)
		}
	} else {
		if l.text, l.skipped, err = d.rewrite(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, nil
}

// isJSONLines reports whether a file holds lines of JSON, and not CSV.
func isJSONLines(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".jsonl") || strings.HasSuffix(lower, ".ndjson")
}

// sum identifies the content of the list.
func (l *list) sum() string {
	sum := sha256.Sum256(l.text)
	return hex.EncodeToString(sum[:])
}

func (l *list) people() iter.Seq2[provision.Person, error] {
	if l.jsonLines {
		return provision.JSONLines(bytes.NewReader(l.text))
	}
	return provision.CSV(bytes.NewReader(l.text))
}

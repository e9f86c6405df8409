package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/spreadsheet"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

const outcomeHeader = "userid,name,line,action,result,reason,request_id"

// openOutcome opens the file for the results before anything is done; it returns nil if the name is empty. It refuses
// to overwrite a file that is not the outcome of an import.
func openOutcome(name string) (*os.File, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no outcome is requested
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the caller's own
	if err != nil {
		return nil, err
	}
	start := make([]byte, len(outcomeHeader))
	if n, err := io.ReadFull(file, start); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(err, file.Close())
	} else if !strings.HasPrefix(outcomeHeader, string(start[:n])) {
		return nil, errors.Join(fmt.Errorf("%s exists and is not the outcome of an import: choose another file", name), file.Close())
	}
	return file, nil
}

// writeOutcome writes the result for each person.
func writeOutcome(file *os.File, report *provision.Report) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	w := csv.NewWriter(file)
	_ = w.Write(strings.Split(outcomeHeader, ",")) // Error returns the first error
	for _, o := range report.Outcomes {
		row := []string{o.Item.UserID, o.Item.Name, line(o.Item), string(o.Item.Action), string(o.Result), o.Reason, requestID(o)}
		for i, text := range row {
			row[i] = spreadsheet.Guard(text)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return errors.Join(w.Error(), file.Sync(), file.Close())
}

// requestID returns the request ID of an error, for DingTalk's support.
func requestID(o provision.Outcome) string {
	if e, ok := errors.AsType[*dingtalk.Error](o.Err); ok {
		return e.RequestID
	}
	return ""
}

package importer

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// outcomeColumns names the columns of an outcome.
var outcomeColumns = []string{"userid", "name", "line", "action", "result", "reason", "request_id"}

// result is the outcome for a person, as JSON.
type result struct {
	UserID    string           `json:"userid"`
	Name      string           `json:"name,omitzero"`
	Line      int              `json:"line,omitzero"` // of the list
	Action    provision.Action `json:"action"`
	Result    provision.Result `json:"result"`
	Reason    string           `json:"reason,omitzero"`
	RequestID string           `json:"request_id,omitzero"`
}

func newResult(o provision.Outcome) result {
	return result{o.Item.UserID, o.Item.Name, o.Item.Line, o.Item.Action, o.Result, o.Reason, requestID(o)}
}

// cells returns a row for outcomeColumns.
func (r result) cells() []string {
	number := ""
	if r.Line > 0 {
		number = strconv.Itoa(r.Line)
	}
	return []string{r.UserID, r.Name, number, string(r.Action), string(r.Result), r.Reason, r.RequestID}
}

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
	header := strings.Join(outcomeColumns, ",")
	start := make([]byte, len(header))
	if n, err := io.ReadFull(file, start); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(err, file.Close())
	} else if !strings.HasPrefix(header, string(start[:n])) {
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
	w := output.NewPrinter(file, output.CSV, outcomeColumns)
	var err error
	for _, o := range report.Outcomes {
		err = cmp.Or(err, w.Print(nil, newResult(o).cells()...))
	}
	return errors.Join(err, w.Flush(), file.Sync(), file.Close())
}

// requestID returns the request ID of an error, for DingTalk's support.
func requestID(o provision.Outcome) string {
	if e, ok := errors.AsType[*dingtalk.Error](o.Err); ok {
		return e.RequestID
	}
	return ""
}

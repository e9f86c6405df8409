package lookup

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
)

// header returns the names of the columns. A table shows an error right after the query, and has no column for it.
func header(format output.Format) []string {
	names := []string{"query", "userid", "name", "title", "departments"}
	if format == output.Table {
		return names
	}
	return append(names, "error")
}

// cells returns a result as cells.
func (r result) cells(format output.Format) []string {
	if r.Error != "" && format == output.Table {
		return []string{r.Query, "✗ " + r.Error}
	}
	names := make([]string, len(r.Departments))
	for i, d := range r.Departments {
		names[i] = cmp.Or(d.Name, strconv.FormatInt(d.DeptID, 10))
	}
	cells := []string{r.Query, r.UserID, r.Name, r.Title, strings.Join(names, ", ")}
	if format == output.Table {
		return cells
	}
	return append(cells, r.Error)
}

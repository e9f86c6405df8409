package importer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
)

// options holds the command line.
type options struct {
	list                   string // "": that of the plan, or the sample
	plan, journal, outcome string
	apply, restart         bool
	remove                 bool
	share                  float64
	depts                  []int64
	qps                    int
	dialect                dialect
}

// flags returns the flags that set the options.
func (o *options) flags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.BoolFlag{Name: "apply", Destination: &o.apply, Usage: "carry out the plan; without this flag nothing is written"},
		&urfave.StringFlag{Name: "plan", Destination: &o.plan, Usage: "store the plan in `FILE`; without a list, show or apply the plan in it"},
		&urfave.StringFlag{Name: "journal", Destination: &o.journal, Usage: "the `FILE` that records what is done; by default the name of the list or plan with .journal"},
		&urfave.StringFlag{Name: "outcome", Destination: &o.outcome, Usage: "write the result for each person to `FILE`, as CSV"},
		&urfave.BoolFlag{Name: "restart", Destination: &o.restart, Usage: "make another plan, even if an earlier one is unfinished"},
		&urfave.BoolFlag{Name: "delete", Destination: &o.remove, Usage: "delete the people who are not in the list, except administrators"},
		&urfave.Float64Flag{Name: "max-delete-share", Value: 0.05, Destination: &o.share, Usage: "the largest `PART` of the people that may be deleted; 1 permits all"},
		app.Func("dept", "the list is about the people of the department with this `ID` and those below it; several IDs are separated by commas", o.addDepts),
		app.QPS(&o.qps),
		app.Func("map", "the meaning of a heading of the CSV, as `HEADING=FIELD`: 姓名=name, or 备注=# to skip the column; can be repeated", o.dialect.addHeading),
		app.Func("delimiter", "the `CHARACTER` that separates the cells of the CSV: , ; | or tab; a comma by default", o.dialect.setDelimiter),
	}
}

// complete sets what follows from the arguments and other options, and describes what is wrong with them, if anything.
func (o *options) complete(args []string) string {
	if len(args) > 1 {
		return fmt.Sprintf("one list at a time: %q", args)
	}
	if len(args) == 1 {
		o.list = args[0]
	}
	if reason := o.invalid(); reason != "" {
		return reason
	}
	if o.apply {
		o.journal = cmp.Or(o.journal, cmp.Or(o.list, o.plan)+".journal")
	}
	return ""
}

// addDepts adds department IDs that are separated by commas.
func (o *options) addDepts(ids string) error {
	for id := range strings.SplitSeq(ids, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
		if err != nil || n <= 0 {
			return fmt.Errorf("%q is not the ID of a department", id)
		}
		o.depts = append(o.depts, n)
	}
	return nil
}

// invalid describes options that exclude each other or are out of range, or is empty.
func (o *options) invalid() string {
	stored := o.plan != "" && o.list == ""
	switch {
	case !o.apply && (o.journal != "" || o.outcome != "" || o.restart):
		return "-journal, -outcome and -restart require -apply"
	case o.apply && o.plan != "" && o.list != "":
		return "-apply takes either a list, for which it makes a plan, or -plan with a stored plan"
	case stored && o.apply && strings.HasSuffix(o.plan, ".journal.plan"):
		return "this plan is in progress: name the list, and omit -plan"
	case stored && o.restart:
		return "-restart requires a list: name it, and omit -plan"
	case stored && (o.remove || len(o.depts) > 0):
		return "-delete and -dept are for making a plan, and this one is already made"
	case (len(o.dialect.headings) > 0 || o.dialect.delimiter != ',') && (o.list == "" || isJSONLines(o.list)):
		return "-map and -delimiter describe a list in CSV"
	case !(o.share > 0 && o.share <= 1): // also NaN
		return fmt.Sprintf("-max-delete-share %v: choose more than 0 and at most 1; without -delete no one is deleted", o.share)
	case o.qps < 0:
		return fmt.Sprintf("-qps %d: it must be 0 or more", o.qps)
	}
	return ""
}

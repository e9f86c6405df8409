package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// options holds the command line.
type options struct {
	list                   string // "": that of the plan, or the sample
	plan, journal, outcome string
	apply, restart, quiet  bool
	remove                 bool
	share                  float64
	depts                  []int64
	qps                    int
	target                 *service.Flags
	dialect                dialect
}

// parseOptions reads the command line. If the options are nil, the program ends with the code.
func parseOptions(p cli.Process) (*options, int) {
	o := &options{dialect: dialect{delimiter: ','}}
	flags := p.Flags()
	o.target = service.WriteFlags(flags)
	flags.BoolVar(&o.apply, "apply", false, "carry out the plan; without this flag nothing is written")
	flags.StringVar(&o.plan, "plan", "", "store the plan in `file`; without a list, show or apply the plan in it")
	flags.StringVar(&o.journal, "journal", "", "the `file` that records what is done; by default the name of the list or plan with .journal")
	flags.StringVar(&o.outcome, "outcome", "", "write the result for each person to `file`, as CSV")
	flags.BoolVar(&o.restart, "restart", false, "make another plan, even if an earlier one is unfinished")
	flags.BoolVar(&o.remove, "delete", false, "delete the people who are not in the list, except administrators")
	flags.Float64Var(&o.share, "max-delete-share", 0.05, "the largest `part` of the people that may be deleted; 1 permits all")
	flags.Func("dept", "the list is about the people of the department with this `ID` and those below it; several IDs are\nseparated by commas", o.addDepts)
	flags.IntVar(&o.qps, "qps", 20, "the `calls` per second that the app may make to each endpoint: 20 in the standard edition,\n"+
		"60 with the paid pack; 0 is no limit, for an emulator")
	flags.Func("map", "the meaning of a heading of the CSV, as `HEADING=FIELD`: 姓名=name, or 备注=# to skip the column; can be repeated",
		o.dialect.addHeading)
	flags.Func("delimiter", "the `character` that separates the cells of the CSV: , ; | or tab (default ,)", o.dialect.setDelimiter)
	flags.BoolVar(&o.quiet, "q", false, "do not show progress")

	if code, done := p.Parse(flags, cli.Help{Args: "[people.csv | people.jsonl]", Text: help + "\n\nThe fields of a list are " + strings.Join(settable, ", ") + ", extension.NAME.", Env: service.Env}); done {
		return nil, code
	}
	if flags.NArg() > 1 {
		return nil, p.Fail(cli.Usage, "one list at a time: %q", flags.Args())
	}
	o.list = flags.Arg(0)
	if reason := o.invalid(); reason != "" {
		return nil, p.Fail(cli.Usage, "%s", reason)
	}
	if o.apply {
		o.journal = cmp.Or(o.journal, cmp.Or(o.list, o.plan)+".journal")
	}
	return o, cli.OK
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
		return fmt.Sprintf("-qps %d: choose 0 or more", o.qps)
	}
	return ""
}

package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// settings are what was asked for.
type settings struct {
	list                   string // "": the plan's, or the sample
	plan, journal, outcome string
	apply, restart, quiet  bool
	remove                 bool
	share                  float64
	depts                  []int64
	qps                    int
}

// parse reads the command line. Without settings, the program ends with the code.
func parse(args []string, errOut io.Writer) (*settings, int) {
	s := &settings{}
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() {
		_, _ = fmt.Fprint(errOut, "import [people.csv | people.jsonl] [flags]\n")
		flags.PrintDefaults()
	}
	flags.BoolVar(&s.apply, "apply", false, "carry the plan out; without it nothing is written")
	flags.StringVar(&s.plan, "plan", "", "keep the plan in `file`; without a list, show or apply the one that is there")
	flags.StringVar(&s.journal, "journal", "", "the `file` that says what is done; by default it has the name of the list or plan\nand .journal")
	flags.StringVar(&s.outcome, "outcome", "", "write what became of everybody to `file`, as CSV")
	flags.BoolVar(&s.restart, "restart", false, "make another plan, even if -apply has not come to the end of the one before")
	flags.BoolVar(&s.remove, "delete", false, "delete the people who are not in the list, except administrators")
	flags.Float64Var(&s.share, "max-delete-share", 0.05, "the largest `part` of the people that may be deleted; 1 is everybody")
	flags.Func("dept", "the list is about the people of the department with this `ID`, and below; there may be several,\njoined by commas", s.dept)
	flags.IntVar(&s.qps, "qps", 20, "how many `calls` a second the app may make to each endpoint: 20 in the standard edition,\n"+
		"60 with the paid pack; 0 is no limit, which an emulator may have")
	flags.BoolVar(&s.quiet, "q", false, "show no progress")

	var names []string
	for { // flags may come after the name
		switch err := flags.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			return nil, 0
		case err != nil:
			return nil, 2
		}
		if flags.NArg() == 0 {
			break
		}
		names, args = append(names, flags.Arg(0)), flags.Args()[1:]
	}
	if len(names) > 0 {
		s.list = names[0]
	}
	if len(names) > 1 {
		return nil, complain(errOut, 2, "one list at a time: %q", names)
	}
	if reason := s.wrong(); reason != "" {
		return nil, complain(errOut, 2, "%s", reason)
	}
	if s.apply {
		s.journal = cmp.Or(s.journal, cmp.Or(s.list, s.plan)+".journal")
	}
	return s, 0
}

func (s *settings) dept(ids string) error {
	for id := range strings.SplitSeq(ids, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
		if err != nil || n <= 0 {
			return fmt.Errorf("%q is no ID of a department", id)
		}
		s.depts = append(s.depts, n)
	}
	return nil
}

// wrong says what does not go together, or nothing.
func (s *settings) wrong() string {
	given := s.plan != "" && s.list == ""
	switch {
	case !s.apply && (s.journal != "" || s.outcome != "" || s.restart):
		return "-journal, -outcome and -restart are for -apply"
	case s.apply && s.plan != "" && s.list != "":
		return "-apply takes either a list, which is planned anew, or -plan with a plan that was kept"
	case given && s.apply && strings.HasSuffix(s.plan, ".journal.plan"):
		return "this plan is under way: name the list, and leave -plan out"
	case given && s.restart:
		return "-restart is for a list: name that, and leave -plan out"
	case given && (s.remove || len(s.depts) > 0):
		return "-delete and -dept are for making a plan, and this one is made"
	case !(s.share > 0 && s.share <= 1): // NaN, too
		return fmt.Sprintf("-max-delete-share %v: it is more than 0 and at most 1; without -delete nobody is deleted", s.share)
	case s.qps < 0:
		return fmt.Sprintf("-qps %d: it is 0 at least", s.qps)
	}
	return ""
}

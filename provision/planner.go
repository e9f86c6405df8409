package provision

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Options holds the settings of NewPlan. The zero value plans for the whole organization and deletes no one.
type Options struct {
	// DeptIDs are the departments, each with all below it, that the list is about; nil means all that the app may see.
	// Only their people are read and can be deleted. People of the list who are elsewhere are looked up one by one.
	DeptIDs []int64
	// Delete plans to delete the people who are not in the list, which therefore has to name all of them: do not use it
	// for a part of a list that several processes divide. No one is deleted if the list or the organization could not
	// be read completely, nor anyone who is in a department besides DeptIDs. Values that a row names or claims protect
	// their holders, even if the row is in conflict: userids, also those of managers, mobile numbers, email addresses,
	// extension numbers, job numbers and login names, in any spelling. To keep a person, put a row with only the userid
	// into the list.
	Delete bool
	// DeleteAdmins plans to delete administrators and bosses, too.
	DeleteAdmins bool
	// Concurrency is the number of calls in flight; 0 means 16.
	Concurrency int
	// Progress, if not nil, is called with the progress of the reading. Its calls do not overlap.
	Progress func(Progress)
}

// orgReader holds the methods of a client that NewPlan uses. None of them writes.
type orgReader interface {
	OrgDepartments(ctx context.Context, req dingtalk.OrgDepartmentsRequest) iter.Seq2[dingtalk.Department, error]
	OrgUsers(ctx context.Context, req dingtalk.OrgUsersRequest) iter.Seq2[dingtalk.OrgUser, error]
	UsersByID(ctx context.Context, req dingtalk.UsersByIDRequest) iter.Seq2[dingtalk.User, error]
	UserIDsByMobile(ctx context.Context, req dingtalk.UserIDsByMobileRequest) iter.Seq2[dingtalk.MobileHolder, error]
}

// NewPlan compares a list with the organization and plans what is to be done. It only reads. What cannot be done is an
// ActionConflict in the plan and not an error; an error means that there is no plan.
//
// It takes one call per department for the departments, one or more per department for their people, and one for each
// person of the list for whom the list sets a field that only GetUser shows: org_email, org_email_type,
// dept_order_list, senior_mode, manager_userid, dept_position_list or extension_i18n. If the app does not see all
// people, or not their mobile numbers, it takes up to two more for each person who is not found. With Options.Delete it
// takes one more for each person who is not in the list if the list has email addresses, and one for each mobile number
// of the list if the app does not see those of the organization.
//
// It reaches the client's rate limit and gives way to the client's other calls, as Apply does.
//
// Fields for which the app has no permission look empty, and so are planned again each time; and so are
// dept_title_list, exclusive_mobile, its status and avatarMediaId, which no response shows.
func NewPlan(ctx context.Context, client *dingtalk.Client, desired iter.Seq2[Person, error], opts Options) (*Plan, error) {
	m := &planner{client: client.Bulk(), opts: opts}
	if err := m.readList(ctx, desired); err != nil {
		return nil, err
	}
	if err := m.readOrganization(ctx); err != nil {
		return nil, err
	}
	if err := m.readDetails(ctx); err != nil {
		return nil, err
	}
	items, err := m.planItems(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.checkManagers(ctx, items); err != nil {
		return nil, err
	}
	plan := &Plan{Made: time.Now().UTC().Truncate(time.Second), People: len(m.userIDs), Items: items}
	if err := m.planUnlisted(ctx, plan); err != nil {
		return nil, err
	}
	plan.Notes = m.notes
	plan.Departments = m.departmentPaths(plan.Items)
	return plan, nil
}

// planner holds the state of NewPlan.
type planner struct {
	client orgReader
	opts   Options

	list           []Person
	rowErrors      map[int]error  // by position in the list: rows that do not identify a person
	firstRow       map[string]int // the first position of a userid in the list
	claims         claims
	unreadableRows []Item         // the conflicts of rows that could not be parsed
	rowCount       map[string]int // by userid: how often it is in the list

	paths           map[int64]string   // of each department
	byPath          map[string][]int64 // several if names are not unique
	inScope         map[int64]bool     // the departments whose people are read
	userIDs         []string           // of the people read, in the order of the responses
	users           map[string]*dingtalk.User
	complete        bool             // all people of the organization were read
	gaps            []string         // what could not be read
	failuresInRow   int              // retryable errors in a row
	unreadableUsers map[string]error // people who may exist but cannot be read
	owners          uniqueOwners
	notes           []string
	keepReasons     map[string]string // why people are not deleted
}

// readList reads the list.
func (m *planner) readList(ctx context.Context, desired iter.Seq2[Person, error]) error {
	m.rowCount, m.keepReasons, m.claims = map[string]int{}, map[string]string{}, claims{}
	m.rowErrors, m.firstRow = map[int]error{}, map[string]int{}
	n := 0
	for p, err := range desired {
		if err := ctx.Err(); err != nil {
			return err
		}
		n++
		if row, bad := errors.AsType[*RowError](err); bad {
			m.addUnreadableRow(row, n)
			continue
		}
		if err != nil {
			return err
		}
		if p.Line == 0 {
			p.Line = n
		}
		m.addRow(p)
	}
	delete(m.rowCount, "")
	if m.opts.Delete && len(m.list) == 0 {
		return errors.New("provision: the list is empty, so no one would be left in the organization")
	}
	return nil
}

// addRow adds a row of the list.
func (m *planner) addRow(p Person) {
	trimIdentifiers(&p)
	if err := checkRow(&p); err != nil {
		m.rowErrors[len(m.list)] = err
		m.gaps = append(m.gaps, (&RowError{Line: p.Line, Err: err}).Error())
	}
	m.claims.add(&p)
	m.rowCount[p.UserID]++
	if _, before := m.firstRow[p.UserID]; !before {
		m.firstRow[p.UserID] = len(m.list)
	}
	m.list = append(m.list, p)
}

// addUnreadableRow adds the n-th row as a conflict.
func (m *planner) addUnreadableRow(row *RowError, n int) {
	line, userID := row.Line, strings.TrimSpace(row.UserID)
	if line == 0 {
		line = n
	}
	m.unreadableRows = append(m.unreadableRows, Item{Action: ActionConflict, UserID: validUTF8(userID), Line: line, Reason: validUTF8(row.Err.Error())})
	m.gaps = append(m.gaps, validUTF8(row.Error()))
	m.rowCount[userID]++
}

// planItems plans for each row of the list, in order.
func (m *planner) planItems(ctx context.Context) ([]Item, error) {
	repeated := duplicates(m.list)
	items := slices.Clone(m.unreadableRows)
	for i := range m.list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		items = append(items, m.planItem(i, repeated[i]))
	}
	slices.SortStableFunc(items, func(a, b Item) int { return a.Line - b.Line })
	return items, nil
}

// departmentPaths returns the paths of the departments that a plan names.
func (m *planner) departmentPaths(items []Item) map[int64]string {
	named := map[int64]string{}
	for i := range items {
		for _, c := range items[i].Changes {
			f, _ := fieldOf(c.Field)
			if f.kind != depts {
				continue
			}
			for _, s := range []string{c.Old, c.New} {
				if v, err := f.parse(s); err == nil {
					for _, id := range v.(dingtalk.IDList) {
						if path := m.paths[id]; path != "" {
							named[id] = path
						}
					}
				}
			}
		}
	}
	return named
}

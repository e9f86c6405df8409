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

// Options say how a plan is made. The zero Options plan for the whole organisation, and delete nobody.
type Options struct {
	// DeptIDs are the departments, each with all below it, that the list is about; nil is all that the app may
	// see. Only their people are read, and can be deleted. People of the list who are elsewhere are looked up one
	// by one.
	DeptIDs []int64
	// Delete plans to delete the people who are not in the list, which therefore has to name all of them: it is not
	// for a part of a list that several processes divide. Nobody is, if the list or the organisation could
	// not be read completely; nor is anybody who is in a department besides DeptIDs. What a row names or claims
	// protects its holder, even if the row is in conflict: userids, also those of managers, mobile numbers, mail
	// addresses, extension numbers, job numbers and login names, however they are written. To keep somebody, put a
	// row with the userid alone into the list.
	Delete bool
	// DeleteAdmins plans to delete administrators and bosses, too.
	DeleteAdmins bool
	// Concurrency is the number of calls under way at once; 0 is 16.
	Concurrency int
	// Progress, if it is not nil, is told how far the reading has come. Its calls do not overlap.
	Progress func(Progress)
}

// reader is all that Make may do with a client: it cannot write.
type orgReader interface {
	OrgDepartments(ctx context.Context, req dingtalk.OrgDepartmentsRequest) iter.Seq2[dingtalk.Department, error]
	OrgUsers(ctx context.Context, req dingtalk.OrgUsersRequest) iter.Seq2[dingtalk.OrgUser, error]
	UsersByID(ctx context.Context, req dingtalk.UsersByIDRequest) iter.Seq2[dingtalk.User, error]
	UserIDsByMobile(ctx context.Context, req dingtalk.UserIDsByMobileRequest) iter.Seq2[dingtalk.MobileHolder, error]
}

// Make compares a list with the organisation and plans what is to be done. It only reads. What cannot be brought
// about is a Conflict in the plan and no error; an error says that there is no plan.
//
// It takes two calls a department for the departments, two or more a department for their people, and one for
// each person of the list about whom the list says what only GetUser shows: org_email, org_email_type,
// dept_order_list, senior_mode, manager_userid, dept_position_list or extension_i18n. Where the app does not see
// everybody, or not their mobile numbers, it takes up to two more for each person who is not found. With
// Options.Delete it takes one more for each person who is not in the list if that has mail addresses, and one for
// each mobile number of the list if the app does not see the organisation's.
//
// It comes to the client's rate limit and lets the client's other calls go first, as Apply does.
//
// What the app has no field permission for looks empty, and so is planned anew each time; and so are
// dept_title_list, exclusive_mobile, its status and avatarMediaId, which no answer shows.
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

// matching is a plan in the making.
type planner struct {
	client orgReader
	opts   Options

	list           []Person
	rowErrors      map[int]error  // by position in the list: rows of which it cannot be known whom they speak of
	firstRow       map[string]int // the first position of a userid in the list
	claims         claims
	unreadableRows []Item         // those of the list that say nothing usable
	rowCount       map[string]int // the userids of the list, and how often

	paths           map[int64]string   // of each department
	byPath          map[string][]int64 // more than one where names are not unique
	inScope         map[int64]bool     // the departments whose people are read
	userIDs         []string           // the people read, as they came
	users           map[string]*dingtalk.User
	complete        bool             // everybody was read
	gaps            []string         // what could not be read
	failuresInRow   int              // errors in a row that may pass
	unreadableUsers map[string]error // people who may be there, but cannot be read
	owners          uniqueOwners
	notes           []string
	keepReasons     map[string]string // people who are not to be deleted, and why
}

// collect reads the list.
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
		return errors.New("provision: nobody is in the list, and so nobody would be left in the organisation")
	}
	return nil
}

// take adds a row to the list.
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

// unreadable takes the n-th row, which says nothing usable, as a conflict.
func (m *planner) addUnreadableRow(row *RowError, n int) {
	line, userID := row.Line, strings.TrimSpace(row.UserID)
	if line == 0 {
		line = n
	}
	m.unreadableRows = append(m.unreadableRows, Item{Action: ActionConflict, UserID: validUTF8(userID), Line: line, Reason: validUTF8(row.Err.Error())})
	m.gaps = append(m.gaps, validUTF8(row.Error()))
	m.rowCount[userID]++
}

// items plans for each row of the list, in its order.
func (m *planner) planItems(ctx context.Context) ([]Item, error) {
	twice := duplicates(m.list)
	items := slices.Clone(m.unreadableRows)
	for i := range m.list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		items = append(items, m.planItem(i, twice[i]))
	}
	slices.SortStableFunc(items, func(a, b Item) int { return a.Line - b.Line })
	return items, nil
}

// named are the paths of the departments that a plan names.
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

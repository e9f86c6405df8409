package provision

import (
	"fmt"
	"reflect"
	"time"
)

// Plan is what would have to be done to bring the organisation in line with a list. It is made by Make, which
// writes nothing, and carried out by Apply. WriteTo prints it for people; as JSON it can be kept, reviewed and
// applied by another process. It holds personal data, and no password.
type Plan struct {
	Made        time.Time        `json:"made"`
	People      int              `json:"people"`                // in the organisation, or in as much of it as was read
	Unlisted    int              `json:"unlisted"`              // of them not in the list
	Notes       []string         `json:"notes,omitempty"`       // for the reviewer, such as why nobody is deleted
	Departments map[int64]string `json:"departments,omitempty"` // the paths of those that Items name
	Items       []Item           `json:"items"`                 // in the order of the list; then those who are not in it
}

// Item is what is planned for one person.
type Item struct {
	Action  Action   `json:"action"`
	UserID  string   `json:"userid"`
	Name    string   `json:"name,omitempty"`
	Line    int      `json:"line,omitempty"`    // in the list; 0 for somebody who is not in it
	UnionID string   `json:"unionid,omitempty"` // of an update or deletion: whether it is still the same person
	Admin   bool     `json:"admin,omitempty"`   // an administrator, or the boss, who is to be deleted
	Reason  string   `json:"reason,omitempty"`  // of a conflict, or for leaving somebody who is not in the list
	Changes []Change `json:"changes,omitempty"` // of a deletion: who it is that goes
}

// Action is what is planned for a person.
type Action string

// What is planned for a person.
const (
	ActionCreate    Action = "create"
	ActionUpdate    Action = "update"
	ActionDelete    Action = "delete"    // not in the list, and to be deleted
	ActionKeep      Action = "keep"      // not in the list, and kept for a reason
	ActionUnchanged Action = "unchanged" // as the list has them
	ActionConflict  Action = "conflict"  // cannot be brought about, and nothing is done
)

// Change is a field that gets another value. Both are texts, in the form that CSV cells have; "" is no value. A
// custom field is "extension.Hobby", and all of them together are "extension" where they are replaced.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old,omitempty"` // what Apply expects to find
	New   string `json:"new,omitempty"`
}

// Count is the number of people for whom that is planned.
func (p *Plan) Count(a Action) int {
	n := 0
	for i := range p.Items {
		if p.Items[i].Action == a {
			n++
		}
	}
	return n
}

// Estimate says how many calls Apply will make, and how long they take at least when each operation is called
// so often a second, which is 20 for an app of the standard edition.
func (p *Plan) Estimate(perSecond float64) (calls int, atLeast time.Duration) {
	creates, updates, deletes := p.Count(ActionCreate), p.Count(ActionUpdate), p.Count(ActionDelete)
	reads := updates + deletes // who it is now, before the write
	for i := range p.Items {
		if p.Items[i].Action == ActionUpdate && clearsAny(p.Items[i].Changes) {
			reads++ // whether the service did it
		}
	}
	busiest := max(creates, updates, deletes, reads)
	return creates + updates + deletes + reads, time.Duration(float64(busiest) / perSecond * float64(time.Second))
}

func clearsAny(changes []Change) bool {
	for _, c := range changes {
		if c.New == "" {
			return true
		}
	}
	return false
}

// check refuses a plan that Make has not made: one that was edited, or damaged.
func (p *Plan) check() error {
	if where, bad := findInvalidUTF8(reflect.ValueOf(*p), ""); bad {
		return fmt.Errorf("provision: the plan is damaged: %s is not UTF-8", where)
	}
	writes := map[string]bool{}
	for i := range p.Items {
		it := &p.Items[i]
		fail := func(reason string) error {
			return fmt.Errorf("provision: item %d of the plan (%s): %s", i+1, it.UserID, reason)
		}
		switch it.Action {
		case ActionKeep, ActionUnchanged, ActionConflict:
			continue
		case ActionCreate, ActionUpdate, ActionDelete:
		default:
			return fail(fmt.Sprintf("%q is no action", it.Action))
		}
		switch {
		case it.UserID == "":
			return fail("no userid")
		case writes[it.UserID]:
			return fail("the person is there twice")
		case len(it.Changes) == 0:
			return fail("no changes")
		}
		writes[it.UserID] = true
		for _, c := range it.Changes {
			f, known := fieldOf(c.Field)
			switch {
			case !known:
				return fail(fmt.Sprintf("%q is no field", c.Field))
			case it.Action == ActionDelete:
			case f.name == "userid", it.Action == ActionUpdate && (f.name == "mobile" || c.New == f.emptyText() && !f.clearable):
				return fail(f.name + " cannot be changed so")
			}
		}
	}
	return nil
}

package provision

import (
	"fmt"
	"reflect"
	"time"
)

// Plan is what has to be done to bring an organization in line with a list. NewPlan makes it and writes nothing; Apply
// carries it out. WriteTo prints it for people. As JSON it can be stored, reviewed and applied by another process. It
// holds personal data, but no passwords.
type Plan struct {
	Made        time.Time        `json:"made"`
	People      int              `json:"people"`                // in the part of the organization that was read
	Unlisted    int              `json:"unlisted"`              // of them not in the list
	Notes       []string         `json:"notes,omitempty"`       // for the reviewer, such as why no one is deleted
	Departments map[int64]string `json:"departments,omitempty"` // paths of the departments that Items name
	Items       []Item           `json:"items"`                 // in the order of the list; then people who are not in it
}

// Item is what is planned for one person.
type Item struct {
	Action  Action   `json:"action"`
	UserID  string   `json:"userid"`
	Name    string   `json:"name,omitempty"`
	Line    int      `json:"line,omitempty"`    // in the list; 0 if the person is not in it
	UnionID string   `json:"unionid,omitempty"` // of an update or deletion: recognizes the person
	Admin   bool     `json:"admin,omitempty"`   // of a deletion: an administrator or the boss
	Reason  string   `json:"reason,omitempty"`  // of a conflict, or for keeping a person who is not in the list
	Changes []Change `json:"changes,omitempty"` // of a deletion: what identifies the person
}

// Action is what is planned for a person.
type Action string

// The actions of a plan.
const (
	ActionCreate    Action = "create"
	ActionUpdate    Action = "update"
	ActionDelete    Action = "delete"    // not in the list, to be deleted
	ActionKeep      Action = "keep"      // not in the list, kept for a reason
	ActionUnchanged Action = "unchanged" // already as in the list
	ActionConflict  Action = "conflict"  // cannot be done, so nothing is done
)

// Change is a new value for a field. Both values are texts, in the form of CSV cells; "" is no value. A custom field is
// "extension.Hobby", and all of them together are "extension" if they are replaced.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old,omitempty"` // what Apply expects to find
	New   string `json:"new,omitempty"`
}

// Count returns the number of people with an action.
func (p *Plan) Count(a Action) int {
	n := 0
	for i := range p.Items {
		if p.Items[i].Action == a {
			n++
		}
	}
	return n
}

// Estimate returns how many calls Apply will make, and the shortest time they take if each endpoint is called perSecond
// times a second, which is 20 for an app of the standard edition.
func (p *Plan) Estimate(perSecond float64) (calls int, atLeast time.Duration) {
	creates, updates, deletes := p.Count(ActionCreate), p.Count(ActionUpdate), p.Count(ActionDelete)
	reads := updates + deletes // the check before the write
	for i := range p.Items {
		if p.Items[i].Action == ActionUpdate && clearsAny(p.Items[i].Changes) {
			reads++ // the check that the field was cleared
		}
	}
	busiest := max(creates, updates, deletes, reads)
	return creates + updates + deletes + reads, time.Duration(float64(busiest) / perSecond * float64(time.Second))
}

// clearsAny reports whether a change clears a field.
func clearsAny(changes []Change) bool {
	for _, c := range changes {
		if c.New == "" {
			return true
		}
	}
	return false
}

// check refuses a plan that NewPlan has not made, such as one that was edited or damaged.
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
			return fail(fmt.Sprintf("%q is not an action", it.Action))
		}
		switch {
		case it.UserID == "":
			return fail("no userid")
		case writes[it.UserID]:
			return fail("the person occurs twice")
		case len(it.Changes) == 0:
			return fail("no changes")
		}
		writes[it.UserID] = true
		for _, c := range it.Changes {
			f, known := fieldOf(c.Field)
			switch {
			case !known:
				return fail(fmt.Sprintf("%q is not a field", c.Field))
			case it.Action == ActionDelete:
			case f.name == "userid", it.Action == ActionUpdate && (f.name == "mobile" || c.New == f.emptyText() && !f.clearable):
				return fail(f.name + " cannot be changed this way")
			}
		}
	}
	return nil
}

package mirror

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// A read right after an event may not show the change yet. So an entity is read again, unless the read shows what the event
// announced and the mirror did not have before. After the last read the mirror believes what it sees.
var recheckDelays = [...]time.Duration{3 * time.Second, 30 * time.Second}

// recheckStep is what the times of rechecks are rounded up to, so that those of one burst come together; see batch.go.
const recheckStep = 5 * time.Second

// recheckDue returns when the recheck after so many ones is due, in milliseconds.
func recheckDue(now time.Time, checks int) int64 {
	due := now.Add(recheckDelays[checks])
	if rounded := due.Truncate(recheckStep); rounded.Before(due) {
		due = rounded.Add(recheckStep)
	}
	return due.UnixMilli()
}

// expectation is what a read has to show so that no later one is needed.
type expectation struct {
	Absent bool `json:"absent,omitzero"`
	// Fields holds digests of the values that the changed fields of a user have, by their name in events. Digests, because
	// the values are personal data.
	Fields map[string]string `json:"fields,omitempty"`
}

// metBy reports whether a user, nil if absent, is as expected.
func (e *expectation) metBy(u *User) bool {
	switch {
	case e == nil:
		return false
	case e.Absent || u == nil:
		return e.Absent && u == nil
	}
	for name, want := range e.Fields {
		if value, known := eventField(u, name); !known || digest(value) != want {
			return false
		}
	}
	return true
}

// expect returns what the event of a user leads to expect, or nil.
func expect(t event.Type, c *event.UserChange, userID string) *expectation {
	switch t {
	case event.UserAddOrg:
		return &expectation{}
	case event.UserLeaveOrg:
		return &expectation{Absent: true}
	case event.UserModifyOrg:
		i := slices.IndexFunc(c.Diff, func(d event.UserDiff) bool { return d.UserID == userID })
		if i < 0 {
			return nil
		}
		fields := maps.Clone(c.Diff[i].After)
		for name, value := range fields {
			_, known := eventField(&User{}, name)
			if before, named := c.Diff[i].Before[name]; !known || named && before == value {
				delete(fields, name)
				continue
			}
			fields[name] = digest(value)
		}
		if len(fields) > 0 {
			return &expectation{Fields: fields}
		}
		return nil
	default:
		return nil
	}
}

// eventField returns the field of a user that events call name, and whether it is one that can be compared.
func eventField(u *User, name string) (string, bool) {
	switch name {
	case "name":
		return u.Name, true
	case "telephone":
		return u.Telephone, true
	case "email":
		return u.Email, true
	case "jobNumber":
		return u.JobNumber, true
	case "workPlace":
		return u.WorkPlace, true
	case "remark":
		return u.Remark, true
	case "managerUserid":
		return u.ManagerUserID, true
	}
	return "", false
}

func digest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:8])
}

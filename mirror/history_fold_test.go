package mirror

import (
	"fmt"
	"maps"
	"reflect"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// fold is what a program makes of the feed: it applies each change to what it had.
type fold struct {
	revision Revision
	rows     map[Key]any
}

func newFold() *fold { return &fold{rows: map[Key]any{}} }

// apply applies a change, and checks that the feed is ordered, unique, without a gap and without empty changes, and that
// the change begins where the one before it ended.
func (f *fold) apply(c Change) error {
	switch before := f.rows[c.Key]; {
	case c.Revision != f.revision+1:
		return fmt.Errorf("revision %d comes after %d", c.Revision, f.revision)
	case !reflect.DeepEqual(c.Before, before):
		return fmt.Errorf("revision %d changes %s from %+v, which was %+v", c.Revision, c.Key, c.Before, before)
	case reflect.DeepEqual(c.Before, c.After):
		return fmt.Errorf("revision %d changes nothing of %s", c.Revision, c.Key)
	case (c.After == nil) != (c.RemovalReason != ""):
		return fmt.Errorf("revision %d of %s: reason %q, and now %+v", c.Revision, c.Key, c.RemovalReason, c.After)
	}
	f.revision = c.Revision
	if c.After == nil {
		delete(f.rows, c.Key)
	} else {
		f.rows[c.Key] = c.After
	}
	return nil
}

// compare checks that a View of the same revision shows the same, in its rows and in its indexes.
func (f *fold) compare(v *View) error {
	rows := map[Key]any{}
	members, children, holders := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for u, err := range v.Users() {
		if err != nil {
			return err
		}
		for i, role := range u.RoleList {
			u.RoleList[i] = dingtalk.UserRole{ID: role.ID}
			holders[entry(role.ID, u.UserID)] = true
		}
		for _, dept := range u.DeptIDList {
			members[entry(dept, u.UserID)] = true
		}
		rows[UserKey(u.UserID)] = u
	}
	for d, err := range v.Departments() {
		if err != nil {
			return err
		}
		rows[DepartmentKey(d.DeptID)] = d
		if d.ParentID != 0 {
			children[entry(d.ParentID, d.DeptID)] = true
		}
	}
	for r, err := range v.Roles() {
		if err != nil {
			return err
		}
		rows[RoleKey(r.ID)] = r
	}
	for g, err := range v.RoleGroups() {
		if err != nil {
			return err
		}
		rows[RoleGroupKey(g.ID)] = g
	}
	for k := range f.rows {
		if k.Kind == KindRoleHolder { // the View shows those of the users who have the role
			b, err := v.row(k)
			if err != nil {
				return err
			}
			if rows[k], err = decodeValue(k, b); err != nil {
				return err
			}
		}
	}
	if len(rows) != len(f.rows) {
		return fmt.Errorf("a View of revision %d has %d rows, and the feed gives %d", f.revision, len(rows), len(f.rows))
	}
	for k, value := range rows {
		if !reflect.DeepEqual(value, f.rows[k]) {
			return fmt.Errorf("a View of revision %d has %s %+v, and the feed gives %+v", f.revision, k, value, f.rows[k])
		}
	}
	return f.compareIndexes(v, members, children, holders)
}

// compareIndexes checks that Members, Children and Holders show what follows from the rows.
func (f *fold) compareIndexes(v *View, members, children, holders map[string]bool) error {
	ms, cs, hs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for k := range f.rows {
		switch k.Kind {
		case KindDepartment:
			for u, err := range v.Members(k.ID) {
				if err != nil {
					return err
				}
				ms[entry(k.ID, u.UserID)] = true
			}
			for d, err := range v.Children(k.ID) {
				if err != nil {
					return err
				}
				cs[entry(k.ID, d.DeptID)] = true
			}
		case KindRole:
			for h, err := range v.Holders(k.ID) {
				if err != nil {
					return err
				}
				hs[entry(k.ID, h.UserID)] = true
			}
		default: // has no index
		}
	}
	for _, index := range []struct {
		name       string
		want, have map[string]bool
	}{{"members", members, ms}, {"children", children, cs}, {"holders", holders, hs}} {
		for entry := range index.have {
			if !index.want[entry] {
				return fmt.Errorf("the index of %s has %s, and the rows do not", index.name, entry)
			}
		}
		// A department or role that the mirror does not have, because it is not there yet, is not asked for.
		for entry := range maps.Keys(index.want) {
			var id int64
			_, _ = fmt.Sscan(entry, &id)
			_, dept := f.rows[DepartmentKey(id)]
			_, role := f.rows[RoleKey(id)]
			if !index.have[entry] && (dept && index.name != "holders" || role && index.name == "holders") {
				return fmt.Errorf("the index of %s lacks %s", index.name, entry)
			}
		}
	}
	return nil
}

// entry is an entry of an index.
func entry(id int64, of any) string { return fmt.Sprintf("%d %v", id, of) }

package mirror

import (
	"context"
	"errors"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// homeSchoolDepartmentID is the department of the parents and pupils of a school, whose users cannot be read.
const homeSchoolDepartmentID int64 = -7

// refreshContents reads the members and the children of a department for a dirty record.
func (l *leader) refreshContents(ctx context.Context, k Key, d dirty) (*dirty, error) {
	end, err := l.flights.begin(ctx, k)
	if err != nil {
		return nil, err
	}
	defer end()
	children, r, err := l.readChildren(ctx, k.ID)
	if err == nil {
		err = l.readMembers(ctx, k.ID, d.Source)
	}
	if err != nil && !gone(err) {
		return nil, err
	}
	var rest *dirty
	err = l.write(ctx, r, d.Source, func(p *put) (err error) {
		var keys []Key
		for _, id := range children {
			keys = append(keys, DepartmentKey(id))
		}
		if err := p.unknown(keys, k); err != nil {
			return err
		}
		rest, err = p.settle(k, d.Generation, false)
		return err
	})
	return rest, err
}

// readChildren lists the children of a department, and returns when by the logical clock.
func (l *leader) readChildren(ctx context.Context, dept int64) (ids []int64, r reading, err error) {
	var res *dingtalk.ListSubDepartmentIDsResponse
	r, err = l.reading(ctx, func() (err error) {
		res, err = l.m.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dept})
		return err
	})
	l.finish(r)
	if err != nil {
		return nil, r, err
	}
	return res.DeptIDList, r, nil
}

// readMembers reads the members of a department, page by page. A change in the department may move users from one page to
// another, so that neither shows them. So where there is more than one page, the list of all user IDs, which comes in one
// piece, shows who was missed.
func (l *leader) readMembers(ctx context.Context, dept int64, source Source) error {
	req := dingtalk.ListUsersRequest{DeptID: dept, ContainAccessLimit: true, Size: l.m.opt.pageSize}
	shown := map[string]bool{}
	for {
		var page *dingtalk.ListUsersResponse
		generation, err := l.m.generation(ctx)
		if err != nil {
			return err
		}
		r, err := l.reading(ctx, func() (err error) {
			page, err = l.m.client.ListUsers(ctx, req)
			return err
		})
		if err == nil {
			err = l.writeMembers(ctx, r, dept, source, page.List, generation)
		}
		l.finish(r)
		switch {
		case err != nil:
			return err
		case !page.HasMore && req.Cursor == 0:
			return nil
		}
		for _, u := range page.List {
			shown[u.UserID] = true
		}
		switch {
		case !page.HasMore:
			return l.readMissed(ctx, dept, source, shown)
		case page.NextCursor <= req.Cursor:
			return errCursor
		}
		req.Cursor = page.NextCursor
	}
}

// readMissed marks the members of a department that no page has shown.
func (l *leader) readMissed(ctx context.Context, dept int64, source Source, shown map[string]bool) error {
	var all *dingtalk.ListUserIDsResponse
	r, err := l.reading(ctx, func() (err error) {
		all, err = l.m.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: dept})
		return err
	})
	defer l.finish(r)
	if err != nil {
		return err
	}
	missed := slices.DeleteFunc(all.UserIDList, func(id string) bool { return shown[id] })
	if len(missed) == 0 {
		return nil
	}
	return l.write(ctx, r, source, func(p *put) error {
		for _, id := range missed {
			if err := p.conflict(UserKey(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

var errCursor = errors.New("mirror: a list continues, but its cursor does not advance")

func (l *leader) writeMembers(ctx context.Context, r reading, dept int64, source Source, list []dingtalk.UserInDept, generation uint64) error {
	users := make([]dingtalk.User, 0, len(list))
	for _, row := range list {
		u := listed(dept, row)
		l.m.filter(&u)
		users = append(users, u)
	}
	if len(users) == 0 {
		return nil
	}
	keys := make([][]byte, len(users))
	for i, u := range users {
		keys[i] = dirtyKey(UserKey(u.UserID))
	}
	return l.write(ctx, r, source, func(p *put) error {
		records, err := p.Get(keys...)
		if err != nil {
			return err
		}
		for i, u := range users {
			d, err := decode[dirty](records[i])
			if err != nil {
				return err
			}
			if records[i] != nil && d.Generation <= generation && d.listable() {
				err = p.listedDirty(dept, u, d)
			} else {
				err = p.listedUser(dept, u)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// generation returns the generation of the latest mark.
func (m *Mirror) generation(ctx context.Context) (generation uint64, err error) {
	err = m.store.View(ctx, func(r Reader) error {
		n, err := readCounters(r)
		generation = n.Generation
		return err
	})
	return generation, err
}

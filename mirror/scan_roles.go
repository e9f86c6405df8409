package mirror

import (
	"context"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// rolePage is the size of the pages of role groups.
const rolePage = 200

// roles reads the role groups, the roles and who has them.
func (s *scan) roles(ctx context.Context) error {
	for offset := int64(0); ; offset += rolePage {
		var page *dingtalk.ListRolesResponse
		err := tryRead(ctx, func() (err error) {
			page, err = s.l.readRoles(ctx, offset)
			return err
		})
		if err != nil {
			return err
		}
		for _, group := range page.List {
			for _, role := range group.Roles {
				err := tryRead(ctx, func() error { return s.l.readHolders(ctx, role.ID, SourceScan) })
				if err != nil && !gone(err) {
					return err
				}
			}
		}
		if !page.HasMore {
			return nil
		}
	}
}

// readRoles reads a page of role groups.
func (l *leader) readRoles(ctx context.Context, offset int64) (page *dingtalk.ListRolesResponse, err error) {
	r, err := l.reading(ctx, func() (err error) {
		page, err = l.m.client.ListRoles(ctx, dingtalk.ListRolesRequest{Size: rolePage, Offset: &offset})
		return err
	})
	defer l.finish(r)
	if err != nil {
		return nil, err
	}
	return page, l.write(ctx, r, SourceScan, func(p *put) error { return p.listedRoles(page.List) })
}

func (p *put) listedRoles(groups []dingtalk.ListedRoleGroup) error {
	for _, group := range groups {
		if err := p.row(RoleGroupKey(group.GroupID), encode(roleGroupRow{group.Name}), ""); err != nil {
			return err
		}
		for _, role := range group.Roles {
			if err := p.row(RoleKey(role.ID), encode(roleRow{role.Name, group.GroupID}), ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// readHolders reads who has a role, page by page, and has those read again of whom the mirror knows otherwise.
func (l *leader) readHolders(ctx context.Context, role int64, source Source) error {
	var offset int64
	shown := map[string]bool{}
	for {
		var page *dingtalk.ListRoleUsersResponse
		r, err := l.reading(ctx, func() (err error) {
			page, err = l.m.client.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role, Offset: &offset})
			return err
		})
		if err == nil && len(page.List) > 0 {
			err = l.write(ctx, r, source, func(p *put) error { return p.holders(role, page.List) })
		}
		l.finish(r)
		if err != nil {
			return err
		}
		for _, u := range page.List {
			shown[u.UserID] = true
		}
		next := page.NextCursor
		if next == 0 {
			next = offset + int64(len(page.List))
		}
		switch {
		case !page.HasMore:
			return l.readFormerHolders(ctx, role, source, shown)
		case next <= offset:
			return errCursor
		}
		offset = next
	}
}

// refreshHolders reads who has a role for a dirty record.
func (l *leader) refreshHolders(ctx context.Context, k Key, d dirty) (*dirty, error) {
	end, err := l.flights.begin(ctx, k)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := l.readHolders(ctx, k.ID, d.Source); err != nil && !gone(err) {
		return nil, err
	}
	var rest *dirty
	err = l.transact(ctx, func(t *transaction) (err error) {
		rest, err = t.settle(k, d.Generation, false)
		return err
	})
	return rest, err
}

func (p *put) holders(role int64, list []dingtalk.RoleUser) error {
	for _, u := range list {
		row := roleHolderRow{Limited: u.ManageScopes != nil}
		for _, scope := range u.ManageScopes {
			row.DeptIDs = append(row.DeptIDs, scope.DeptID)
		}
		slices.Sort(row.DeptIDs)
		if err := p.holder(RoleHolderKey(role, u.UserID), row); err != nil {
			return err
		}
	}
	return nil
}

// holder stores what the list of a role shows of a user. The list also shows users whom the app does not see, and so a user
// whom the mirror does not have is read first. If the mirror has the user's details and they lack the role, they are read
// again; otherwise they are about to be read.
func (p *put) holder(k Key, row roleHolderRow) error {
	u, found, err := p.storedUser(k.UserID)
	if err != nil {
		return err
	}
	if !found {
		return p.unknown([]Key{UserKey(k.UserID)}, holdersKey(k.ID))
	}
	if err := p.row(k, encode(row), ""); err != nil {
		return err
	}
	known, err := get(p, holderKey(k.ID, k.UserID))
	if err == nil && known == nil && u.Detail {
		_, err = p.mark(k, mark{source: p.source, now: true})
	}
	return err
}

// readFormerHolders has the users read again who have a role in the mirror, and not in the list of the service.
func (l *leader) readFormerHolders(ctx context.Context, role int64, source Source, shown map[string]bool) error {
	former := map[Key]bool{}
	err := l.m.store.View(ctx, func(r Reader) error {
		for _, kind := range []byte{prefixHolder, prefixRoleHolder} { // what users and what an earlier list have shown
			prefix := appendID([]byte{kind}, role)
			err := eachWithPrefix(r, prefix, func(key, _ []byte) error {
				if id := string(key[len(prefix):]); !shown[id] {
					former[RoleHolderKey(role, id)] = true
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(former) == 0 {
		return err
	}
	return l.write(ctx, reading{}, source, func(p *put) error {
		for k := range former {
			if err := p.conflict(k); err != nil {
				return err
			}
		}
		return nil
	})
}

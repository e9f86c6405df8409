package mirror

import (
	"context"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// holderList is the list of who has a role, as it was read. The clock takes its reads for unfinished until finishList.
type holderList struct {
	role  int64
	pages []holderPage
}

type holderPage struct {
	read  reading
	users []dingtalk.RoleUser
}

// readHolders reads who has a role. The caller notes the error.
func (l *leader) readHolders(ctx context.Context, role int64) (*holderList, error) {
	list := &holderList{role: role}
	for offset := int64(0); ; {
		var page *dingtalk.ListRoleUsersResponse
		r, err := l.readingWithoutPause(ctx, func() (err error) {
			page, err = l.m.client.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role, Offset: &offset})
			return err
		})
		if err != nil {
			l.finish(r)
			l.finishList(list)
			return nil, err
		}
		list.pages = append(list.pages, holderPage{r, page.List})
		next := page.NextCursor
		if next == 0 {
			next = offset + int64(len(page.List))
		}
		switch {
		case !page.HasMore:
			return list, nil
		case next <= offset:
			l.finishList(list)
			return nil, errCursor
		}
		offset = next
	}
}

func (l *leader) finishList(list *holderList) {
	for _, page := range list.pages {
		l.finish(page.read)
	}
}

// writeHolders stores who has a role, and marks those of whom the mirror has something else. It reports false, and stores no
// more, if the list was read by another read since, or the role was found to be gone: who is not in the list that counts may
// have no row that says so.
func (l *leader) writeHolders(ctx context.Context, list *holderList, source Source) (latest bool, err error) {
	shown := map[string]bool{}
	for _, page := range list.pages {
		err := l.write(ctx, page.read, source, func(p *put) (err error) {
			latest, err = p.holders(list.role, page.users)
			return err
		})
		if err != nil || !latest {
			return false, err
		}
		for _, u := range page.users {
			shown[u.UserID] = true
		}
	}
	return true, l.readFormerHolders(ctx, list.role, source, shown)
}

// updateHolders reads and stores who has a role.
func (l *leader) updateHolders(ctx context.Context, role int64, source Source) error {
	const tries = 8 // a read may meet another one
	for range tries {
		list, err := l.readHolders(ctx, role)
		l.notePause(ctx, err)
		if err != nil {
			return err
		}
		latest, err := l.writeHolders(ctx, list, source)
		l.finishList(list)
		if err != nil || latest {
			return err
		}
	}
	return l.transact(ctx, func(t *transaction) error {
		_, err := t.mark(holdersKey(role), mark{source: source})
		return err
	})
}

// refreshHolders reads who has a role for a dirty record.
func (l *leader) refreshHolders(ctx context.Context, k Key, d dirty) (*dirty, error) {
	end, err := l.flights.begin(ctx, k)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := l.updateHolders(ctx, k.ID, d.Source); err != nil && !gone(err) {
		return nil, err
	}
	var rest *dirty
	err = l.transact(ctx, func(t *transaction) (err error) {
		rest, err = t.settle(k, d.Generation, false)
		return err
	})
	return rest, err
}

// holders stores a page of the list of a role, unless the list was read since, or the role was found to be gone since.
func (p *put) holders(role int64, list []dingtalk.RoleUser) (latest bool, err error) {
	k := holdersKey(role)
	since, gone := p.l.absent[RoleKey(role)]
	if p.relation(k) != later || gone && p.read.begin <= since {
		return false, nil
	}
	p.agree(k)
	for _, u := range list {
		row := roleHolderRow{Limited: u.ManageScopes != nil}
		for _, scope := range u.ManageScopes {
			row.DeptIDs = append(row.DeptIDs, scope.DeptID)
		}
		slices.Sort(row.DeptIDs)
		if err := p.holder(RoleHolderKey(role, u.UserID), row); err != nil {
			return false, err
		}
	}
	return true, nil
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

package mirror

import (
	"context"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// rolePage is the size of the pages of role groups.
const rolePage = 200

// roleScan reads the role groups, the roles and who has them while the scan reads the departments. An error does not pause the
// leader before those are read: an app may lack the permission for roles alone.
type roleScan struct {
	l      *leader
	cancel context.CancelFunc
	ended  chan struct{}
	lists  []*holderList
	err    error
}

func (s *scan) startRoles(ctx context.Context) *roleScan {
	ctx, cancel := context.WithCancel(ctx)
	r := &roleScan{l: s.l, cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		r.err = r.read(ctx)
	}()
	return r
}

func (r *roleScan) read(ctx context.Context) error {
	for offset := int64(0); ; offset += rolePage {
		var page *dingtalk.ListRolesResponse
		err := tryRead(ctx, func() (err error) {
			page, err = r.l.readRoles(ctx, offset)
			return err
		})
		if err != nil {
			return err
		}
		for _, group := range page.List {
			for _, role := range group.Roles {
				var list *holderList
				err := tryRead(ctx, func() (err error) {
					list, err = r.l.readHolders(ctx, role.ID)
					return err
				})
				if err == nil {
					r.lists = append(r.lists, list)
				} else if !gone(err) {
					return err
				}
			}
		}
		if !page.HasMore {
			return nil
		}
	}
}

// write waits for the reads, and stores who has the roles. The scan has stored the users before, because a mirror stores who
// has a role only if it has the user. A list that was read again meanwhile is read once more, so that the scan has seen it.
func (r *roleScan) write(ctx context.Context) error {
	select {
	case <-r.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.l.notePause(ctx, r.err)
	if r.err != nil {
		return r.err
	}
	for _, list := range r.lists {
		latest, err := r.l.writeHolders(ctx, list, SourceScan)
		if err == nil && !latest {
			err = tryRead(ctx, func() error { return r.l.updateHolders(ctx, list.role, SourceScan) })
		}
		if err != nil && !gone(err) {
			return err
		}
	}
	return nil
}

func (r *roleScan) stop() {
	r.cancel()
	<-r.ended
	for _, list := range r.lists {
		r.l.finishList(list)
	}
}

// readRoles reads a page of role groups. The caller notes the error.
func (l *leader) readRoles(ctx context.Context, offset int64) (page *dingtalk.ListRolesResponse, err error) {
	r, err := l.readingWithoutPause(ctx, func() (err error) {
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

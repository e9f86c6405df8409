package dingtalk

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ListedUsersByIDRequest names the users to read, and where they are known to be.
type ListedUsersByIDRequest struct {
	UserIDs     []string
	DeptIDs     map[string]int64 // by user ID: a department that the user is known to be in
	Language    string           // "zh_CN", the default, or "en_US"
	Concurrency int              // calls of each kind in flight; 0 is 16
}

// ListedUsersByID reads many users like UsersByID, by far fewer calls if they share departments that are known, and with
// fewer fields: those that the list of a department shows, which lacks roles, manager, positions and more. Users of one
// department are read from its list, 100 a call, as long as that takes no more calls than reading them one by one. Those whom the
// list does not show there, and all others, are read one by one: what DeptIDs says may be out of date, and changes only the
// number of calls. DeptOrder and Leader concern the department in DeptIDs; they are zero if the user is not in it.
func (c *Client) ListedUsersByID(ctx context.Context, req ListedUsersByIDRequest) iter.Seq2[UserInDept, error] {
	const op = "ListedUsersByID"
	c = c.Bulk()
	blank := func(id string) UserInDept { return UserInDept{UserID: id} }
	return func(yield func(UserInDept, error) bool) {
		var lists listedUsers
		if ctx != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(ctx)
			lists = newListedUsers(ctx, c, req)
			defer lists.running.Wait() // no call outlives the iteration, however it is left
			defer cancel()
		}
		lookupOrdered(ctx, op, req.UserIDs, req.Concurrency, blank, func(ctx context.Context, u *UserInDept) error {
			dept := req.DeptIDs[u.UserID]
			if listed := lists.user(ctx, dept, u.UserID); listed != nil {
				*u = *listed
				return nil
			}
			res, err := c.GetUser(ctx, GetUserRequest{UserID: u.UserID, Language: req.Language})
			if err == nil {
				*u = res.in(dept)
			}
			return err
		})(yield)
	}
}

// in returns the fields of u that the list of a department shows.
func (u *User) in(dept int64) UserInDept {
	m := u.inDept()
	for _, o := range u.DeptOrderList {
		if o.DeptID == dept {
			m.DeptOrder = o.Order
		}
	}
	for _, l := range u.LeaderInDept {
		if l.DeptID == dept {
			m.Leader = l.Leader
		}
	}
	return m
}

// listedUsers reads users from the lists of departments. The zero value has no lists.
type listedUsers struct {
	ctx     context.Context //nolint:containedctx // it ends with the iteration
	client  *Client
	request ListUsersRequest
	lists   map[int64]*deptList
	order   []*deptList
	sem     semaphore
	running *sync.WaitGroup
}

// deptList is the list of a department, as far as it shows users who are looked for.
type deptList struct {
	dept  int64
	place int // in the order
	start sync.Once
	read  chan struct{} // closed when users are known
	users map[string]*UserInDept
	left  atomic.Int64 // users who were not asked for yet
}

// newListedUsers prepares a list for each department in which several of the users are known to be.
func newListedUsers(ctx context.Context, c *Client, req ListedUsersByIDRequest) listedUsers {
	l := listedUsers{
		ctx: ctx, client: c, sem: newSemaphore(req.Concurrency), lists: map[int64]*deptList{}, running: new(sync.WaitGroup),
		request: ListUsersRequest{ContainAccessLimit: true, Language: req.Language},
	}
	for _, id := range req.UserIDs {
		dept := req.DeptIDs[id]
		if dept == 0 {
			continue
		}
		list := l.lists[dept]
		if list == nil {
			list = &deptList{dept: dept, place: len(l.order), read: make(chan struct{}), users: map[string]*UserInDept{}}
			l.lists[dept] = list
			l.order = append(l.order, list)
		}
		list.users[id] = nil
		list.left.Add(1)
	}
	return l
}

// user returns a user whom the list of a department shows, or nil. It has the lists of the next departments read meanwhile.
func (l *listedUsers) user(ctx context.Context, dept int64, id string) *UserInDept {
	list := l.lists[dept]
	if list == nil {
		return nil
	}
	for _, next := range l.order[list.place:min(list.place+cap(l.sem), len(l.order))] {
		next.start.Do(func() {
			l.running.Go(func() {
				defer close(next.read)
				l.readList(next)
			})
		})
	}
	select {
	case <-list.read:
	case <-ctx.Done():
		return nil
	}
	user := list.users[id]
	if list.left.Add(-1) == 0 {
		list.users = nil
	}
	return user
}

// readList reads the list of a department until it has shown all, or more pages would take more calls than reading the other
// users one by one. An error ends it: the calls for the users have their own.
func (l *listedUsers) readList(list *deptList) {
	missing, read := len(list.users), 0
	if missing < 2 {
		return
	}
	req := l.request
	req.DeptID = list.dept
	pages := wholePages(&contract.ListUsers, 0, func(cursor int64) (users []UserInDept, next int64, more bool, err error) {
		err = l.sem.do(l.ctx, contract.ListUsers.Name, func() error {
			req.Cursor = cursor
			res, err := l.client.ListUsers(l.ctx, req)
			if err == nil {
				users, next, more = res.List, res.NextCursor, res.HasMore
			}
			return err
		})
		return users, next, more, err
	})
	for users, err := range pages {
		if err != nil {
			return
		}
		for _, u := range users {
			if known, wanted := list.users[u.UserID]; wanted && known == nil {
				list.users[u.UserID] = &u
				missing--
			}
		}
		if read++; read >= missing {
			return
		}
	}
}

package scale

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// rival is a copy of the users, which is kept in one of the usual ways.
type rival struct {
	*record
	client *dingtalk.Client
	calls  *counter

	mu   sync.Mutex
	rows map[string]dingtalk.User

	work sync.WaitGroup // what events have begun
}

func (w *world) rival(name string, j *judge) *rival {
	calls := newCounter(w.srv)
	return &rival{record: j.record(name), client: w.client(calls), calls: calls, rows: map[string]dingtalk.User{}}
}

// put stores a user, nil if the user is gone.
func (r *rival) put(id string, u *dingtalk.User) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u == nil {
		delete(r.rows, id)
	} else {
		r.rows[id] = *u
	}
	r.show(id, u)
}

// read reads a user, and stores what the service shows.
func (r *rival) read(ctx context.Context, id string) {
	u, err := r.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: id})
	switch {
	case err == nil:
		r.put(id, u)
	case errors.Is(err, dingtalk.ErrNotFound):
		r.put(id, nil)
	}
}

// readAll reads all users and stores them, and deletes those that no list has shown.
func (r *rival) readAll(ctx context.Context) {
	r.mu.Lock()
	unseen := maps.Clone(r.rows)
	r.mu.Unlock()
	for u, err := range r.client.OrgUsers(ctx, dingtalk.OrgUsersRequest{}) {
		if err == nil {
			r.put(u.UserID, new(ofList(u.UserInDept)))
			delete(unseen, u.UserID)
		}
	}
	if ctx.Err() != nil {
		return
	}
	for id := range unseen {
		r.put(id, nil)
	}
}

// repeat reads all users now and then.
func (r *rival) repeat(ctx context.Context, first, every time.Duration) {
	r.work.Go(func() {
		for wait := first; ; wait = every {
			select {
			case <-time.After(wait):
				r.readAll(ctx)
			case <-ctx.Done():
				return
			}
		}
	})
}

// reread reads again what an event names, and believes the latest response.
func (r *rival) reread(ctx context.Context, e event.Event) {
	for _, id := range namedUsers(e) {
		r.work.Go(func() { r.read(context.WithoutCancel(ctx), id) })
	}
}

func namedUsers(e event.Event) []string {
	switch c := e.Payload.(type) {
	case *event.UserChange:
		return c.UserIDs
	case *event.RoleHolderChange:
		return c.UserIDs
	}
	return nil
}

// apply applies what an event says, and reads what it only names.
func (r *rival) apply(ctx context.Context, e event.Event) {
	c, ok := e.Payload.(*event.UserChange)
	if !ok {
		return
	}
	for _, id := range c.UserIDs {
		r.mu.Lock()
		u, known := r.rows[id]
		r.mu.Unlock()
		i := slices.IndexFunc(c.Diff, func(d event.UserDiff) bool { return d.UserID == id })
		switch {
		case e.Type == event.UserLeaveOrg:
			r.put(id, nil)
		case e.Type == event.UserModifyOrg && known && i >= 0:
			setFields(&u, c.Diff[i].After)
			r.put(id, &u)
		default:
			r.work.Go(func() { r.read(context.WithoutCancel(ctx), id) })
		}
	}
}

// setFields sets the fields of a user that an event holds.
func setFields(u *dingtalk.User, fields map[string]string) {
	for name, field := range map[string]*string{
		"name": &u.Name, "telephone": &u.Telephone, "email": &u.Email, "jobNumber": &u.JobNumber, "workPlace": &u.WorkPlace,
		"remark": &u.Remark, "managerUserid": &u.ManagerUserID, "extFields": (*string)(&u.Extension),
	} {
		if value, found := fields[name]; found && (name != "extFields" || value != "{}") {
			*field = value
		}
	}
}

// ofList returns a user of the list of a department, without what concerns that department alone.
func ofList(u dingtalk.UserInDept) dingtalk.User {
	return dingtalk.User{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode, Mobile: u.Mobile,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title, Email: u.Email,
		WorkPlace: u.WorkPlace, Remark: u.Remark, Extension: u.Extension, HiredDate: u.HiredDate, DeptIDList: u.DeptIDList,
		Active: u.Active, Admin: u.Admin, Boss: u.Boss, ExclusiveAccount: u.ExclusiveAccount,
		ExclusiveAccountType: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		ExclusiveAccountCorpName: u.ExclusiveAccountCorpName, ExclusiveAccountCorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
	}
}

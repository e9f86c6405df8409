package dingtalkpg

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sync"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

var (
	memberOf = flag.String("member", "", "run a mirror on the store at this URL, as a member of a fleet, instead of testing")
	service  = flag.String("service", "", "the base URL, client ID and secret of -member, separated by spaces")
	deaf     = flag.Bool("deaf", false, "-member is not told that it has lost the lease")
)

// request is a line from the test to a member of a fleet.
type request struct {
	ID   int    `json:"id"`
	Do   string `json:"do"`   // "accept", "rescan" or "view"
	With string `json:"with"` // the frame of an event to accept
}

// response is a line from a member to the test.
type response struct {
	ID     int    `json:"id"` // of the request; 0 for a change
	Err    string `json:"err"`
	Result any    `json:"result"`

	Revision mirror.Revision `json:"revision"`
	Change   *mirror.Change  `json:"change"`
}

// member is a process of a fleet: it runs a mirror, writes each change of it, and does what it is asked for.
type member struct {
	mirror *mirror.Mirror
	mu     sync.Mutex
	out    *json.Encoder
}

func runMember(ctx context.Context, s mirror.Store) error {
	var base, id, secret string
	if _, err := fmt.Sscan(*service, &base, &id, &secret); err != nil {
		return err
	}
	client, err := dingtalk.New(id, secret, dingtalk.WithBaseURL(base), dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	if err != nil {
		return err
	}
	if *deaf {
		s = deafStore{s}
	}
	mem := &member{out: json.NewEncoder(os.Stdout)}
	if mem.mirror, err = mirror.Open(ctx, client, s, mirror.WithDetailInterval(0)); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { cancel(mem.mirror.Run(ctx)) }()
	go func() { cancel(mem.changes(ctx)) }()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() && ctx.Err() == nil {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		go func() {
			res := response{ID: r.ID}
			var err error
			if res.Result, err = mem.do(ctx, r); err != nil {
				res.Err = err.Error()
			}
			if err := mem.write(res); err != nil {
				cancel(err)
			}
		}()
	}
	return context.Cause(ctx)
}

// write writes a response. It returns an error only if that fails.
func (m *member) write(r response) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.out.Encode(r)
}

func (m *member) changes(ctx context.Context) error {
	for c, err := range m.mirror.Changes(ctx, 0) {
		if err == nil {
			err = m.write(response{Revision: c.Revision, Change: &c})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *member) do(ctx context.Context, r request) (result any, err error) {
	switch r.Do {
	case "accept":
		e, err := event.Decode([]byte(r.With))
		if err != nil {
			return nil, err
		}
		return nil, m.mirror.Accept(ctx, e)
	case "rescan":
		return nil, m.mirror.Rescan(ctx)
	default:
		all := map[string]any{}
		err := m.mirror.View(ctx, func(v *mirror.View) error { return entities(v, all) })
		return all, err
	}
}

// entities adds all that a View shows.
func entities(v *mirror.View, all map[string]any) error {
	var errs []error
	add := func(k mirror.Key, entity any, err error) {
		all[k.String()] = entity
		errs = append(errs, err)
	}
	for u, err := range v.Users() {
		add(mirror.UserKey(u.UserID), u.User, err)
	}
	for d, err := range v.Departments() {
		add(mirror.DepartmentKey(d.DeptID), d.Department, err)
	}
	for g, err := range v.RoleGroups() {
		add(mirror.RoleGroupKey(g.ID), g, err)
	}
	for r, err := range v.Roles() {
		add(mirror.RoleKey(r.ID), r, err)
		for h, err := range v.Holders(r.ID) {
			add(mirror.RoleHolderKey(h.RoleID, h.UserID), h, err)
		}
	}
	return errors.Join(errs...)
}

// deafStore does not tell that a lease is lost. Only an Update with it does, as in a process that continues after a pause.
type deafStore struct{ mirror.Store }

func (s deafStore) Lead(ctx context.Context) (mirror.Lease, error) {
	l, err := s.Store.Lead(ctx)
	if err != nil {
		return nil, err
	}
	return deafLease{l}, nil
}

type deafLease struct{ mirror.Lease }

func (deafLease) Lost() <-chan struct{} { return nil }

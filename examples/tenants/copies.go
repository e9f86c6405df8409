package main

import (
	"context"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// copies keeps a copy of each organization. It is the acceptor of the events that tenants.Tenants hands on.
type copies struct {
	ctx     context.Context //nolint:containedctx // the copies end with the program, not with the event that began them
	apps    *tenants.Tenants
	out     *printer
	running sync.WaitGroup

	mu      sync.Mutex
	tickets int                      // that have come
	of      map[string]*organization // by corp ID
}

// organization is the copy of one organization.
type organization struct {
	*mirror.Mirror
	name string
	stop context.CancelFunc
}

// Accept begins a copy when an organization installs the app, hands it the events of the organization, and drops it when the
// organization withdraws.
func (c *copies) Accept(ctx context.Context, e event.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.of[e.CorpID]
	switch change := e.Payload.(type) {
	case *event.SuiteTicket:
		c.tickets++
		c.out.line("a ticket came")
	case *event.SuiteAuth:
		if one == nil {
			return c.begin(change) //nolint:contextcheck // the copy outlives the event
		}
	case *event.SuiteChange:
		if one != nil && e.Type != event.ChangeAuth {
			one.stop()
			delete(c.of, e.CorpID)
			c.out.line("%s has withdrawn: its copy is dropped", one.name)
		}
	default:
		if one != nil {
			return one.Accept(ctx, e)
		}
	}
	return nil
}

// begin begins the copy of an organization.
func (c *copies) begin(auth *event.SuiteAuth) error {
	client, err := c.apps.Client(auth.CorpID)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(c.ctx)
	m, err := mirror.Open(ctx, client, mirror.NewMemoryStore())
	if err != nil {
		stop()
		return err
	}
	one := &organization{Mirror: m, name: auth.CorpName, stop: stop}
	c.of[auth.CorpID] = one
	c.running.Go(func() {
		if err := m.Run(ctx); err != nil && ctx.Err() == nil {
			c.out.line("%s: %v", one.name, err)
		}
	})
	return nil
}

// find returns the copy of an organization, or nil.
func (c *copies) find(corpID string) *organization {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[corpID]
}

// ticketCount returns the number of tickets that have come.
func (c *copies) ticketCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tickets
}

// names returns the people of a copy, once it is complete.
func (o *organization) names(ctx context.Context) (names []string, err error) {
	if err := o.Ready(ctx); err != nil {
		return nil, err
	}
	err = o.View(ctx, func(v *mirror.View) error {
		for user, err := range v.Users() {
			if err != nil {
				return err
			}
			names = append(names, user.Name)
		}
		return nil
	})
	return names, err
}

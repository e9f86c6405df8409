package tenants_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// newProvider returns a DingTalk with two organizations that have authorized the app.
func newProvider() *dingtalktest.Server {
	srv := dingtalktest.NewServer(
		dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods", dingtalktest.User{UserID: "chen.jie", Name: "Chen Jie"}),
		dingtalktest.WithOtherOrganization("dingmeadow", "Meadow Tools", dingtalktest.User{UserID: "chen.jie", Name: "Chen Jiewen"}),
	)
	srv.Authorize("dingharbor")
	srv.Authorize("dingmeadow")
	return srv
}

// through sends the calls to the test server; a program on DingTalk has no such option.
func through(srv *dingtalktest.Server) []dingtalk.Option {
	return []dingtalk.Option{dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()})}
}

func ExampleNew() {
	srv := newProvider()
	defer srv.Close()
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{Options: through(srv)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, corpID := range []string{"dingharbor", "dingmeadow"} {
		client, err := apps.Client(corpID)
		if err != nil {
			fmt.Println(err)
			return
		}
		user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.Name)
	}
	// Output:
	// Chen Jie
	// Chen Jiewen
}

func ExampleTenants_Client() {
	srv := newProvider()
	defer srv.Close()
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{Options: through(srv)})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.EndAuthorization("dingharbor")
	client, err := apps.Client("dingharbor")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
	fmt.Println(errors.Is(err, dingtalk.ErrPermission))
	// Output: true
}

func ExampleTenants_Len() {
	apps, err := tenants.New("suiteexample01", "suite-secret-0001", tenants.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		if _, err := apps.Client("dingharbor"); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(apps.Len())
	// Output: 1
}

func ExampleTenants_App() {
	srv := newProvider()
	defer srv.Close()
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{
		Tickets: dingtalk.NewTicketStore(), Options: through(srv),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if _, err := apps.App().SaveSuiteTicket(ctx, srv.SendSuiteTicket(), time.Now()); err != nil {
		fmt.Println(err)
		return
	}
	info, err := apps.App().GetAuthInfo(ctx, dingtalk.GetAuthInfoRequest{AuthCorpID: "dingmeadow"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.AuthCorpInfo.CorpName)
	// Output: Meadow Tools
}

// The events come from a receiver, such as those of packages stream and callback.
func ExampleTenants_Accept() {
	apps, err := tenants.New("suiteexample01", "suite-secret-0001", tenants.Config{Tickets: dingtalk.NewTicketStore()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, message := range []string{
		`{"EventType":"suite_ticket","SuiteKey":"suiteexample01","TimeStamp":1793347199987,"SuiteTicket":"ticket-0001"}`,
		`{"EventType":"suite_relieve","SuiteKey":"suiteexample01","TimeStamp":1793347199987,"AuthCorpId":"dingharbor"}`,
	} {
		e, err := event.Decode([]byte(message))
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := apps.Accept(context.Background(), e); err != nil {
			fmt.Println(err)
			return
		}
	}
	_, err = apps.Client("dingharbor")
	fmt.Println(err)
	// Output: dingtalk: tenants.Client: permission denied: the organization has ended its authorization
}

// mirrors keeps a copy of each organization.
type mirrors struct {
	apps *tenants.Tenants
	mu   sync.Mutex
	of   map[string]*mirror.Mirror
}

// Accept hands the events of an organization to its copy.
func (m *mirrors) Accept(ctx context.Context, e event.Event) error {
	if e.Type == event.SuiteTicketPush || e.CorpID == "" {
		return nil
	}
	one, err := m.open(ctx, e.CorpID)
	if err != nil {
		return err
	}
	return one.Accept(ctx, e)
}

// open returns the copy of an organization. A program keeps it in a store of its own for each organization.
func (m *mirrors) open(ctx context.Context, corpID string) (*mirror.Mirror, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of[corpID] != nil {
		return m.of[corpID], nil
	}
	client, err := m.apps.Client(corpID)
	if err != nil {
		return nil, err
	}
	one, err := mirror.Open(ctx, client, mirror.NewMemoryStore())
	if err == nil {
		m.of[corpID] = one
	}
	return one, err
}

// A copy of each organization: Config.Next receives the events, and hands each to the copy of its organization.
func ExampleConfig_mirrors() {
	srv := newProvider()
	defer srv.Close()
	copies := &mirrors{of: map[string]*mirror.Mirror{}}
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{Options: through(srv), Next: copies})
	if err != nil {
		fmt.Println(err)
		return
	}
	copies.apps = apps
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, corpID := range []string{"dingharbor", "dingmeadow"} {
		joined := event.Event{Type: event.UserAddOrg, CorpID: corpID, Payload: &event.UserChange{UserIDs: []string{"chen.jie"}}}
		if err := apps.Accept(ctx, joined); err != nil {
			fmt.Println(err)
			return
		}
		one, err := copies.open(ctx, corpID)
		if err != nil {
			fmt.Println(err)
			return
		}
		go func() { _ = one.Run(ctx) }()
		if err := one.Ready(ctx); err != nil {
			fmt.Println(err)
			return
		}
		_ = one.View(ctx, func(v *mirror.View) error {
			user, err := v.User("chen.jie")
			if err == nil {
				fmt.Println(user.Name)
			}
			return err
		})
	}
	// Output:
	// Chen Jie
	// Chen Jiewen
}

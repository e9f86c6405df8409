package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The events come from a receiver, such as that of package stream, which is given the mirror as its acceptor.
func Example() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{sales}})

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m, err := mirror.Open(ctx, srv.Client(), mirror.NewMemoryStore())
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { _ = m.Run(ctx) }()
	if err := m.Ready(ctx); err != nil {
		fmt.Println(err)
		return
	}
	var revision mirror.Revision
	err = m.View(ctx, func(v *mirror.View) error {
		revision = v.Revision()
		for u, err := range v.Members(sales) {
			if err != nil {
				return err
			}
			fmt.Println(u.UserID, u.Name)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	id := srv.AddUser(dingtalktest.User{UserID: "li.lei", Name: "Li Lei"})
	err = m.Accept(ctx, event.Event{Type: event.UserAddOrg, Payload: &event.UserChange{UserIDs: []string{id}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for change, err := range m.Changes(ctx, revision) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if u, is := change.After.(mirror.User); is && change.Before == nil {
			fmt.Println("new:", u.Name)
			break
		}
	}
	// Output:
	// zhao.min Zhao Min
	// new: Li Lei
}

// The mirror stores no mobile numbers, keeps changes for a day, and notes what the program itself writes.
func ExampleOpen() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	writes := mirror.NewWrites()
	client := srv.Client(dingtalk.WithMiddleware(writes.Middleware))
	m, err := mirror.Open(context.Background(), client, mirror.NewMemoryStore(),
		mirror.WithWrites(writes),
		mirror.WithFieldFilter(func(u *dingtalk.User) { u.Mobile, u.StateCode = "", "" }),
		mirror.WithRetention(24*time.Hour, 100_000),
		mirror.WithDetailInterval(6*time.Hour),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := m.Status(context.Background())
	fmt.Println(s.Ready, s.Revision, err)
	// Output: false 0 <nil>
}

// A program stores the revision of the last change that it applied, and begins anew if the feed does not reach back to it.
func ExampleMirror_Changes() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m, err := mirror.Open(ctx, srv.Client(), mirror.NewMemoryStore())
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { _ = m.Run(ctx) }()
	if err := m.Ready(ctx); err != nil {
		fmt.Println(err)
		return
	}
	stored := mirror.Revision(1_000_000) // of a store that was lost
	for _, err := range m.Changes(ctx, stored) {
		if errors.Is(err, mirror.ErrCompacted) {
			err = m.View(ctx, func(v *mirror.View) error {
				for d, err := range v.Departments() {
					if err != nil {
						return err
					}
					fmt.Println(d.DeptID, d.Name)
				}
				stored = v.Revision() // and Changes after it
				return nil
			})
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output: 1 Organization
}

// Verify compares the copy with the service. Refresh and Rescan wait until it is read again.
func ExampleMirror_Verify() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m, err := mirror.Open(ctx, srv.Client(), mirror.NewMemoryStore())
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { _ = m.Run(ctx) }()
	if err := m.Ready(ctx); err != nil {
		fmt.Println(err)
		return
	}
	report, err := m.Verify(ctx)
	fmt.Println(report.Users, report.Departments, len(report.Differences), err)

	if err := m.Refresh(ctx, mirror.UserKey("zhao.min")); err != nil { // or Rescan, for everything
		fmt.Println(err)
	}
	// Output: 1 1 0 <nil>
}

// The guard holds back a flood of removals until the program allows it; Status counts what it holds back.
func ExampleMirror_AllowMassRemoval() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	m, err := mirror.Open(context.Background(), srv.Client(), mirror.NewMemoryStore())
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := m.Status(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	if n := s.Held[mirror.KindUser]; n > 0 { // and a person has confirmed that they have left
		err = m.AllowMassRemoval(context.Background())
	}
	fmt.Println(s.Held[mirror.KindUser], err)
	// Output: 0 <nil>
}

// A user who has left is erased from the copy and from its feed.
func ExampleMirror_Forget() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	m, err := mirror.Open(context.Background(), srv.Client(), mirror.NewMemoryStore())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Forget(context.Background(), "zhao.min"))
	// Output: <nil>
}

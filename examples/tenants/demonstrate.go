package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// installing are the invented organizations that install the app, with their people.
var installing = []struct {
	corpID, name string
	people       []string
}{
	{"dingharbor", "Harbor Foods", []string{"Chen Jie", "Li Na"}},
	{"dingmeadow", "Meadow Tools", []string{"Zhao Min"}},
	{"dingorchard", "Orchard Press", []string{"Lin Yue", "Sun Hao", "Wang Fang"}},
}

// invented returns the options of the emulator.
func invented() (opts []dingtalktest.Option) {
	for _, o := range installing {
		var users []dingtalktest.User
		for i, name := range o.people {
			users = append(users, dingtalktest.User{UserID: fmt.Sprint("user", i), Name: name})
		}
		opts = append(opts, dingtalktest.WithOtherOrganization(o.corpID, o.name, users...))
	}
	return opts
}

// demonstrate makes the organizations install the app, and one of them withdraw.
func demonstrate(ctx context.Context, srv *dingtalktest.Server, kept *copies) error {
	if _, err := await(ctx, func() (int, bool) { n := len(srv.StreamConnections()); return n, n > 0 }); err != nil {
		return err
	}
	srv.SendSuiteTicket()
	if _, err := await(ctx, func() (int, bool) { n := kept.ticketCount(); return n, n > 0 }); err != nil {
		return err
	}
	for _, o := range installing {
		srv.Authorize(o.corpID)
		one, err := await(ctx, func() (*organization, bool) { one := kept.find(o.corpID); return one, one != nil })
		if err != nil {
			return err
		}
		names, err := one.names(ctx)
		if err != nil {
			return err
		}
		kept.out.line("%s has installed the app: its people are %v", o.name, names)
	}
	last := installing[len(installing)-1]
	srv.EndAuthorization(last.corpID)
	refusal, err := await(ctx, func() (error, bool) {
		_, err := kept.apps.Client(last.corpID)
		return err, errors.Is(err, dingtalk.ErrPermission) && kept.find(last.corpID) == nil
	})
	if err == nil {
		kept.out.line("%v", refusal)
		kept.out.line("%d organizations are left", kept.apps.Len())
	}
	return err
}

// await waits until a condition holds, since events come when they come, and returns its value.
func await[T any](ctx context.Context, holds func() (T, bool)) (T, error) {
	for {
		if v, ok := holds(); ok || ctx.Err() != nil {
			return v, ctx.Err()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

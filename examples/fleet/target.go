package main

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const (
	limit   = 20 // calls per second and endpoint that the standard edition permits
	latency = 30 * time.Millisecond
)

// target is the service that the people are imported into, as the workers reach it.
type target struct {
	*service.Target
	url, id, secret string
}

// openTarget returns DingTalk, or an emulator that listens on a local port.
func openTarget(ctx context.Context, p cli.Process, choice *service.Flags, o options) (*target, error) {
	d, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{
		dingtalktest.WithCredentials("ding"+strings.ToLower(rand.Text()), rand.Text()+rand.Text()),
		dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency),
	}})
	if err != nil {
		return nil, err
	}
	t := &target{Target: d}
	if t.Emulator == nil {
		if o.list == "" {
			return nil, errors.New("invented people cannot be imported into " + d.Name + ": name a list with -list, or add -emulator")
		}
		t.url, t.id, t.secret = d.Name, p.Getenv("DINGTALK_CLIENT_ID"), p.Getenv("DINGTALK_CLIENT_SECRET")
		if o.apply {
			err = t.CheckConfirm(p)
		}
		return t, err
	}
	addDepartments(t.Emulator)
	t.id, t.secret = t.Emulator.ClientID(), t.Emulator.ClientSecret()
	if t.url, err = t.Emulator.Listen("127.0.0.1:0"); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

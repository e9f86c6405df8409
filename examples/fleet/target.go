package main

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

const (
	limit   = 20 // calls per second and endpoint that the standard edition permits
	latency = 30 * time.Millisecond
)

// target is the service that the people are imported into, as the workers reach it.
type target struct {
	name            string
	url, id, secret string
	emulator        *dingtalktest.Server // nil for a service
	close           func()
}

// openTarget returns DingTalk, or an emulator that listens on a local port.
func openTarget(getenv func(string) string, o options) (*target, error) {
	d, err := demo.Open(getenv,
		dingtalktest.WithCredentials("ding"+strings.ToLower(rand.Text()), rand.Text()+rand.Text()),
		dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	t := &target{name: d.Name, emulator: d.Emulator, close: d.Close}
	if t.emulator == nil {
		if o.list == "" {
			return nil, errors.New("invented people cannot be imported into " + d.Name + ": name a list with -list")
		}
		t.url, t.id, t.secret = d.Name, getenv("DINGTALK_CLIENT_ID"), getenv("DINGTALK_CLIENT_SECRET")
		return t, nil
	}
	addDepartments(t.emulator)
	t.id, t.secret = t.emulator.ClientID(), t.emulator.ClientSecret()
	if t.url, err = t.emulator.Listen("127.0.0.1:0"); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

package main

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

// What the standard edition permits to each endpoint in a second, and how far away the emulator is.
const (
	limit   = 20
	latency = 30 * time.Millisecond
)

// place is where the people go, as other processes reach it.
type place struct {
	name            string
	url, id, secret string
	emulator        *dingtalktest.Server // nil: a service
	close           func()
}

// open opens DingTalk, or an emulator on a port of its own.
func open(getenv func(string) string, o options) (*place, error) {
	d, err := demo.Open(getenv,
		dingtalktest.WithCredentials("ding"+strings.ToLower(rand.Text()), rand.Text()+rand.Text()),
		dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	p := &place{name: d.Name, emulator: d.Emulator, close: d.Close}
	if p.emulator == nil {
		if o.list == "" {
			return nil, errors.New("to " + d.Name + " no invented people go: name a list with -list")
		}
		p.url, p.id, p.secret = d.Name, getenv("DINGTALK_CLIENT_ID"), getenv("DINGTALK_CLIENT_SECRET")
		return p, nil
	}
	departments(p.emulator)
	p.id, p.secret = p.emulator.ClientID(), p.emulator.ClientSecret()
	if p.url, err = p.emulator.Listen("127.0.0.1:0"); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

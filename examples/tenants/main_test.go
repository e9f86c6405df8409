package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

func TestTenants_ServesThreeOrganizationsOnTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := clitest.Run(t.Context(), "tenants", run, nil, "", "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, `waiting for organizations; Ctrl-C ends
a ticket came
Harbor Foods (dingharbor) has installed the app: its people are [Chen Jie Li Na]
Meadow Tools (dingmeadow) has installed the app: its people are [Zhao Min]
Orchard Press (dingorchard) has installed the app: its people are [Lin Yue Sun Hao]
dingorchard has withdrawn
dingtalk: tenants.Client: permission denied: the organization has ended its authorization
2 organizations are left
`, out)
}

func TestApp_TakesAnAuthorizationThatHasEndedSince(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods", person("Chen Jie")))
		apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{
			Options: []dingtalk.Option{dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()})},
		})
		require.NoError(t, err)
		a := &app{Tenants: apps, lines: make(chan string, 2)}
		installed := event.Event{Type: event.OrgSuiteAuth, CorpID: "dingharbor", Payload: &event.SuiteAuth{CorpID: "dingharbor"}}
		require.NoError(t, a.accept(t.Context(), installed))
		require.Empty(t, a.lines)

		srv.Authorize("dingharbor")
		time.Sleep(time.Minute) // the refusal is returned to further calls as well
		require.NoError(t, a.accept(t.Context(), installed))
		require.Equal(t, " (dingharbor) has installed the app: its people are [Chen Jie]", <-a.lines)
	})
}

// interruptor is an output that interrupts the program when it waits.
type interruptor struct {
	io.Writer
	interrupt func()
}

func (w interruptor) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("waiting for organizations")) {
		w.interrupt()
	}
	return w.Writer.Write(text)
}

func TestTenants_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: "tenants", Run: func(ctx context.Context, p cli.Process) int {
		ctx, interrupt := context.WithCancel(ctx)
		defer interrupt()
		if p.Getenv("DINGTALK_CLIENT_ID") != "" {
			p.Stdout = interruptor{p.Stdout, interrupt}
		}
		return run(ctx, p)
	}})
}

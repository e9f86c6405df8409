package main

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestTenants_KeepsACopyOfEachOrganizationOnTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := clitest.Run(t.Context(), "tenants", run, nil, "", "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, `waiting for organizations; Ctrl-C ends
a ticket came
Harbor Foods has installed the app: its people are [Chen Jie Li Na]
Meadow Tools has installed the app: its people are [Zhao Min]
Orchard Press has installed the app: its people are [Lin Yue Sun Hao Wang Fang]
Orchard Press has withdrawn: its copy is dropped
dingtalk: tenants.Client: permission denied: the organization has ended its authorization
2 organizations are left
`, out)
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

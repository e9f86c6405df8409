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

// interruptor is an output that interrupts the program when it prints a text.
type interruptor struct {
	io.Writer
	at        string
	interrupt func()
}

func (w interruptor) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte(w.at)) {
		w.interrupt()
	}
	return w.Writer.Write(text)
}

func TestCallback_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	free := []string{"-addr", "127.0.0.1:0"}
	clitest.CheckConventions(t, clitest.Program{
		Name: "callback", OnEmulator: free, OnService: free, Run: func(ctx context.Context, p cli.Process) int {
			ctx, interrupt := context.WithCancel(ctx)
			defer interrupt()
			p.Stdout = interruptor{p.Stdout, "listening on", interrupt}
			return run(ctx, p)
		},
	})
}

func TestCallback_PrintsTheEventsOfTheEmulator(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out bytes.Buffer // written by one handler at a time, before run returns
	code := run(ctx, cli.Process{
		Name: "callback", Args: []string{"-emulator", "-addr", "127.0.0.1:0"}, Getenv: func(string) string { return "" },
		Stdin: &bytes.Buffer{}, Stdout: interruptor{io.Discard, "user_add_org", func() { out.WriteString("received"); interrupt() }}, Stderr: io.Discard,
	})
	require.Zero(t, code)
	require.Equal(t, "received", out.String())
}

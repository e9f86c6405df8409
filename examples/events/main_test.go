package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

// interruptor is an output that interrupts the program when it begins to wait for events.
type interruptor struct {
	io.Writer
	interrupt func()
}

func (w interruptor) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("waiting for events")) {
		w.interrupt()
	}
	return w.Writer.Write(text)
}

func TestEvents_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	free := []string{"-addr", "127.0.0.1:0"}
	clitest.CheckConventions(t, clitest.Program{
		Name: "events", OnEmulator: free, OnService: free, Run: func(ctx context.Context, p cli.Process) int {
			ctx, interrupt := context.WithCancel(ctx)
			defer interrupt()
			p.Stdout = interruptor{p.Stdout, interrupt}
			return run(ctx, p)
		},
	})
}

// output is an output whose text can be waited for.
type output struct {
	lines chan string
	rest  string
}

func (o *output) Write(text []byte) (int, error) {
	o.rest += string(text)
	for {
		line, rest, found := strings.Cut(o.rest, "\n")
		if !found {
			return len(text), nil
		}
		o.lines <- line
		o.rest = rest
	}
}

// await returns the next line that matches a pattern.
func (o *output) await(t *testing.T, pattern string) []string {
	t.Helper()
	for {
		select {
		case line := <-o.lines:
			if match := regexp.MustCompile(pattern).FindStringSubmatch(line); match != nil {
				return match
			}
		case <-time.After(time.Minute):
			require.FailNow(t, "there is no line "+pattern)
		}
	}
}

// start runs the program until the end of the test.
func start(t *testing.T, env map[string]string, args ...string) *output {
	t.Helper()
	out := &output{lines: make(chan string, 1000)}
	ctx, interrupt := context.WithCancel(context.Background()) //nolint:usetesting // the cleanup interrupts it
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, cli.Process{
			Name: "events", Args: args, Getenv: func(name string) string { return env[name] },
			Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard,
		})
	}()
	t.Cleanup(func() {
		interrupt()
		assert.Zero(t, <-ended)
	})
	return out
}

// The command that the program prints is that of the README, with another address.
func TestEvents_PrintsTheEventsOfAnotherProgram(t *testing.T) {
	t.Parallel()
	out := start(t, nil, "-emulator", "-addr", "127.0.0.1:0")
	variables := out.await(t, `^  DINGTALK_BASE_URL=(\S+) DINGTALK_CLIENT_ID=(\S+) DINGTALK_CLIENT_SECRET=(\S+) \\$`)
	out.await(t, `^    go run ./examples/quickstart -yes -mobile 13800001234$`)
	out.await(t, `^waiting for events`)

	client, err := dingtalk.New(variables[2], variables[3], dingtalk.WithBaseURL(variables[1]), dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	for i, connected := 0, false; !connected; i++ { // what happens before the first connection is not sent
		require.NoError(t, client.UpdateDepartment(t.Context(), dingtalk.UpdateDepartmentRequest{DeptID: demo.Sales, Name: new(fmt.Sprint("Sales ", i))}))
		select {
		case line := <-out.lines:
			connected = strings.Contains(line, "org_dept_modify          departments [724960198]")
		case <-time.After(50 * time.Millisecond):
		}
	}
	_, err = client.CreateUser(t.Context(), dingtalk.CreateUserRequest{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1}})
	require.NoError(t, err)
	require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	out.await(t, `^\d\d:\d\d:\d\d  user_add_org             users \[zhao\.min\]$`)
	out.await(t, `^\d\d:\d\d:\d\d  user_leave_org           users \[zhao\.min\]$`)
}

func TestREADME_NamesTheCommandOfTheOtherTerminal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "README.zh-CN.md", "docs/events.md", "docs/events.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		require.NoError(t, err)
		require.Contains(t, string(text), "\nDINGTALK_BASE_URL=http://"+emulatorAddr+" DINGTALK_CLIENT_ID="+emulatorID+
			" DINGTALK_CLIENT_SECRET="+emulatorSecret+" \\\n  go run ./examples/quickstart -yes -mobile 13800001234\n")
	}
}

func TestEvents_ReceivesFromAService(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithEventRetention(time.Minute))
	out := start(t, clitest.Environment(t, srv))
	out.await(t, `^waiting for events`)
	for len(srv.StreamConnections()) == 0 {
		time.Sleep(time.Millisecond)
	}
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	out.await(t, `user_add_org             users \[zhao\.min\]$`)
}

func TestPrinter_AcceptsOnlyWhatItPrinted(t *testing.T) {
	t.Parallel()
	out := &output{lines: make(chan string, 10)}
	p := &printer{out: out}
	require.NoError(t, p.accept(t.Context(), event.Event{Type: "org_pet_adopt", Operator: "li\x1b.lei"}))
	require.Contains(t, <-out.lines, "  org_pet_adopt            by li .lei")
	p.out = clitest.FullDisk{}
	require.Error(t, p.accept(t.Context(), event.Event{Type: "org_pet_adopt"}))
}

func TestDescribe_KnowsEveryPayloadOfInternalApps(t *testing.T) {
	t.Parallel()
	for want, payload := range map[string]any{
		"users [zhao.min]":                 &event.UserChange{UserIDs: []string{"zhao.min"}},
		"departments [1]":                  &event.DepartmentChange{DeptIDs: []int64{1}},
		"roles or role groups [9]":         &event.RoleChange{RoleIDs: []int64{9}},
		"users [zhao.min], roles [9]: add": &event.RoleHolderChange{UserIDs: []string{"zhao.min"}, RoleIDs: []int64{9}, Action: "add"},
		"the app may be used by users [], departments [1], roles []": &event.ScopeChange{DeptIDs: []int64{1}},
		"the organization":               &event.OrganizationChange{},
		"the status of the app: disable": &event.AppStatusChange{Status: "disable"},
		"":                               nil,
	} {
		require.Equal(t, want, describe(event.Event{Payload: payload}))
	}
}

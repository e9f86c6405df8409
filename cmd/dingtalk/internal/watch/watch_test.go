package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// parse parses lines of JSON.
func parse(t *testing.T, out string) (records []record) {
	t.Helper()
	for line := range strings.Lines(out) {
		var r record
		require.NoError(t, json.Unmarshal([]byte(line), &r), line)
		records = append(records, r)
	}
	return records
}

func TestWatch_ShowsThreeChangesOfTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := apptest.Run(t.Context(), Command, nil, "", "-emulator")
	require.Zero(t, code, errOut)
	var types []event.Type
	for _, r := range parse(t, out) {
		types = append(types, r.Type)
		require.Empty(t, r.Data)
	}
	require.ElementsMatch(t, []event.Type{event.OrgDeptCreate, event.UserAddOrg, event.UserLeaveOrg}, types)
	require.Equal(t, "dingtalk: events received: 3\n", errOut)
}

// buffer is a writer that a test may read meanwhile.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// watching runs the command on a server until it is interrupted, once it is connected.
type watching struct {
	srv       *dingtalktest.Server
	env       map[string]string
	out, err  buffer
	interrupt context.CancelFunc
	ended     chan int
}

func watch(t *testing.T, args ...string) *watching {
	t.Helper()
	w := &watching{srv: dingtalktest.New(t), ended: make(chan int, 1)}
	w.env = clitest.Environment(t, w.srv)
	var ctx context.Context
	ctx, w.interrupt = context.WithCancel(t.Context())
	go func() {
		w.ended <- apptest.Main(Command)(ctx, cli.Process{
			Name: apptest.Name, Args: args, Getenv: func(name string) string { return w.env[name] }, Stdin: strings.NewReader(""),
			Stdout: &w.out, Stderr: &w.err,
		})
	}()
	require.Eventually(t, func() bool { return len(w.srv.StreamConnections()) > 0 }, time.Minute, time.Millisecond)
	return w
}

func TestWatch_PrintsEventsUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	w := watch(t, "-raw")
	w.srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	w.srv.Emit("label_user_change", map[string]any{"userIdList": []string{"zhao.min"}, "labelIdList": []int64{7}, "action": "add"})
	w.srv.Emit("some_new_event", map[string]any{"x": 1})
	require.Eventually(t, func() bool { return strings.Count(w.out.String(), "\n") == 3 }, time.Minute, time.Millisecond)
	w.interrupt()
	require.Equal(t, cli.OK, <-w.ended, w.err.String())
	require.Contains(t, w.err.String(), "dingtalk: events received: 3\n")
	byType := map[event.Type]record{}
	for _, r := range parse(t, w.out.String()) {
		byType[r.Type] = r
		assert.NotEmpty(t, r.ID)
		assert.Equal(t, w.srv.CorpID(), r.CorpID)
		assert.NotEmpty(t, r.Data)
	}
	require.Equal(t, []string{"zhao.min"}, byType[event.UserAddOrg].UserIDs)
	require.Equal(t, []string{"zhao.min"}, byType[event.LabelUserChange].UserIDs)
	require.Equal(t, []int64{7}, byType[event.LabelUserChange].RoleIDs)
}

func TestWatch_EndsAfterACountWithoutTakingMore(t *testing.T) {
	t.Parallel()
	w := watch(t, "-count", "1", "-o", "table")
	w.srv.Emit("user_add_org", map[string]any{"userId": []string{"a\x1b[2J"}})
	w.srv.Emit("user_leave_org", map[string]any{"userId": []string{"b"}})
	require.Equal(t, cli.OK, <-w.ended, w.err.String())
	require.Equal(t, 1, strings.Count(w.out.String(), "\n"))
	require.Regexp(t, `user_(add|leave)_org +users (a \[2J|b)\n$`, w.out.String())
}

func TestWatch_EndsAtATimeout(t *testing.T) {
	t.Parallel()
	code, out, errOut := apptest.Run(t.Context(), Command, clitest.Environment(t, dingtalktest.New(t)), "", "-timeout", "300ms")
	require.Zero(t, code, errOut)
	require.Empty(t, out)
	require.Equal(t, "dingtalk: no other receiver of this app gets the events that are received here\ndingtalk: events received: 0\n", errOut)
}

func TestWatch_ReportsAFailureToWrite(t *testing.T) {
	t.Parallel()
	var errOut strings.Builder
	code := apptest.Main(Command)(t.Context(), cli.Process{
		Name: apptest.Name, Args: []string{"-emulator"}, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""),
		Stdout: clitest.FullDisk{}, Stderr: &errOut,
	})
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut.String(), "no space left")
}

func TestWatch_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-count -1: it must be 0 or more":     {"-emulator", "-count", "-1"},
		"-output csv: choose json or table":   {"-emulator", "-o", "csv"},
		"set DINGTALK_CLIENT_ID and DINGTALK": nil,
	} {
		code, out, errOut := apptest.Run(t.Context(), Command, nil, "", args...)
		assert.Equal(t, cli.Usage, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
}

func TestRecord_HasNoSecretOfAThirdPartyApp(t *testing.T) {
	t.Parallel()
	e, err := event.Decode([]byte(`{"EventType":"suite_ticket","SuiteKey":"suite1","SuiteTicket":"a-secret","TimeStamp":"1"}`))
	require.NoError(t, err)
	text, err := json.Marshal(newRecord(e, true))
	require.NoError(t, err)
	require.NotContains(t, string(text), "a-secret")
}

func TestRecord_DescribesAGap(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 30, 12, 0, 0, 0, time.Local)
	r := record{Gap: &gap{at, at.Add(time.Minute), "no connection"}}
	require.Equal(t, "events may have been lost from 12:00:00 to 12:01:00: no connection", r.line())
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), `{"gap":{"from":`), string(text))
}

// untilPlace is the command, which is interrupted once it has named the place.
func untilPlace(ctx context.Context, p cli.Process) int {
	ctx, interrupt := context.WithCancel(ctx)
	defer interrupt()
	p.Stderr = interrupter{p.Stderr, interrupt}
	return apptest.Main(Command)(ctx, p)
}

type interrupter struct {
	io.Writer
	interrupt context.CancelFunc
}

func (i interrupter) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("dingtalk: on ")) {
		i.interrupt()
	}
	return i.Writer.Write(p)
}

func TestWatch_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: untilPlace, Help: apptest.Help(Command), GoesOn: true})
}

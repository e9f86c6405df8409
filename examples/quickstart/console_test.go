package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestInTheConsoleThePersonCanBeLookedAtAfterEachCall(t *testing.T) {
	t.Parallel()
	s := watch(t.Context(), t)
	s.until("Press Enter to begin ")
	s.enter()
	s.until("Press Enter to call ListSubDepartmentIDs ")
	s.enter()
	s.until("Press Enter to call CreateUser ")
	s.enter()
	printed := s.until("Press Enter to call GetUser ")
	page := regexp.MustCompile(`user information page: (http://127\.0\.0\.1:\d+/console/users/zhao\.min)\n`).FindStringSubmatch(printed)
	require.NotNil(t, page, printed)
	assert.Contains(t, s.body(http.StatusOK, page[1]), "Created by the quickstart")
	s.enter()
	s.until("Press Enter to call UpdateUser ")
	s.enter()
	s.until("Press Enter to call GetUser ")
	assert.Contains(t, s.body(http.StatusOK, page[1]), "Updated by the quickstart")
	s.enter()
	s.until("Press Enter to call DeleteUser ")
	s.enter()
	s.until("Press Enter to call GetUser ")
	s.body(http.StatusNotFound, page[1])
	s.enter()
	s.until("Press Enter to end ")
	console, _ := strings.CutSuffix(page[1], "users/zhao.min")
	assert.Contains(t, s.body(http.StatusOK, console+"log"), "DeleteUser", "it goes on serving")
	s.enter()
	s.until("")
	require.Zero(t, s.code)
	require.Empty(t, s.errOut.String())
}

func TestTheEndOfTheInputStandsForEveryEnter(t *testing.T) {
	t.Parallel()
	code, out, errOut := quickstart(t.Context(), nil, "-console")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "not found any more (errcode 60121)\n\nPress Enter to end \n")
}

func TestCtrlCWhileTheTourWaitsCleansUpAndEndsIt(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	s := watch(ctx, t)
	for range 3 {
		s.until("Press Enter to ")
		s.enter()
	}
	s.until("Press Enter to call GetUser ")
	interrupt()
	require.Contains(t, s.until(""), "cleaning up\nPress Enter to call DeleteUser \nDeleteUser            userid zhao.min → ok\n")
	require.Equal(t, 1, s.code)
	require.Contains(t, s.errOut.String(), "context canceled")
}

func TestAConsoleOfSomebodyElsesServiceIsRefused(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	code, out, errOut := quickstart(t.Context(), at(t, srv), "-console", "-mobile", "13800001234")
	require.Equal(t, 2, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "-console shows the built-in emulator, not http://127.0.0.1:")
	require.Contains(t, errOut, "unset DINGTALK_CLIENT_ID")
	require.Empty(t, srv.Calls(""))
}

// watched is a tour on the console, and who sits at the keyboard.
type watched struct {
	t      *testing.T
	out    *bufio.Reader
	keys   io.Writer
	code   int
	errOut strings.Builder
}

func watch(ctx context.Context, t *testing.T) *watched {
	t.Helper()
	in, keys := io.Pipe()
	out, screen := io.Pipe()
	w := &watched{t: t, out: bufio.NewReader(out), keys: keys}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.code = run(ctx, []string{"-console"}, func(string) string { return "" }, in, screen, &w.errOut)
		_ = screen.Close()
	}()
	t.Cleanup(func() {
		_, _ = in.Close(), out.Close()
		<-done
	})
	return w
}

// until reads what is printed up to a text, or up to the end of the program.
func (w *watched) until(text string) string {
	w.t.Helper()
	var read strings.Builder
	for text == "" || !strings.HasSuffix(read.String(), text) {
		b, err := w.out.ReadByte()
		if text == "" && err == io.EOF {
			break
		}
		require.NoError(w.t, err, "%s", &read)
		read.WriteByte(b)
	}
	return read.String()
}

func (w *watched) enter() {
	w.t.Helper()
	_, err := io.WriteString(w.keys, "\n")
	require.NoError(w.t, err)
}

// body is a page of the console.
func (w *watched) body(status int, address string) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, address, nil)
	require.NoError(w.t, err)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(r)
	require.NoError(w.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	require.Equal(w.t, status, res.StatusCode, "%s", body)
	return string(body)
}

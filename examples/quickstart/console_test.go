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
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestConsole_ShowsTheUserAfterEachCall(t *testing.T) {
	t.Parallel()
	s := startConsole(t.Context(), t)
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
	assert.Contains(t, s.body(http.StatusOK, console+"log"), "DeleteUser", "it keeps serving")
	s.enter()
	s.until("")
	require.Zero(t, s.code)
	require.Empty(t, clitest.CutPlace("quickstart", s.errOut.String()))
}

func TestConsole_DoesNotWaitAfterTheEndOfTheInput(t *testing.T) {
	t.Parallel()
	code, out, errOut := quickstart(t.Context(), nil, "-console")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "no longer found (errcode 60121)\n\nPress Enter to end \n")
}

func TestConsole_CleansUpAfterAnInterruptionWhileItWaits(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	s := startConsole(ctx, t)
	for range 3 {
		s.until("Press Enter to ")
		s.enter()
	}
	s.until("Press Enter to call GetUser ")
	interrupt()
	require.Equal(t, "\ncleaning up\nDeleteUser            userid zhao.min → ok\n\n", s.until(""), "there is no further prompt")
	require.Equal(t, 1, s.code)
	require.Contains(t, s.errOut.String(), "context canceled")
}

func TestConsole_IsThatOfTheEmulator(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	code, out, errOut := clitest.Run(t.Context(), "quickstart", run, clitest.Environment(t, srv), "", "-console")
	require.Zero(t, code)
	require.Equal(t, "quickstart: on the built-in emulator, with invented people\n", errOut)
	require.Contains(t, out, "\nconsole: http://127.0.0.1:")
	require.Empty(t, srv.Calls(""), "credentials are not used")
}

// session is a running tour with -console, driven by its input.
type session struct {
	t      *testing.T
	out    *bufio.Reader
	keys   io.Writer
	code   int
	errOut strings.Builder
}

// startConsole starts the program in the background.
func startConsole(ctx context.Context, t *testing.T) *session {
	t.Helper()
	in, keys := io.Pipe()
	out, screen := io.Pipe()
	s := &session{t: t, out: bufio.NewReader(out), keys: keys}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.code = run(ctx, cli.Process{
			Name: "quickstart", Args: []string{"-console"}, Getenv: func(string) string { return "" },
			Stdin: in, Stdout: screen, Stderr: &s.errOut,
		})
		_ = screen.Close()
	}()
	t.Cleanup(func() {
		_, _ = in.Close(), out.Close()
		<-done
	})
	return s
}

// until reads the output up to a text, or to the end of the program if the text is empty.
func (s *session) until(text string) string {
	s.t.Helper()
	var read strings.Builder
	for text == "" || !strings.HasSuffix(read.String(), text) {
		b, err := s.out.ReadByte()
		if text == "" && err == io.EOF {
			break
		}
		require.NoError(s.t, err, "%s", &read)
		read.WriteByte(b)
	}
	return read.String()
}

func (s *session) enter() {
	s.t.Helper()
	_, err := io.WriteString(s.keys, "\n")
	require.NoError(s.t, err)
}

// body returns a page of the console.
func (s *session) body(status int, address string) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil)
	require.NoError(s.t, err)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(r)
	require.NoError(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, status, res.StatusCode, "%s", body)
	return string(body)
}

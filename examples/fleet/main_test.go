package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// TestMain runs the test binary as another process of the fleet if an argument names it.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "worker":
			cli.Main("fleet", work)
		case "callers":
			cli.Main("fleet", callers)
		}
	}
	os.Exit(m.Run())
}

// buffer is an output that may be read while processes write.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// pids returns the pids of all processes of a worker, in the order of their starts.
func (b *buffer) pids(worker int) (all []int) {
	for _, found := range regexp.MustCompile(fmt.Sprintf(`(?m)^worker %d: pid (\d+)$`, worker)).FindAllStringSubmatch(b.String(), -1) {
		pid, _ := strconv.Atoi(found[1])
		all = append(all, pid)
	}
	return all
}

// testService is an emulator behind a real connection, which the program treats as DingTalk.
type testService struct {
	*dingtalktest.Server
	env     map[string]string
	creates atomic.Int64
	onWrite func(n int64) // called before the n-th creation
}

func newService(t *testing.T) *testService {
	t.Helper()
	s := &testService{
		Server:  dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency)),
		onWrite: func(int64) {},
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/user/create") {
			s.onWrite(s.creates.Add(1))
		}
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	s.env = map[string]string{
		"DINGTALK_CLIENT_ID": s.ClientID(), "DINGTALK_CLIENT_SECRET": s.ClientSecret(), "DINGTALK_BASE_URL": front.URL,
	}
	return s
}

func (s *testService) getenv(name string) string { return s.env[name] }

// noEnv looks up a variable in an empty environment.
func noEnv(string) string { return "" }

// assertOnlyWarnings checks that a text has no lines but warnings of the client: on a busy machine it says that it waits,
// or that Redis is slow.
func assertOnlyWarnings(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		assert.Regexp(t, "^time=.* level=WARN ", line)
	}
}

// storeFailed reports whether Redis did not reply to a process in time for the token, as a warning says. The process then
// fetches one of its own.
func storeFailed(warnings string) bool {
	return strings.Contains(warnings, `msg="dingtalk token store"`)
}

// runFleet runs the program with outputs that may be read while it runs.
func runFleet(ctx context.Context, getenv func(string) string, out, errOut io.Writer, args ...string) int {
	return run(ctx, cli.Process{Name: "fleet", Args: args, Getenv: getenv, Stdin: strings.NewReader(""), Stdout: out, Stderr: errOut})
}

// writeList writes a list of n people to a file.
func writeList(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("userid,name,mobile,dept_id_list\n")
	for i := range n {
		_, _ = fmt.Fprintf(&text, "p%d,Person %d,139%08d,1\n", i, i, i)
	}
	name := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(name, []byte(text.String()), 0o600))
	return name
}

func TestFleet_ImportsEachPersonOnce(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]string{
		"with a redis-server, if installed": "redis-server",
		"with the imitation":                "no-such-program",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut buffer
			code := runFleet(t.Context(), noEnv, &out, &errOut, "-emulator", "-processes", "3", "-people", "70", "-redis-server", server)
			require.Zero(t, code, out.String()+errOut.String())
			place, warnings, _ := strings.Cut(errOut.String(), "\n")
			assert.Equal(t, "fleet: on the built-in emulator, with invented people", place)
			assertOnlyWarnings(t, warnings)
			assert.Contains(t, out.String(), "\nThe first calls wait for 3 s: this Redis is new, ")
			assert.Contains(t, out.String(), "70 written, 0 unchanged\n")
			assert.Contains(t, out.String(), "the emulator has all 70 people of the list, each created once, and no others\n")
			if !storeFailed(warnings) {
				assert.Regexp(t, `  1 of \d+ calls were for a token\n`, out.String())
			}
			assert.Contains(t, out.String(), "  0 calls exceeded the limit\n")
			for worker := 1; worker <= 3; worker++ {
				assert.Len(t, out.pids(worker), 1)
			}
			_, missing := exec.LookPath(server)
			assert.Equal(t, missing != nil, strings.Contains(out.String(), "miniredis in this process"))
		})
	}
}

func TestFleet_LeavesExistingPeopleAndNamesConflicts(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(name, []byte("userid,name,mobile,dept_id_list\n"+
		"a,Lin Yue,13900000001,1\nb,Zhao Min,13900000002,/Nowhere\nc,Chen Bo,13900000003,1\nc,Chen Hua,13900000004,1\nd,He Xin,many,1,2\n"), 0o600))
	s := newService(t)
	s.AddUser(dingtalktest.User{UserID: "a", Name: "Lin Yue", Mobile: "13900000001", DeptIDList: []int64{1}})
	var out, errOut buffer
	require.Equal(t, 1, runFleet(t.Context(), s.getenv, &out, &errOut, "-list", name, "-apply", "-yes"), errOut.String())
	assert.Contains(t, out.String(), "0 written, 1 unchanged, 4 in conflict\n")
	assert.Contains(t, out.String(), "b (line 3): conflict: there is no department /Nowhere\n")
	assert.Contains(t, out.String(), "c (line 5): conflict: lines 4, 5 of the list have the same userid\n")
	assert.Regexp(t, `\n.*\(line 6\): conflict: 5 cells, but there are 4 columns\n`, out.String())
	assert.Contains(t, out.String(), "once the problems above are fixed, the same command does the rest\n")
	assert.Len(t, s.Users(), 1)
}

func TestFleet_WritesToAServiceOnlyWithApply(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts processes")
	}
	s, list := newService(t), writeList(t, 5)
	var out, errOut buffer
	require.Zero(t, runFleet(t.Context(), s.getenv, &out, &errOut, "-list", list), errOut.String())
	assert.Contains(t, out.String(), "0 written, 0 unchanged, 5 to be written\nnothing was written: add -apply to write\n")
	assert.Empty(t, s.Users())
	assert.Zero(t, s.creates.Load())
	require.Zero(t, runFleet(t.Context(), s.getenv, &out, &errOut, "-list", list, "-apply", "-yes"), errOut.String())
	assert.Len(t, s.Users(), 5)
	assert.NotContains(t, out.String()+errOut.String(), s.ClientSecret())
}

func TestFleet_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	list := writeList(t, 1)
	for want, args := range map[string][]string{
		"-processes 0: it must be 1 to 32":        {"-processes", "0"},
		"-processes 33: it must be 1 to 32":       {"-processes", "33"},
		"-people 0: it must be 1 to 5000":         {"-people", "0"},
		"-people 5001: it must be 1 to 5000":      {"-people", "5001"},
		`invalid value "many" for flag -people`:   {"-people", "many"},
		"choose one of them":                      {"-people", "7", "-list", list},
		"-list: open " + list + "x: no such file": {"-list", list + "x"},
	} {
		var out, errOut buffer
		assert.Equal(t, 2, runFleet(t.Context(), noEnv, &out, &errOut, args...), want)
		assert.Contains(t, errOut.String(), want)
		assert.Empty(t, out.String())
	}
	for want, env := range map[string]map[string]string{
		"cannot be imported into http://127.0.0.1:1: name a list with": {"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y", "DINGTALK_BASE_URL": "http://127.0.0.1:1"},
	} {
		var out, errOut buffer
		assert.Equal(t, 2, runFleet(t.Context(), func(name string) string { return env[name] }, &out, &errOut), want)
		assert.Contains(t, errOut.String(), want)
	}
	var out, errOut buffer
	assert.Equal(t, 2, work(t.Context(), cli.Process{Stdin: strings.NewReader("hello"), Stdout: &out, Stderr: &errOut}))
	assert.Contains(t, errOut.String(), "only fleet starts a worker")
}

func TestFleet_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts processes")
	}
	clitest.CheckConventions(t, clitest.Program{
		Name: "fleet", Run: run, Writes: true,
		OnEmulator: []string{"-processes", "1", "-people", "1"},
		OnService:  []string{"-processes", "1", "-list", writeList(t, 1), "-apply"},
	})
}

func TestRedis_IsNamedIfItDoesNotRespond(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	var out, errOut buffer
	require.Equal(t, 1, runFleet(t.Context(), noEnv, &out, &errOut, "-emulator", "-redis", addr))
	assert.Contains(t, errOut.String(), "no Redis responds on "+addr)
	assert.Contains(t, errOut.String(), "start one there, or omit -redis")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	program, err := os.Executable() // not a Redis server: it ends at once
	require.NoError(t, err)
	_, err = openRedis(ctx, options{program: program}, t.TempDir())
	require.ErrorContains(t, err, "does not respond")
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
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
)

// TestMain makes this test one of the other processes when it is asked to.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "worker":
			os.Exit(work(os.Stdin, os.Stdout, os.Stderr))
		case "callers":
			os.Exit(callers(os.Stdin, os.Stdout, os.Stderr))
		}
	}
	os.Exit(m.Run())
}

// page is an output that may be read while others write.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// pids are those of all processes of a worker, in the order of their starts.
func (p *page) pids(worker int) (all []int) {
	for _, found := range regexp.MustCompile(fmt.Sprintf(`(?m)^worker %d: pid (\d+)$`, worker)).FindAllStringSubmatch(p.String(), -1) {
		pid, _ := strconv.Atoi(found[1])
		all = append(all, pid)
	}
	return all
}

// service is an emulator that the program takes for somebody else's service.
type service struct {
	*dingtalktest.Server
	env     map[string]string
	creates atomic.Int64
	onWrite func(n int64) // done before the n-th create
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{
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

func (s *service) getenv(name string) string { return s.env[name] }

func nothing(string) string { return "" }

// file is a list of n people.
func file(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("userid,name,mobile,dept_id_list\n")
	for i := range n {
		_, _ = fmt.Fprintf(&text, "p%d,Person %d,%d,1\n", i, i, 13900000000+i)
	}
	name := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(name, []byte(text.String()), 0o600))
	return name
}

func TestThreeProcessesImportEverybodyOnce(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]string{
		"with a redis-server, if there is one": "redis-server",
		"with the stand-in":                    "no-such-program",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut page
			code := run(t.Context(), []string{"-processes", "3", "-people", "70", "-redis-server", server}, nothing, &out, &errOut)
			require.Zero(t, code, out.String()+errOut.String())
			assert.Empty(t, errOut.String())
			assert.Contains(t, out.String(), "70 written, 0 were as they should be\n")
			assert.Contains(t, out.String(), "the emulator has all 70 people of the list, each once, and nobody else\n")
			assert.Regexp(t, `  1 of \d+ calls were for a token\n`, out.String())
			assert.Contains(t, out.String(), "  0 calls were more than is permitted\n")
			for worker := 1; worker <= 3; worker++ {
				assert.Len(t, out.pids(worker), 1)
			}
			assert.Equal(t, server == "no-such-program", strings.Contains(out.String(), "miniredis in this process"))
		})
	}
}

func TestWhatIsThereAlreadyIsLeftAndConflictsAreNamed(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(name, []byte("userid,name,mobile,dept_id_list\n"+
		"a,Lin Yue,13900000001,1\nb,Zhao Min,13900000002,/Nowhere\nc,Chen Bo,13900000003,1\nc,Chen Hua,13900000004,1\nd,He Xin,many,1,2\n"), 0o600))
	s := newService(t)
	s.AddUser(dingtalktest.User{UserID: "a", Name: "Lin Yue", Mobile: "13900000001", DeptIDList: []int64{1}})
	var out, errOut page
	require.Equal(t, 1, run(t.Context(), []string{"-list", name, "-apply"}, s.getenv, &out, &errOut), errOut.String())
	assert.Contains(t, out.String(), "0 written, 1 were as they should be, 4 in conflict\n")
	assert.Contains(t, out.String(), "b (line 3): conflict: there is no department /Nowhere\n")
	assert.Contains(t, out.String(), "c (line 5): conflict: lines 4, 5 of the list have the same userid\n")
	assert.Regexp(t, `\n.*\(line 6\): conflict: 5 cells, but there are 4 columns\n`, out.String())
	assert.Contains(t, out.String(), "once what is named above is mended, the same command does the rest\n")
	assert.Len(t, s.Users(), 1)
}

func TestAServiceIsWrittenToWithApplyAlone(t *testing.T) {
	t.Parallel()
	s, list := newService(t), file(t, 5)
	var out, errOut page
	require.Zero(t, run(t.Context(), []string{"-list", list}, s.getenv, &out, &errOut), errOut.String())
	assert.Contains(t, out.String(), "0 written, 0 were as they should be, 5 to be written\nnothing was written: add -apply for that\n")
	assert.Empty(t, s.Users())
	assert.Zero(t, s.creates.Load())
	require.Zero(t, run(t.Context(), []string{"-list", list, "-apply"}, s.getenv, &out, &errOut), errOut.String())
	assert.Len(t, s.Users(), 5)
	assert.NotContains(t, out.String()+errOut.String(), s.ClientSecret())
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	list := file(t, 1)
	for want, args := range map[string][]string{
		"flag provided but not defined":           {"-x"},
		`it takes no argument: ["people.csv"]`:    {"people.csv"},
		"-processes 0: it is 1 to 32":             {"-processes", "0"},
		"-processes 33: it is 1 to 32":            {"-processes", "33"},
		"-people 0: it is 1 to 5000":              {"-people", "0"},
		"-people 5001: it is 1 to 5000":           {"-people", "5001"},
		`invalid value "many" for flag -people`:   {"-people", "many"},
		"choose one of them":                      {"-people", "7", "-list", list},
		"-list: open " + list + "x: no such file": {"-list", list + "x"},
	} {
		var out, errOut page
		assert.Equal(t, 2, run(t.Context(), args, nothing, &out, &errOut), want)
		assert.Contains(t, errOut.String(), want)
		assert.Empty(t, out.String())
	}
	for want, env := range map[string]map[string]string{
		"DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET":     {"DINGTALK_CLIENT_ID": "x"},
		"to http://127.0.0.1:1 no invented people go: name a list with": {"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y", "DINGTALK_BASE_URL": "http://127.0.0.1:1"},
	} {
		var out, errOut page
		assert.Equal(t, 2, run(t.Context(), nil, func(name string) string { return env[name] }, &out, &errOut), want)
		assert.Contains(t, errOut.String(), want)
	}
	var out, errOut page
	assert.Zero(t, run(t.Context(), []string{"-help"}, nothing, &out, &errOut))
	assert.Contains(t, errOut.String(), "-processes")
	assert.Equal(t, 2, work(strings.NewReader("hello"), &out, &errOut))
	assert.Contains(t, errOut.String(), "a worker is started by fleet alone")
}

func TestARedisThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	var out, errOut page
	require.Equal(t, 1, run(t.Context(), []string{"-redis", addr}, nothing, &out, &errOut))
	assert.Contains(t, errOut.String(), "no Redis answers on "+addr)
	assert.Contains(t, errOut.String(), "start one there, or leave -redis away")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	program, err := os.Executable() // which is no Redis: it ends at once
	require.NoError(t, err)
	_, err = openRedis(ctx, options{program: program}, t.TempDir())
	require.ErrorContains(t, err, "does not answer")
}

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// interruptor is an output that interrupts the program when it begins its work.
type interruptor struct {
	io.Writer
	interrupt func()
}

func (w interruptor) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("keeping the copy")) {
		w.interrupt()
	}
	return w.Writer.Write(text)
}

func TestMirror_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	args := []string{"-addr", "127.0.0.1:0", "-db", filepath.Join(t.TempDir(), "directory.db")}
	clitest.CheckConventions(t, clitest.Program{
		Name: "mirror", OnEmulator: args[:2], OnService: args, Run: func(ctx context.Context, p cli.Process) int {
			ctx, interrupt := context.WithCancel(ctx)
			defer interrupt()
			p.Stderr = interruptor{p.Stderr, interrupt}
			return run(ctx, p)
		},
	})
}

// output is an output whose lines can be waited for.
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

// start runs the program until the test ends or stop is called.
func start(t *testing.T, env map[string]string, args ...string) (out, errOut *output, stop func()) {
	t.Helper()
	out, errOut = &output{lines: make(chan string, 1000)}, &output{lines: make(chan string, 1000)}
	ctx, interrupt := context.WithCancel(context.Background()) //nolint:usetesting // the cleanup interrupts it
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, cli.Process{
			Name: "mirror", Args: args, Getenv: func(name string) string { return env[name] },
			Stdin: strings.NewReader(""), Stdout: out, Stderr: errOut,
		})
		close(ended)
	}()
	stop = func() {
		interrupt()
		assert.Zero(t, <-ended)
	}
	t.Cleanup(stop)
	return out, errOut, stop
}

// It is what the README tells a newcomer to do, with another address.
func TestMirror_PrintsWhatIsEditedInTheConsole(t *testing.T) {
	t.Parallel()
	out, errOut, _ := start(t, nil, "-emulator", "-addr", "127.0.0.1:0", "-status", "127.0.0.1:0")
	address := errOut.await(t, `^mirror: listening on (\S+); open (\S+/console/) in a browser`)
	page := errOut.await(t, `^mirror: the state of the copy is on (http://\S+)`)[1]
	errOut.await(t, `^mirror: revision \d+, 2 users, 3 departments, .*last scan `)
	form := url.Values{
		"userid": {"owner1001"}, "name": {"Chen Rui"}, "was.name": {"Chen Rui"}, "dept_id_list": {"1"}, "was.dept_id_list": {"1"},
		"title": {"President"}, "was.title": {"Managing Director"},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address[2]+"edit/update-user", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := (&http.Client{}).Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	out.await(t, `"kind":"user","userid":"owner1001","before":\{"title":"Managing Director"\},"after":\{"title":"President"\}\}$`)
	require.Contains(t, get(t, page), "Users</dt><dd>2<")
}

// get returns a page.
func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	res, err := (&http.Client{}).Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, res.Body.Close()) }()
	require.Equal(t, http.StatusOK, res.StatusCode)
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(b)
}

func TestMirror_ContinuesWhereItWas(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	env, file := clitest.Environment(t, srv), filepath.Join(t.TempDir(), "directory.db")
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	out, _, stop := start(t, env, "-db", file)
	out.await(t, `"kind":"user","userid":"zhao.min","after":.*"name":"Zhao Min"`)
	stop()

	srv.AddUser(dingtalktest.User{UserID: "li.lei", Name: "Li Lei"}) // while it does not run
	out, _, stop = start(t, env, "-db", file)
	for line := ""; !strings.Contains(line, `"userid":"li.lei","after"`); {
		line = out.await(t, `.*`)[0]
		assert.NotContains(t, line, `"userid":"zhao.min","after"`, "it was printed before")
	}
	stop()

	require.NoError(t, os.WriteFile(file+".printed", []byte("9999\n"), 0o600)) // of a copy that was removed
	out, _, stop = start(t, env, "-db", file)
	out.await(t, `^{"revision":\d+,"snapshot":true}$`)
	out.await(t, `^{"revision":\d+,"kind":"user","userid":"li.lei","after":.*"name":"Li Lei"`)
	out.await(t, `^{"revision":\d+,"kind":"user","userid":"zhao.min","after":.*"name":"Zhao Min"`)
	stop()

	require.NoError(t, os.WriteFile(file+".printed", []byte("\n"), 0o600))
	code, _, errOut := clitest.Run(t.Context(), "mirror", run, env, "", "-db", file)
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut, "remove it to have everything printed again")
}

func TestMirror_EndsWhenItCannotPrint(t *testing.T) {
	t.Parallel()
	var errOut strings.Builder
	file := filepath.Join(t.TempDir(), "directory.db")
	code := run(t.Context(), cli.Process{
		Name: "mirror", Args: []string{"-emulator", "-addr", "127.0.0.1:0", "-db", file}, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: clitest.FullDisk{}, Stderr: &errOut,
	})
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut.String(), "mirror: no space left\n")
	require.NoFileExists(t, file+".printed")
}

package clitest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// Program describes a program for CheckConventions.
type Program struct {
	Name       string
	Run        Main
	TakesArgs  bool              // besides flags
	OnEmulator []string          // arguments, besides -emulator, with which it does its work on the emulator
	OnService  []string          // arguments, besides -yes, with which it does its work on a service
	Env        map[string]string // that it needs besides the credentials
	Writes     bool              // its work changes the organization, or sends something to people
	Operation  string            // the first call of that work; empty: CreateUser
	Anonymous  bool              // it does not name the organization, because it examines whether calls work

	GoesOn            bool   // it goes on at a ban, which it logs
	EmulatorByDefault bool   // without credentials it is on the emulator
	Help              string // matches its help; empty: what cli.Process.Parse prints
}

// CheckConventions tests what holds for every program that works on an organization: it explains itself, accepts no
// argument that it does not know, names the place before it works there, is on the emulator only if told so or, with
// EmulatorByDefault, without credentials, writes to a service only after a confirmation, and ends at once when it meets a
// ban, whichever call meets it, unless it GoesOn.
func CheckConventions(t *testing.T, p Program) {
	t.Helper()
	t.Run("help", p.checkHelp)
	t.Run("wrong usage", p.checkWrongUsage)
	t.Run("place", p.checkPlace)
	if p.Writes {
		t.Run("confirmation", p.checkConfirmation)
	}
	if !p.GoesOn {
		t.Run("ban", p.checkBan)
	}
}

// service returns a server, and the environment of a program that takes it for DingTalk.
func (p Program) service(t *testing.T, opts ...dingtalktest.Option) (*dingtalktest.Server, map[string]string) {
	t.Helper()
	srv := dingtalktest.New(t, opts...)
	env := Environment(t, srv)
	maps.Copy(env, p.Env)
	return srv, env
}

// confirmed returns the arguments with which the program works on a service without a question, and more of them.
func (p Program) confirmed(more ...string) []string {
	if p.Writes {
		more = append([]string{"-yes"}, more...)
	}
	return slices.Concat(p.OnService, more)
}

func (p Program) checkHelp(t *testing.T) {
	srv, env := p.service(t)
	for _, args := range [][]string{{"-h"}, {"--help"}, {"-h", "--foo"}, p.confirmed("-h")} {
		code, out, errOut := Run(t.Context(), p.Name, p.Run, env, "", args...)
		assert.Equal(t, cli.OK, code, args)
		assert.Empty(t, errOut, args)
		title := strings.ToUpper(p.Name[:1]) + p.Name[1:]
		ofFlags := `^usage: ` + p.Name + ` \[flag \.\.\.\].*\n\n` + title + ` [a-z][^\x00]*\nFlags:\n[^\x00]*\nEnvironment:\n`
		assert.Regexp(t, cmp.Or(p.Help, ofFlags), out)
		for _, part := range []string{"-emulator", "DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET", "DINGTALK_BASE_URL"} {
			assert.Contains(t, out, part)
		}
		for name := range p.Env {
			assert.Contains(t, out, name)
		}
	}
	require.Empty(t, srv.Calls(""))
}

func (p Program) checkWrongUsage(t *testing.T) {
	srv, env := p.service(t)
	wrong := map[string][]string{"flag provided but not defined: -foo": p.confirmed("--foo")}
	if !p.TakesArgs {
		wrong[`unexpected arguments: ["foo" "-bar"]`] = p.confirmed("foo", "--", "-bar")
	}
	if p.Writes {
		wrong["add -yes to confirm it"] = p.OnService
	}
	for want, args := range wrong {
		code, out, errOut := Run(t.Context(), p.Name, p.Run, env, "", args...)
		assert.Equal(t, cli.Usage, code, want)
		assert.Contains(t, errOut, p.Name+": ")
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
	const noApp = "set DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET, or add -emulator"
	for want, env := range map[string]map[string]string{
		noApp: nil,
		"DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET": {"DINGTALK_CLIENT_ID": "x"},
		"DINGTALK_BASE_URL: plain http would send the client secret in the clear; use https\n": {
			"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y", "DINGTALK_BASE_URL": "http://oapi.dingtalk.com",
		},
	} {
		if want == noApp && p.EmulatorByDefault {
			continue // checkPlace tests it
		}
		code, out, errOut := Run(t.Context(), p.Name, p.Run, env, "", p.confirmed()...)
		assert.Equal(t, cli.Usage, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
	require.Empty(t, srv.Calls(""))
}

func (p Program) checkPlace(t *testing.T) {
	checkFirstLine := func(want string, env map[string]string, args []string) {
		t.Helper()
		_, _, errOut := Run(t.Context(), p.Name, p.Run, env, "", args...)
		first, _, _ := strings.Cut(errOut, "\n")
		assert.Equal(t, p.Name+": on "+want, first)
	}
	srv, env := p.service(t)
	onEmulator := append([]string{"-emulator"}, p.OnEmulator...)
	app := "client ID " + srv.ClientID() + " at " + env["DINGTALK_BASE_URL"]
	checkFirstLine("the built-in emulator, with invented people", env, onEmulator)
	require.Empty(t, srv.Calls(""), "credentials are not used with -emulator")
	checkFirstLine("the built-in emulator, with invented people", nil, onEmulator)
	if p.EmulatorByDefault {
		checkFirstLine("the built-in emulator, with invented people", nil, p.OnEmulator)
	}

	if p.Anonymous {
		checkFirstLine(env["DINGTALK_BASE_URL"], env, p.confirmed())
		return
	}
	checkFirstLine("Organization ("+app+")", env, p.confirmed())
	srv, env = p.service(t, dingtalktest.WithoutScope("qyapi_get_department_list"))
	app = "client ID " + srv.ClientID() + " at " + env["DINGTALK_BASE_URL"]
	checkFirstLine("the organization of "+app, env, p.confirmed())
	env["DINGTALK_CLIENT_ID"] = "a secret, perhaps"
	checkFirstLine(env["DINGTALK_BASE_URL"], env, p.confirmed())
}

func (p Program) checkConfirmation(t *testing.T) {
	for answer, confirmed := range map[string]bool{"y\n": true, " YES\n": true, "n\n": false, "\n": false, "": false, "yesterday\n": false} {
		srv, env := p.service(t)
		code, _, errOut := RunOnTerminal(t.Context(), p.Name, p.Run, env, answer, p.OnService...)
		assert.Contains(t, errOut, "Organization (client ID ", "the question names the organization")
		assert.Contains(t, errOut, "? [y/N] ")
		if confirmed {
			assert.NotEmpty(t, srv.Calls(cmp.Or(p.Operation, "CreateUser")), "%q", answer)
			continue
		}
		assert.Equal(t, cli.Failed, code, "%q", answer)
		assert.Contains(t, errOut, p.Name+": nothing was written\n")
		assert.Empty(t, srv.Calls(cmp.Or(p.Operation, "CreateUser")), "%q", answer)
	}
}

func (p Program) checkBan(t *testing.T) {
	sample := dingtalktest.WithSampleOrg(16, 60, 1)
	srv, env := p.service(t, sample)
	_, _, errOut := Run(t.Context(), p.Name, p.Run, env, "", p.confirmed()...)
	calls := srv.Calls("")
	require.NotEmpty(t, calls, errOut)
	ops := map[string]string{} // by path
	for _, c := range calls {
		ops[c.Path] = c.Op
	}
	for first := 1; first <= len(calls); first *= 3 {
		srv, env := p.service(t, sample)
		var n atomic.Int64
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) >= int64(first) {
				srv.Fail(ops[r.URL.Path], dingtalktest.BanJSON, 1)
			}
			srv.ServeHTTP(w, r)
		}))
		env["DINGTALK_BASE_URL"] = host.URL
		p.endsAtOnce(t, env, fmt.Sprintf("a ban from call %d of %d", first, len(calls)))
		host.Close()
	}
}

// endsAtOnce checks that the program does not wait for the end of a ban.
func (p Program) endsAtOnce(t *testing.T, env map[string]string, cause string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, out, errOut := Run(ctx, p.Name, p.Run, env, "", p.confirmed()...)
		if !p.Anonymous { // it reports a ban in its own way
			assert.Regexp(t, "try again in [45]m|Wait at least [45]m", out+errOut, cause)
		}
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute): // a ban takes five
		assert.Fail(t, "it waits for the end of "+cause)
		interrupt()
		<-ended
	}
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// forms are the ways of writing that an interruption must not harm.
var forms = map[string][]string{
	"lines of JSON": nil,
	"fast CSV":      {"-fast", "-format", "csv", "-bom"},
}

func TestAnInterruptionAtAnyCallLosesAndDoublesNobody(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: interrupts an export at each call")
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			organisation(srv)
			h := serve(t, srv)
			want := uninterrupted(t, h, form)
			dir := t.TempDir()
			again := filepath.Join(dir, "again and again")
			for k := int64(1); ; k++ {
				once := filepath.Join(dir, fmt.Sprint(k))
				if interrupted(t, h, k, append(form, "-o", once)) == 0 {
					require.Greater(t, k, int64(20), "there are enough calls to interrupt")
					require.Equal(t, want, contents(t, once))
					break
				}
				code, _, errOut := export(t.Context(), h.env, append(form, "-o", once)...)
				require.Zero(t, code, errOut)
				require.Equal(t, want, contents(t, once), "interrupted at call %d", k)
				require.NoFileExists(t, once+".state")

				if interrupted(t, h, k, append(form, "-o", again)) == 0 { // there was less and less to do
					require.Equal(t, want, contents(t, again))
					again = filepath.Join(dir, fmt.Sprint("again after ", k))
				}
			}
		})
	}
}

// interrupted exports with an interruption at the k-th call.
func interrupted(t *testing.T, h *host, k int64, args []string) int {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	h.before(func(n int64) {
		if n == k {
			interrupt()
		}
	})
	defer h.before(func(int64) {})
	code, _, errOut := export(ctx, h.env, args...)
	if code != 0 {
		require.Equal(t, 1, code, errOut)
		require.Error(t, ctx.Err(), errOut)
	}
	return code
}

func TestAnInterruptionKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for range 300 {
		srv.AddUser(dingtalktest.User{})
	}
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	require.Equal(t, 1, interrupted(t, h, 250, []string{"-o", file}))
	before := len(srv.Calls("GetUser"))
	code, _, errOut := export(t.Context(), h.env, "-o", file)
	require.Zero(t, code, errOut)
	require.Less(t, len(srv.Calls("GetUser"))-before, 150)
}

func TestWhatCannotBeGoneOnWithIsRefused(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	organisation(srv)
	h := serve(t, srv)
	text, state := unfinished(t, h)
	whole := uninterrupted(t, h, nil)
	other := serve(t, dingtalktest.New(t))
	for want, change := range map[string]struct {
		env         map[string]string
		text, state string
		args        []string
	}{
		"it holds the organisation of client ID " + srv.ClientID(): {env: other.env},
		"it is written with -format jsonl, not csv":                {args: []string{"-format", "csv"}},
		"it is written with -fast=false":                           {args: []string{"-fast"}},
		"people was changed since the export was interrupted":      {text: text[:len(text)/4]},
		"was changed since the export was interrupted: begin":      {text: strings.Replace(text, "Chen", "Shen", 1)},
		"people.state is damaged":                                  {state: strings.Replace(state, "size", `si"e`, 1)},
		"is damaged: invalid character":                            {state: "people\n" + state},
	} {
		file := filepath.Join(t.TempDir(), "people")
		if change.text == "" {
			change.text = text
		}
		if change.state == "" {
			change.state = state
		}
		if change.env == nil {
			change.env = h.env
		}
		require.NoError(t, os.WriteFile(file, []byte(change.text), 0o600))
		require.NoError(t, os.WriteFile(file+".state", []byte(change.state), 0o600))
		code, out, errOut := export(t.Context(), change.env, append(change.args, "-o", file)...)
		require.Equal(t, 2, code, want)
		require.Contains(t, errOut, want)
		require.Contains(t, errOut, "begin anew with -restart")
		require.Empty(t, out)
		require.Equal(t, change.text, contents(t, file), "it is left alone")
		require.Equal(t, change.state, contents(t, file+".state"))

		code, _, errOut = export(t.Context(), change.env, append(change.args, "-restart", "-o", file)...)
		require.Zero(t, code, errOut)
		require.NoFileExists(t, file+".state")
		if change.env["DINGTALK_CLIENT_ID"] == srv.ClientID() && len(change.args) == 0 {
			require.Equal(t, whole, contents(t, file))
		}
	}
}

func TestOneProgramAtATimeWritesAFile(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	organisation(srv)
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	var second int
	var complaint string
	h.before(func(n int64) {
		if n == 20 {
			h.before(func(int64) {})
			second, _, complaint = export(t.Context(), h.env, "-o", file)
		}
	})
	code, _, errOut := export(t.Context(), h.env, "-o", file)
	require.Zero(t, code, errOut)
	require.Equal(t, 2, second)
	require.Contains(t, complaint, "another export is writing it")
	require.Equal(t, uninterrupted(t, h, nil), contents(t, file))
}

// unfinished is an export that was interrupted late.
func unfinished(t *testing.T, h *host) (text, state string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "unfinished")
	k := int64(20)
	for interrupted(t, h, k, []string{"-o", file, "-restart"}) != 0 {
		k++
	}
	for k--; interrupted(t, h, k, []string{"-o", file, "-restart"}) == 0; k-- { // calls come in any order
	}
	return contents(t, file), contents(t, file+".state")
}

// uninterrupted is what an export without any trouble writes.
func uninterrupted(t *testing.T, h *host, form []string) string {
	t.Helper()
	code, out, errOut := export(t.Context(), h.env, form...)
	require.Zero(t, code, errOut)
	return out
}

func contents(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

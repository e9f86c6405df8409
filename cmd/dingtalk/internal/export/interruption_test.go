package export

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

// formats are the formats that an interruption must not damage.
var formats = map[string][]string{
	"lines of JSON": nil,
	"fast CSV":      {"-fast", "-o", "csv", "-bom"},
}

func TestExport_SurvivesAnInterruptionAtAnyCall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: interrupts an export at each call")
	}
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			addOrganization(srv)
			h := serve(t, srv)
			want := exportAll(t, h, format)
			dir := t.TempDir()
			again := filepath.Join(dir, "again and again")
			for k := int64(1); ; k++ {
				once := filepath.Join(dir, fmt.Sprint(k))
				if interrupted(t, h, k, append(format, once)) == 0 {
					require.Greater(t, k, int64(20), "there are enough calls to interrupt")
					require.Equal(t, want, readFile(t, once))
					break
				}
				code, _, errOut := runExport(t.Context(), h.env, append(format, once)...)
				require.Zero(t, code, errOut)
				require.Equal(t, want, readFile(t, once), "interrupted at call %d", k)
				require.NoFileExists(t, once+".state")

				if interrupted(t, h, k, append(format, again)) == 0 { // each run had less to do
					require.Equal(t, want, readFile(t, again))
					again = filepath.Join(dir, fmt.Sprint("again after ", k))
				}
			}
		})
	}
}

// interrupted exports with an interruption at the k-th call, and returns the exit code.
func interrupted(t *testing.T, h *host, k int64, args []string) int {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	h.beforeCall(func(n int64) {
		if n == k {
			interrupt()
		}
	})
	defer h.beforeCall(func(int64) {})
	code, _, errOut := runExport(ctx, h.env, args...)
	if code != 0 {
		require.Equal(t, 1, code, errOut)
		require.Error(t, ctx.Err(), errOut)
	}
	return code
}

func TestExport_KeepsWhatWasWrittenBeforeAnInterruption(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for range 300 {
		srv.AddUser(dingtalktest.User{})
	}
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	require.Equal(t, 1, interrupted(t, h, 250, []string{file}))
	before := len(srv.Calls("GetUser"))
	code, _, errOut := runExport(t.Context(), h.env, file)
	require.Zero(t, code, errOut)
	require.Less(t, len(srv.Calls("GetUser"))-before, 150)
}

func TestExport_RefusesToContinueADifferentExport(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	h := serve(t, srv)
	text, state := exportUnfinished(t, h)
	whole := exportAll(t, h, nil)
	other := serve(t, dingtalktest.New(t))
	for want, change := range map[string]struct {
		env         map[string]string
		text, state string
		args        []string
	}{
		"it holds the organization of client ID " + srv.ClientID(): {env: other.env},
		"it was written with -output json, not csv":                {args: []string{"-o", "csv"}},
		"it was written with -fast=false":                          {args: []string{"-fast"}},
		"people was changed since the export was interrupted":      {text: text[:len(text)/4]},
		"was changed since the export was interrupted: start":      {text: strings.Replace(text, "Chen", "Shen", 1)},
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
		code, out, errOut := runExport(t.Context(), change.env, append(change.args, file)...)
		require.Equal(t, 2, code, want)
		require.Contains(t, errOut, want)
		require.Contains(t, errOut, "start again with -restart")
		require.Empty(t, out)
		require.Equal(t, change.text, readFile(t, file), "it is not touched")
		require.Equal(t, change.state, readFile(t, file+".state"))

		code, _, errOut = runExport(t.Context(), change.env, append(change.args, "-restart", file)...)
		require.Zero(t, code, errOut)
		require.NoFileExists(t, file+".state")
		if change.env["DINGTALK_CLIENT_ID"] == srv.ClientID() && len(change.args) == 0 {
			require.Equal(t, whole, readFile(t, file))
		}
	}
}

func TestExport_RefusesASecondRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	var second int
	var secondErr string
	h.beforeCall(func(n int64) {
		if n == 20 {
			h.beforeCall(func(int64) {})
			second, _, secondErr = runExport(t.Context(), h.env, file)
		}
	})
	code, _, errOut := runExport(t.Context(), h.env, file)
	require.Zero(t, code, errOut)
	require.Equal(t, 2, second)
	require.Contains(t, secondErr, "another export is writing to it")
	require.Equal(t, exportAll(t, h, nil), readFile(t, file))
}

// exportUnfinished returns the files of an export that was interrupted late.
func exportUnfinished(t *testing.T, h *host) (text, state string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "unfinished")
	k := int64(20)
	for interrupted(t, h, k, []string{file, "-restart"}) != 0 {
		k++
	}
	for k--; interrupted(t, h, k, []string{file, "-restart"}) == 0; k-- { // the order of the calls varies
	}
	return readFile(t, file), readFile(t, file+".state")
}

// exportAll returns what an export without faults writes.
func exportAll(t *testing.T, h *host, format []string) string {
	t.Helper()
	code, out, errOut := runExport(t.Context(), h.env, format...)
	require.Zero(t, code, errOut)
	return out
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

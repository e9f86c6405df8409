package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

func TestAKillAtAnyMomentLosesAndDoublesNobody(t *testing.T) {
	t.Parallel()
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t, dingtalktest.WithLatency(time.Millisecond))
			organisation(srv)
			h := serve(t, srv)
			want := uninterrupted(t, h, form)
			for round := range 2 {
				file := filepath.Join(t.TempDir(), fmt.Sprint(round))
				for runs := int64(0); !program(t, h, 1+rand.Int64N(15+3*runs), append(form, "-o", file)); runs++ {
					require.Less(t, runs, int64(100), "it gets on")
				}
				require.Equal(t, want, contents(t, file))
				require.NoFileExists(t, file+".state")
			}
		})
	}
}

// program exports in a process of its own that is killed at the k-th call, and says whether it ended well.
func program(t *testing.T, h *host, k int64, args []string) bool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = []string{"EXPORT_RUN=1"}
	for name, value := range h.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var errOut bytes.Buffer
	cmd.Stderr = &errOut

	started := make(chan struct{})
	var killed atomic.Bool
	h.before(func(n int64) {
		if n == k {
			<-started
			killed.Store(true)
			go func() { _ = cmd.Process.Kill() }() // the answer may be faster
		}
	})
	defer h.before(func(int64) {})
	require.NoError(t, cmd.Start())
	close(started)
	if err := cmd.Wait(); err != nil {
		require.True(t, killed.Load(), "%v: %s", err, errOut.String())
		return false
	}
	return true
}

func TestOfAnEntryCutShortNothingCounts(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	organisation(srv)
	h := serve(t, srv)
	want := uninterrupted(t, h, nil)
	text, state := unfinished(t, h)
	var asked settings
	var entries []entry
	for i, line := range strings.Split(strings.TrimSpace(state), "\n") {
		if i == 0 {
			require.NoError(t, json.Unmarshal([]byte(line), &asked))
			continue
		}
		var e entry
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		entries = append(entries, e)
	}
	require.Greater(t, len(entries), 5)

	file := filepath.Join(t.TempDir(), "people")
	for cut := range len(state) + 1 {
		if cut%11 > 0 && !strings.Contains(state[max(0, cut-2):min(len(state), cut+2)], "\n") {
			continue // near the ends of lines every cut counts
		}
		// Of the records there may be more than of the entries, and the last one may be cut short as well.
		require.NoError(t, os.WriteFile(file, []byte(text+`{"userid":"ha`), 0o600))
		require.NoError(t, os.WriteFile(file+".state", []byte(state[:cut]), 0o600))
		o, err := openOutput(file, asked, false)
		require.NoError(t, err)
		require.NoError(t, o.close())
		var people int
		var size int64
		for _, e := range entries[:max(1, strings.Count(state[:cut], "\n"))-1] {
			people, size = people+len(e.Users), e.Size
		}
		require.Len(t, o.seen, people)
		require.Equal(t, text[:size], contents(t, file))
		require.Equal(t, people, strings.Count(text[:size], "\n"))
		good := state[:max(strings.Index(state, "\n"), strings.LastIndex(state[:cut], "\n"))+1]
		require.Equal(t, good, contents(t, file+".state"), "it begins with the settings at least")
	}
	for _, cut := range []int{0, 1, len(state) / 3, len(state) / 2, len(state) - 1} {
		require.NoError(t, os.WriteFile(file, []byte(text+`{"userid":"ha`), 0o600))
		require.NoError(t, os.WriteFile(file+".state", []byte(state[:cut]), 0o600))
		code, _, errOut := export(t.Context(), h.env, "-o", file)
		require.Zero(t, code, errOut)
		require.Equal(t, want, contents(t, file))
	}
}

func TestAnEntryComesAfterItsRecords(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*output){
		"they cannot be written":   func(o *output) { o.buffer.Reset(failing{}) },
		"they cannot be made safe": func(o *output) { _ = o.file.Close() },
	} {
		file := filepath.Join(t.TempDir(), "people")
		o, err := openOutput(file, settings{}, false)
		require.NoError(t, err)
		state := contents(t, file+".state")
		spoil(o)
		require.NoError(t, o.add("lin", []byte("{}\n")))
		require.Error(t, o.commit(nil), name)
		require.Error(t, o.commit(new(int64(7))), "nothing more is written after a failure")
		_ = o.close()
		require.Equal(t, state, contents(t, file+".state"), name)

		o, err = openOutput(file, settings{}, false)
		require.NoError(t, err)
		require.False(t, o.has("lin"))
		require.NoError(t, o.close())
	}
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

func TestAKillInALargeDepartmentCostsLittle(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for range 700 {
		srv.AddUser(dingtalktest.User{})
	}
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	require.False(t, program(t, h, 650, []string{"-o", file}))
	before := len(srv.Calls("GetUser"))
	code, _, errOut := export(t.Context(), h.env, "-o", file)
	require.Zero(t, code, errOut)
	require.LessOrEqual(t, len(srv.Calls("GetUser"))-before, 700-checkpoint)
	require.Equal(t, uninterrupted(t, h, nil), contents(t, file))
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

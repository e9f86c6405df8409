package export

import (
	"bytes"
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
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestExport_SurvivesAKillAtAnyTime(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts and kills processes")
	}
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t, dingtalktest.WithLatency(time.Millisecond))
			addOrganization(srv)
			h := serve(t, srv)
			want := exportAll(t, h, format)
			for round := range 2 {
				file := filepath.Join(t.TempDir(), fmt.Sprint(round))
				for runs := int64(0); !runAndKill(t, h, 1+rand.Int64N(15+3*runs), false, append(format, file)); runs++ {
					require.Less(t, runs, int64(100), "it makes progress")
				}
				require.Equal(t, want, readFile(t, file))
				require.NoFileExists(t, file+".state")
			}
		})
	}
}

// runAndKill exports in a process of its own that is killed at the k-th call, and reports whether it succeeded. If held
// is set, the call is handled only after the kill; otherwise its response may come first.
func runAndKill(t *testing.T, h *host, k int64, held bool, args []string) bool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, append(args, "-qps", "0")...)
	cmd.Env = []string{"EXPORT_RUN=1"}
	for name, value := range h.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var errOut bytes.Buffer
	cmd.Stderr = &errOut

	started, dead := make(chan struct{}), make(chan struct{})
	var killed atomic.Bool
	h.beforeCall(func(n int64) {
		if n != k {
			return
		}
		<-started
		killed.Store(true)
		go func() { _ = cmd.Process.Kill() }()
		if held {
			<-dead
		}
	})
	defer h.beforeCall(func(int64) {})
	require.NoError(t, cmd.Start())
	close(started)
	err = cmd.Wait()
	close(dead)
	if err != nil {
		require.True(t, killed.Load(), "%v: %s", err, errOut.String())
		return false
	}
	return true
}

func TestOutput_IgnoresAnIncompleteEntry(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	h := serve(t, srv)
	want := exportAll(t, h, nil)
	text, state := exportUnfinished(t, h)
	var saved settings
	var entries []entry
	for i, line := range strings.Split(strings.TrimSpace(state), "\n") {
		if i == 0 {
			require.NoError(t, json.Unmarshal([]byte(line), &saved))
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
			continue // near the ends of lines, each position matters
		}
		// There may be more records than entries, and the last record may be incomplete as well.
		require.NoError(t, os.WriteFile(file, []byte(text+`{"userid":"ha`), 0o600))
		require.NoError(t, os.WriteFile(file+".state", []byte(state[:cut]), 0o600))
		o, err := openRecords(file, saved, false)
		require.NoError(t, err)
		require.NoError(t, o.close())
		var people int
		var size int64
		for _, e := range entries[:max(1, strings.Count(state[:cut], "\n"))-1] {
			people, size = people+len(e.Users), e.Size
		}
		require.Len(t, o.users, people)
		require.Equal(t, text[:size], readFile(t, file))
		require.Equal(t, people, strings.Count(text[:size], "\n"))
		good := state[:max(strings.Index(state, "\n"), strings.LastIndex(state[:cut], "\n"))+1]
		require.Equal(t, good, readFile(t, file+".state"), "the settings remain")
	}
	for _, cut := range []int{0, 1, len(state) / 3, len(state) / 2, len(state) - 1} {
		require.NoError(t, os.WriteFile(file, []byte(text+`{"userid":"ha`), 0o600))
		require.NoError(t, os.WriteFile(file+".state", []byte(state[:cut]), 0o600))
		code, _, errOut := runExport(t.Context(), h.env, file)
		require.Zero(t, code, errOut)
		require.Equal(t, want, readFile(t, file))
	}
}

func TestOutput_WritesEntriesAfterTheirRecords(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*records){
		"they cannot be written":   func(o *records) { o.buffer.Reset(clitest.FullDisk{}) },
		"they cannot be made safe": func(o *records) { _ = o.file.Close() },
	} {
		file := filepath.Join(t.TempDir(), "people")
		o, err := openRecords(file, settings{}, false)
		require.NoError(t, err)
		state := readFile(t, file+".state")
		spoil(o)
		require.NoError(t, o.add("lin", []byte("{}\n")))
		require.Error(t, o.commit(nil), name)
		require.Error(t, o.commit(new(int64(7))), "nothing more is written after a failure")
		_ = o.close()
		require.Equal(t, state, readFile(t, file+".state"), name)

		o, err = openRecords(file, settings{}, false)
		require.NoError(t, err)
		require.False(t, o.hasUser("lin"))
		require.NoError(t, o.close())
	}
}

func TestExport_LosesLittleByAKillInALargeDepartment(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for range 700 {
		srv.AddUser(dingtalktest.User{})
	}
	h := serve(t, srv)
	file := filepath.Join(t.TempDir(), "people")
	require.False(t, runAndKill(t, h, 650, true, []string{file}))
	h.waitForRequests() // the server may still be handling calls of the killed program
	before := len(srv.Calls("GetUser"))
	code, _, errOut := runExport(t.Context(), h.env, file)
	require.Zero(t, code, errOut)
	require.LessOrEqual(t, len(srv.Calls("GetUser"))-before, 700-checkpoint)
	require.Equal(t, exportAll(t, h, nil), readFile(t, file))
}

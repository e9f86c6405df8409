package importer

import (
	"context"
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

var deletingArgs = []string{"-apply", "-delete", "-max-delete-share", "1"}

func TestImport_ContinuesAfterAnInterruptionAtAnyCall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: interrupts an import at each call")
	}
	for _, handled := range []bool{false, true} {
		t.Run(fmt.Sprintf("after the work %v", handled), func(t *testing.T) {
			t.Parallel()
			for k := int64(1); ; k += 4 {
				h := serve(t)
				args := append([]string{listFile(t, people())}, deletingArgs...)
				first := interrupted(t, h, k, handled, args)
				for n := int64(3); k%8 == 1 && n < 30 && interrupted(t, h, n, handled, args) != 0; n += 7 {
					continue // interrupt it again
				}
				code, _, errOut := runImport(t.Context(), h.env, args...)
				require.Zero(t, code, errOut)
				checkImported(t, h.srv, unlisted...)
				checkNoState(t, args[0])
				if first == 0 {
					require.Greater(t, k, int64(60), "there are enough calls to interrupt")
					break
				}
			}
		})
	}
}

// interrupted imports with an interruption at the k-th call, and returns the exit code.
func interrupted(t *testing.T, h *host, k int64, handled bool, args []string) int {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	h.onCall(k, handled, interrupt)
	defer h.resetHook()
	code, _, errOut := runImport(ctx, h.env, args...)
	if code != 0 {
		require.Equal(t, 1, code, errOut)
		require.Error(t, ctx.Err(), errOut)
		require.Contains(t, errOut, "interrupted")
	}
	return code
}

func TestImport_ContinuesAfterAKillAtAnyTime(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts and kills processes")
	}
	var kills atomic.Int64
	t.Cleanup(func() { require.Greater(t, kills.Load(), int64(10)) })
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 5)) //nolint:gosec // repeatable is what it is to be
			h := serve(t, dingtalktest.WithLatency(time.Millisecond))
			args := append([]string{listFile(t, people())}, deletingArgs...)
			args = append(args, "-outcome", args[0]+".outcome")
			for runs := int64(0); !runAndKill(t, h, 10+r.Int64N(40+10*runs), r.IntN(2) == 0, args); runs++ {
				kills.Add(1)
				require.Less(t, runs, int64(50), "it makes progress")
			}
			checkImported(t, h.srv, unlisted...)
			checkNoState(t, args[0])
			outcome := readFile(t, args[0]+".outcome")
			require.Equal(t, 26, strings.Count(outcome, ",done,")+strings.Count(outcome, ",create,no change,"), outcome)
		})
	}
}

// runAndKill imports in a process of its own that is killed at the k-th call, and reports whether it succeeded.
func runAndKill(t *testing.T, h *host, k int64, handled bool, args []string) bool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, append(args, "-qps", "0", "-yes")...) //nolint:gosec // this binary
	cmd.Env = []string{"IMPORT_RUN=1"}
	for name, value := range h.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var errOut strings.Builder
	cmd.Stderr = &errOut

	started := make(chan struct{})
	var killed atomic.Bool
	h.onCall(k, handled, func() {
		<-started
		killed.Store(true)
		go func() { _ = cmd.Process.Kill() }() // the response may be faster
	})
	defer h.resetHook()
	require.NoError(t, cmd.Start())
	close(started)
	if err := cmd.Wait(); err != nil {
		require.True(t, killed.Load() && !cmd.ProcessState.Exited(), "%v: %s", err, errOut.String())
		return false
	}
	return true
}

// interruptAfterWrite interrupts an import once it has written something.
func interruptAfterWrite(t *testing.T, h *host, args ...string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	h.hook.Store(new(func() func() {
		return func() {
			if h.writes() > 0 {
				interrupt()
			}
		}
	}))
	defer h.resetHook()
	code, _, errOut := runImport(ctx, h.env, args...)
	require.Equal(t, 1, code, errOut)
	require.Contains(t, errOut, "interrupted; the same command continues with the same plan")
}

func TestImport_ContinuesWithTheSamePlan(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	interruptAfterWrite(t, h, file, "-apply")
	require.FileExists(t, file+".journal")
	plan := readFile(t, file+".journal.plan")

	code, _, errOut := runImport(t.Context(), h.env, file)
	require.Zero(t, code)
	require.Contains(t, errOut, "but -apply first continues with the unfinished plan in "+file+".journal.plan")
	require.Equal(t, plan, readFile(t, file+".journal.plan"))

	read := len(h.srv.Calls("ListUsers"))
	code, out, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "continuing with the plan of ")
	require.Contains(t, out, "8 to create, 6 to update", "the plan is the first one")
	require.Len(t, h.srv.Calls("ListUsers"), read, "the organization is not read again")
	checkImported(t, h.srv)
	checkNoState(t, file)
}

func TestImport_RefusesOtherArgumentsForAnUnfinishedPlan(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	interruptAfterWrite(t, h, file, "-apply")
	plan, journal := readFile(t, file+".journal.plan"), readFile(t, file+".journal")
	refuse := func(want string, h *host, args ...string) {
		t.Helper()
		code, _, errOut := runImport(t.Context(), h.env, append(args, file, "-apply")...)
		require.Equal(t, 2, code)
		require.Contains(t, errOut, want)
		require.Equal(t, plan, readFile(t, file+".journal.plan"))
		require.Equal(t, journal, readFile(t, file+".journal"))
	}
	refuse("it was made with -delete=false", h, "-delete")
	refuse("it was made for -dept [], not [724960203]", h, "-dept", "724960203")
	refuse("it is for client ID", serve(t))
	require.NoError(t, os.WriteFile(file, []byte(people()+"p8,,,,Seller,,,\n"), 0o600))
	refuse("it was made from another list: use the same arguments, or make another plan with -restart", h)

	code, _, errOut := runImport(t.Context(), h.env, file, "-apply", "-restart")
	require.Zero(t, code, errOut)
	checkNoState(t, file)
	u, _ := h.srv.User("p8")
	require.Equal(t, "Seller", u.Title)
	require.Len(t, h.srv.Users(), 30)
}

func TestImport_RefusesASecondRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	h.onCall(3, false, func() { // while the organization is read
		code, _, errOut := runImport(t.Context(), h.env, file, "-apply")
		require.Equal(t, 2, code)
		require.Contains(t, errOut, "another import is running")
	})
	code, _, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	checkImported(t, h.srv)
	checkNoState(t, file)
}

func TestState_DropsAnIncompletePlan(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	interruptAfterWrite(t, h, file, "-apply")
	plan, journal := readFile(t, file+".journal.plan"), readFile(t, file+".journal")
	for cut := 0; cut < len(plan); cut += 1 + len(plan)/40 {
		for _, text := range []string{plan[:cut], strings.Repeat("\x00", cut)} {
			name := filepath.Join(t.TempDir(), "people.csv.journal")
			require.NoError(t, os.WriteFile(name+".plan", []byte(text), 0o600))
			s, err := openState(name)
			require.NoError(t, err)
			require.Nil(t, s.plan)
			s.close()
			require.NoFileExists(t, name+".plan")
			if text == "" {
				continue
			}
			require.NoError(t, os.WriteFile(name+".plan", []byte(text), 0o600))
			require.NoError(t, os.WriteFile(name, []byte(journal), 0o600))
			_, err = openState(name)
			require.ErrorContains(t, err, "the plan is damaged")
			require.Equal(t, journal, readFile(t, name))
		}
	}
}

// TestImport_SurvivesAKillAtItsEnd restores the files as they are at each step of the end.
func TestImport_SurvivesAKillAtItsEnd(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	interruptAfterWrite(t, h, file, "-apply")
	journal := readFile(t, file+".journal")
	code, _, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)

	require.NoError(t, os.WriteFile(file+".journal.plan", nil, 0o600))
	require.NoError(t, os.WriteFile(file+".journal", []byte(journal), 0o600))
	code, out, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "there is nothing to do", "a new plan is made")
	checkNoState(t, file)
}

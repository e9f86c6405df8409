package main

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

var everything = []string{"-apply", "-delete", "-max-delete-share", "1"}

func TestAnInterruptionAtAnyCallIsGoneOnWith(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: interrupts an import at each call")
	}
	for _, handled := range []bool{false, true} {
		t.Run(fmt.Sprintf("after the work %v", handled), func(t *testing.T) {
			t.Parallel()
			for k := int64(1); ; k += 4 {
				h := serve(t)
				args := append([]string{listFile(t, people())}, everything...)
				first := interrupted(t, h, k, handled, args)
				for n := int64(3); k%8 == 1 && n < 30 && interrupted(t, h, n, handled, args) != 0; n += 7 {
					continue // again and again
				}
				code, _, errOut := imports(t.Context(), h.env, args...)
				require.Zero(t, code, errOut)
				exact(t, h.srv, unlisted...)
				settled(t, args[0])
				if first == 0 {
					require.Greater(t, k, int64(60), "there are enough calls to interrupt")
					break
				}
			}
		})
	}
}

// interrupted imports with an interruption at the k-th call.
func interrupted(t *testing.T, h *host, k int64, handled bool, args []string) int {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	h.at(k, handled, interrupt)
	defer h.undisturbed()
	code, _, errOut := imports(ctx, h.env, args...)
	if code != 0 {
		require.Equal(t, 1, code, errOut)
		require.Error(t, ctx.Err(), errOut)
		require.Contains(t, errOut, "interrupted")
	}
	return code
}

func TestAKillAtAnyMomentIsGoneOnWith(t *testing.T) {
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
			args := append([]string{listFile(t, people())}, everything...)
			args = append(args, "-outcome", args[0]+".outcome")
			for runs := int64(0); !program(t, h, 10+r.Int64N(40+10*runs), r.IntN(2) == 0, args); runs++ {
				kills.Add(1)
				require.Less(t, runs, int64(50), "it gets on")
			}
			exact(t, h.srv, unlisted...)
			settled(t, args[0])
			outcome := contents(t, args[0]+".outcome")
			require.Equal(t, 26, strings.Count(outcome, ",done,")+strings.Count(outcome, ",create,no change,"), outcome)
		})
	}
}

// program imports in a process of its own that is killed at the k-th call, and says whether it ended well.
func program(t *testing.T, h *host, k int64, handled bool, args []string) bool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, append(args, "-qps", "0")...) //nolint:gosec // this binary
	cmd.Env = []string{"IMPORT_RUN=1"}
	for name, value := range h.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var errOut strings.Builder
	cmd.Stderr = &errOut

	started := make(chan struct{})
	var killed atomic.Bool
	h.at(k, handled, func() {
		<-started
		killed.Store(true)
		go func() { _ = cmd.Process.Kill() }() // the answer may be faster
	})
	defer h.undisturbed()
	require.NoError(t, cmd.Start())
	close(started)
	if err := cmd.Wait(); err != nil {
		require.True(t, killed.Load() && !cmd.ProcessState.Exited(), "%v: %s", err, errOut.String())
		return false
	}
	return true
}

// underWay interrupts an import once it has written something.
func underWay(t *testing.T, h *host, args ...string) {
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
	defer h.undisturbed()
	code, _, errOut := imports(ctx, h.env, args...)
	require.Equal(t, 1, code, errOut)
	require.Contains(t, errOut, "interrupted; the same command goes on from there, with the same plan")
}

func TestTheSamePlanIsGoneOnWith(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	underWay(t, h, file, "-apply")
	require.FileExists(t, file+".journal")
	plan := contents(t, file+".journal.plan")

	code, _, errOut := imports(t.Context(), h.env, file)
	require.Zero(t, code)
	require.Contains(t, errOut, "but -apply first goes on with the plan in "+file+".journal.plan")
	require.Equal(t, plan, contents(t, file+".journal.plan"))

	read := len(h.srv.Calls("ListUsers"))
	code, out, errOut := imports(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "going on with the plan of ")
	require.Contains(t, out, "8 to create, 6 to update", "as it was at first")
	require.Len(t, h.srv.Calls("ListUsers"), read, "the organisation is not read again")
	exact(t, h.srv)
	settled(t, file)
}

func TestAnotherQuestionIsNotAnsweredWithThePlanUnderWay(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	underWay(t, h, file, "-apply")
	plan, journal := contents(t, file+".journal.plan"), contents(t, file+".journal")
	refuse := func(want string, h *host, args ...string) {
		t.Helper()
		code, _, errOut := imports(t.Context(), h.env, append(args, file, "-apply")...)
		require.Equal(t, 2, code)
		require.Contains(t, errOut, want)
		require.Equal(t, plan, contents(t, file+".journal.plan"))
		require.Equal(t, journal, contents(t, file+".journal"))
	}
	refuse("it was made with -delete=false", h, "-delete")
	refuse("it was made for -dept [], not [724960203]", h, "-dept", "724960203")
	refuse("it is for client ID", serve(t))
	require.NoError(t, os.WriteFile(file, []byte(people()+"p8,,,,Seller,,,\n"), 0o600))
	refuse("the list was another one then: ask for the same, or make another plan with -restart", h)

	code, _, errOut := imports(t.Context(), h.env, file, "-apply", "-restart")
	require.Zero(t, code, errOut)
	settled(t, file)
	u, _ := h.srv.User("p8")
	require.Equal(t, "Seller", u.Title)
	require.Len(t, h.srv.Users(), 30)
}

func TestOneImportAtATime(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	h.at(3, false, func() { // while the organisation is read
		code, _, errOut := imports(t.Context(), h.env, file, "-apply")
		require.Equal(t, 2, code)
		require.Contains(t, errOut, "another import is at work")
	})
	code, _, errOut := imports(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	exact(t, h.srv)
	settled(t, file)
}

func TestAPlanThatWasNotKeptWasNotBegun(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	underWay(t, h, file, "-apply")
	plan, journal := contents(t, file+".journal.plan"), contents(t, file+".journal")
	for cut := 0; cut < len(plan); cut += 1 + len(plan)/40 {
		for _, text := range []string{plan[:cut], strings.Repeat("\x00", cut)} {
			name := filepath.Join(t.TempDir(), "people.csv.journal")
			require.NoError(t, os.WriteFile(name+".plan", []byte(text), 0o600))
			s, err := openState(name)
			require.NoError(t, err)
			require.Nil(t, s.kept)
			s.close()
			require.NoFileExists(t, name+".plan")
			if text == "" {
				continue
			}
			require.NoError(t, os.WriteFile(name+".plan", []byte(text), 0o600))
			require.NoError(t, os.WriteFile(name, []byte(journal), 0o600))
			_, err = openState(name)
			require.ErrorContains(t, err, "the plan is damaged")
			require.Equal(t, journal, contents(t, name))
		}
	}
}

// TestAKillWhileItIsSettledIsNoTrouble leaves the files as they are at each step of the end.
func TestAKillWhileItIsSettledIsNoTrouble(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	underWay(t, h, file, "-apply")
	journal := contents(t, file+".journal")
	code, _, errOut := imports(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)

	require.NoError(t, os.WriteFile(file+".journal.plan", nil, 0o600))
	require.NoError(t, os.WriteFile(file+".journal", []byte(journal), 0o600))
	code, out, errOut := imports(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "there is nothing to do", "it is planned anew")
	settled(t, file)
}

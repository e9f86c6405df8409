package provision_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// With these flags the test binary runs as the process that applies a plan and is killed.
var (
	killPlan    = flag.String("kill.plan", "", "the `file` with the plan to apply")
	killJournal = flag.String("kill.journal", "", "the `file` of its journal")
	killURL     = flag.String("kill.url", "", "the `address` of the emulator")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *killPlan == "" {
		os.Exit(m.Run())
	}
	if err := applyUntilKilled(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const appID, appSecret = "dingexample", "example-secret" //nolint:gosec // of the emulator

func applyUntilKilled() error {
	text, err := os.ReadFile(*killPlan)
	if err != nil {
		return err
	}
	var plan provision.Plan
	if err := json.Unmarshal(text, &plan); err != nil {
		return err
	}
	client, err := dingtalk.New(appID, appSecret, dingtalk.WithBaseURL(*killURL),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	if err != nil {
		return err
	}
	report, err := plan.Apply(context.Background(), client, provision.ApplyOptions{
		Journal: *killJournal, Concurrency: 4, MaxDeletionShare: 1,
	})
	if err != nil {
		return err
	}
	if bad := len(report.Outcomes) - report.Count(provision.ResultDone) - report.Count(provision.ResultNoChange); bad > 0 {
		return fmt.Errorf("%d people are not done: %+v", bad, report.Outcomes)
	}
	return nil
}

// killingServer is a front of the emulator that kills the process that calls it.
type killingServer struct {
	srv *dingtalktest.Server

	mu      sync.Mutex
	process *os.Process
	calls   int // left until the kill, which is at 0
	after   bool
	delay   time.Duration
	created map[string]int
	deleted map[string]int
}

func (e *killingServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.URL.Path != "/gettoken" {
		e.calls--
	}
	due := e.calls == 0 && r.URL.Path != "/gettoken"
	if due && !e.after && e.delay == 0 {
		_ = e.process.Kill()
		panic(http.ErrAbortHandler)
	}
	response := httptest.NewRecorder()
	e.srv.ServeHTTP(response, r)
	var status struct {
		Errcode int `json:"errcode"`
	}
	var request struct {
		UserID string `json:"userid"`
	}
	_, _ = json.Unmarshal(response.Body.Bytes(), &status), json.Unmarshal(body, &request)
	if status.Errcode == 0 {
		switch {
		case strings.HasSuffix(r.URL.Path, "/user/create"):
			e.created[request.UserID]++
		case strings.HasSuffix(r.URL.Path, "/user/delete"):
			e.deleted[request.UserID]++
		}
	}
	switch {
	case due && e.delay > 0:
		process := e.process
		time.AfterFunc(e.delay, func() { _ = process.Kill() })
	case due:
		_ = e.process.Kill()
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), response.Header())
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes())
}

// run starts the process and waits for its end. It reports whether the process ended by itself and succeeded.
func (e *killingServer) run(t *testing.T, args ...string) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	e.mu.Lock()
	require.NoError(t, cmd.Start())
	e.process = cmd.Process
	e.mu.Unlock()
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.Exited() { // not killed
		t.Errorf("the process failed: %v: %s", err, errs.String())
	}
	return err == nil
}

// TestApply_ContinuesAfterAKilledProcess kills a real process at a random call, before or after it is handled or some
// time later, up to three times; then lets it finish.
func TestApply_ContinuesAfterAKilledProcess(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts 20 processes")
	}
	var total atomic.Int64
	t.Cleanup(func() {
		assert.Greater(t, total.Load(), int64(30), "a few processes may have ended before they were killed")
	})
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // a repeatable sequence
			srv := dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithCredentials(appID, appSecret))
			departments(srv)
			addPeople(srv, 10, sales)
			list := "userid,name,mobile,dept_id_list,title,manager_userid\n"
			for i := range 20 {
				list += fmt.Sprintf("new%d,New %d,139%08d,/Sales,New,new%d\n", i, i, i, i/2-1)
			}
			list = strings.ReplaceAll(list, ",new-1\n", ",\n")
			for i := range 7 {
				list += fmt.Sprintf("p%d,,,,Old,\n", i)
			}
			plan := newPlan(t, srv, list, withDeletions)
			require.Equal(t, [3]int{20, 7, 3}, [3]int{plan.Count(provision.ActionCreate), plan.Count(provision.ActionUpdate), plan.Count(provision.ActionDelete)})
			dir := t.TempDir()
			text, err := json.Marshal(plan)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "plan"), text, 0o600))

			front := &killingServer{srv: srv, created: map[string]int{}, deleted: map[string]int{}}
			host := httptest.NewUnstartedServer(front)
			host.Config.ErrorLog = nil
			host.Start()
			t.Cleanup(host.Close)
			kills := 0
			for {
				front.mu.Lock()
				front.calls, front.after, front.delay = -1, r.IntN(2) == 0, 0
				if kills < 3 {
					front.calls = 1 + r.IntN(30)
				}
				if r.IntN(3) == 0 {
					front.delay = time.Duration(1 + r.IntN(3_000_000))
				}
				front.mu.Unlock()
				if front.run(t, "-kill.plan="+filepath.Join(dir, "plan"), "-kill.journal="+filepath.Join(dir, "journal"), "-kill.url="+host.URL) {
					break
				}
				total.Add(1)
				kills++
				require.Less(t, kills, 10)
			}
			require.Len(t, srv.Users(), 27, "no one is lost")
			for _, u := range srv.Users() {
				if strings.HasPrefix(u.UserID, "new") {
					assert.Equal(t, 1, front.created[u.UserID], "%s is created once", u.UserID)
					assert.Equal(t, "New", u.Title)
				} else {
					assert.Equal(t, "Old", u.Title)
				}
			}
			assert.Equal(t, map[string]int{"p7": 1, "p8": 1, "p9": 1}, front.deleted)
			assert.Equal(t, 27, newPlan(t, srv, list, withDeletions).Count(provision.ActionUnchanged), "exactly as listed")
		})
	}
}

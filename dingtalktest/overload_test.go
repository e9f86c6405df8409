package dingtalktest_test

import (
	"errors"
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

var overloadTime = flag.Duration("overload.time", 2*time.Second, "how long the emulator is overloaded")

// TestServer_UnderOverload keeps 256 callers busy without a pause. Only injected faults may fail, and neither
// goroutines nor memory may grow.
func TestServer_UnderOverload(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: keeps 256 callers busy for seconds of real time")
	}
	const callers = 256
	srv := dingtalktest.New(t, dingtalktest.Strict())
	client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	_, err := client.Token(t.Context())
	require.NoError(t, err)

	before := runtime.NumGoroutine()
	var calls, injected, refused atomic.Int64
	busy := func(d time.Duration) { // and until the journal is full, however slow the machine is
		const journalSize = 10_000
		end, until := time.Now().Add(d), calls.Load()+journalSize
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				userid := fmt.Sprintf("u%d", i)
				for n := 0; time.Now().Before(end) || calls.Load() < until; n++ {
					if n%10 == 9 {
						srv.Fail("GetUser", dingtalktest.Code(60120), 1)
						injected.Add(1)
					}
					for _, err := range life(t, client, userid, fmt.Sprintf("139%08d", i)) {
						calls.Add(1)
						switch e, _ := errors.AsType[*dingtalk.Error](err); {
						case err == nil:
						case e.Code == 60120:
							refused.Add(1)
						default:
							t.Errorf("an error that was not injected: %v", err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
	}

	busy(*overloadTime / 2)
	half := heap()
	busy(*overloadTime / 2)
	end := heap()

	t.Logf("%d calls by %d callers in %v; %d faults; heap %.1f MiB after half of the time, %.1f MiB in the end",
		calls.Load(), callers, *overloadTime, injected.Load(), half, end)
	assert.Equal(t, injected.Load(), refused.Load(), "each fault met one call")
	assert.Empty(t, srv.Users(), "all created people were deleted")
	assert.LessOrEqual(t, runtime.NumGoroutine(), before+2, "goroutines")
	assert.Less(t, end, 1.5*half+4, "MiB in use")
}

// life creates, reads, updates and deletes a person.
func life(t *testing.T, client *dingtalk.Client, userid, mobile string) []error {
	t.Helper()
	ctx := t.Context()
	_, create := client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID: userid, Name: "Zhao Min", Mobile: mobile, DeptIDList: []int64{1},
	})
	_, get := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userid})
	update := client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: userid, Title: new("Lead")})
	_, list := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
	remove := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: userid})
	return []error{create, get, update, list, remove}
}

// heap returns the memory in use after a collection, in MiB.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

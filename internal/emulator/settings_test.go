package emulator

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestSettings_ChangeWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		s := a.server
		inside := a.department(directory.Department{})
		a.seed(directory.User{UserID: "u", DeptIDList: []int64{inside}})
		a.seed(directory.User{UserID: "outside"})
		read := func(userid string) string { return a.post(getPath, `{"userid":"`+userid+`"}`).code() }
		require.Equal(t, "0", read("u"))

		require.NoError(t, s.SetMissingPoints([]string{contract.GetMember}))
		assert.Equal(t, "60011", read("u"))
		require.NoError(t, s.SetMissingPoints([]string{contract.LivenessBase}))
		assert.Equal(t, "0", read("u"), "what is not named is given back")

		require.NoError(t, s.SetContactScope([]int64{inside}, nil))
		assert.Equal(t, "0", read("u"))
		assert.Equal(t, "50002", read("outside"))
		require.NoError(t, s.SetContactScope(nil, []string{"outside"}))
		assert.Equal(t, "50002", read("u"))
		assert.Equal(t, "0", read("outside"))
		scopes := a.get("/auth/scopes", map[string][]string{"access_token": {a.token}})
		assert.Equal(t, map[string]any{"authed_user": []any{"outside"}, "authed_dept": []any{}}, scopes["auth_org_scopes"])

		require.NoError(t, s.SetJitter(time.Second, 2*time.Second))
		begun := time.Now()
		read("u")
		assert.GreaterOrEqual(t, time.Since(begun), time.Second)
		require.NoError(t, s.SetJitter(0, 0))
		begun = time.Now()
		read("u")
		assert.Zero(t, time.Since(begun))

		assert.Equal(t, Settings{MissingPoints: []string{contract.LivenessBase}, ScopeUsers: []string{"outside"}}, s.Settings())
		require.NoError(t, s.Reset())
		assert.Equal(t, newServer(t).Settings(), s.Settings(), "a reset restores them")
	})
}

func TestSettings_AnAddressLimitBeginsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		blocked := func() bool { return a.post(listPath, `{"dept_id":1}`)["status"] != nil }
		require.NoError(t, a.server.SetAddressLimit(2))
		assert.Equal(t, []bool{false, false, true, true}, []bool{blocked(), blocked(), blocked(), blocked()})
		require.NoError(t, a.server.SetAddressLimit(2))
		assert.True(t, blocked(), "the same limit changes nothing")
		require.NoError(t, a.server.SetAddressLimit(1))
		assert.Equal(t, []bool{false, true}, []bool{blocked(), blocked()})
		require.NoError(t, a.server.SetAddressLimit(0))
		assert.False(t, blocked())
	})
}

// A sample replaces the organization, and the contact scope is part of it in the directory.
func TestSettings_OutliveAReseed(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	require.NoError(t, a.server.SetContactScope(nil, nil))
	require.NoError(t, a.server.Reseed(3, 5, 1))
	userid := a.server.Users()[0].UserID
	assert.Equal(t, "50002", a.post(getPath, `{"userid":"`+userid+`"}`).code())
}

func TestSettings_AreRefusedWhereTheyCannotBe(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithQPS(3), WithAddressLimit(4), WithJitter(1, 2, 1), WithoutScope(contract.GetMember))
	before := s.Settings()
	for name, change := range map[string]func() error{
		"qps":     func() error { return s.SetLimit(-1) },
		"address": func() error { return s.SetAddressLimit(-1) },
		"jitter":  func() error { return s.SetJitter(2, 1) },
		"minus":   func() error { return s.SetJitter(-1, 1) },
		"point":   func() error { return s.SetMissingPoints([]string{"qyapi_nothing"}) },
		"scope":   func() error { return s.SetContactScope([]int64{0}, nil) },
	} {
		assert.Error(t, change(), name)
	}
	assert.Equal(t, before, s.Settings())
}

// A logged-in list is kept between pages, and it depends on the contact scope.
func TestSettings_AChangedScopeAppliesToAListInProgress(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "u"})
	list := func() []any {
		day := time.Now().In(contract.ServiceZone).Format("20060102")
		return a.post("/topapi/inactive/user/v2/get", `{"is_active":false,"offset":0,"size":10,"query_date":"`+day+`"}`).result()["list"].([]any)
	}
	require.Equal(t, []any{"u"}, list())
	require.NoError(t, a.server.SetContactScope(nil, nil))
	assert.Empty(t, list())
}

// The race detector watches calls that meet settings as they change, and administrators who lift them.
func TestSettings_ChangeUnderLoad(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := a.server
	a.seed(directory.User{UserID: "u"})
	stop := make(chan struct{})
	var work sync.WaitGroup
	repeat := func(do func(i int)) {
		work.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					do(i)
				}
			}
		})
	}
	outside, inside := "50002", "0"
	repeat(func(int) {
		code := a.post(getPath, `{"userid":"u"}`).code()
		assert.Contains(t, []string{outside, inside, "60011", "90018"}, code)
	})
	repeat(func(i int) {
		assert.NoError(t, s.SetContactScope([]int64{int64(1 + i%2)}, nil))
		assert.NoError(t, s.SetMissingPoints(PermissionPoints()[:i%3]))
		assert.NoError(t, s.SetJitter(0, time.Duration(i%2)*time.Microsecond))
		assert.NoError(t, s.SetLimit(i%2*1000))
		assert.NoError(t, s.SetAddressLimit(1_000_000+i))
	})
	repeat(func(i int) {
		_, refused := s.Administer(t.Context(), "UpdateUser", map[string]any{"userid": "u", "title": fmt.Sprint(i)})
		assert.Nil(t, refused)
		s.Log(LogFilter{Failed: true, UserID: "u"}, 0, 10)
	})
	for range 200 {
		s.Settings()
		runtime.Gosched()
		a.stored("u")
	}
	assert.Eventually(t, func() bool { return s.CountLog(LogFilter{Op: "UpdateUser"}) > 100 }, time.Minute, time.Millisecond)
	close(stop)
	work.Wait()
}

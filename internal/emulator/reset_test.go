package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestReset_RestoresTheInitialState(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]Option{
		"empty":    {},
		"a sample": {WithSampleOrg(5, 20, 7), WithCustomFields("Own")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fresh := newServer(t, opts...)
				a := newApp(t, append(opts, WithQPS(2))...)
				s := a.server
				seeded := a.seed(directory.User{RoleList: []directory.Role{{Name: "R", GroupName: "G"}}}).UserID
				a.department(directory.Department{Name: "D"})
				a.post(createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"1"}`)
				s.Advance(time.Hour)
				require.NoError(t, s.SetLimit(9))
				require.NoError(t, s.Fail("GetUser", Throttled, 1))
				require.NotEqual(t, fresh.Users(), s.Users())

				require.NoError(t, s.Reset())
				assert.Equal(t, fresh.Users(), s.Users())
				assert.Equal(t, fresh.Departments(), s.Departments())
				assert.Equal(t, fresh.Roles(), s.Roles())
				assert.Equal(t, fresh.RoleGroups(), s.RoleGroups())
				now, ahead := s.Clock()
				assert.Zero(t, ahead)
				assert.Equal(t, time.Now(), now)
				assert.Equal(t, 2, s.Settings().QPS)
				assert.Empty(t, s.Faults())

				assert.Len(t, s.Log(LogFilter{}, 0, 10), 2, "the journal stays")
				assert.Equal(t, "40014", a.post(getPath, `{}`).code(), "the token is revoked")
				a.token = a.fetchToken()
				assert.Equal(t, "60121", a.post(getPath, `{"userid":"`+seeded+`"}`).code())
				_, err := s.AddUser(directory.User{Extension: `{"Hobby":"Go"}`})
				assert.NoError(t, err, "the fields of the sample exist")
			})
		})
	}
}

func TestReset_ClearsCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(1), WithAddressLimit(3))
		read := func() string { return a.post(getPath, `{"userid":"absent"}`).code() }
		require.Equal(t, "60121", read())
		require.Equal(t, "90018", read())
		require.Empty(t, read(), "the address is blocked")
		blocked := a.server.Log(LogFilter{}, 0, 1)[0]
		require.Equal(t, BanJSON.Parts(), blocked.Fault)
		require.True(t, blocked.Broken)
		require.NoError(t, a.server.Reset())
		a.token = a.fetchToken()
		assert.Equal(t, "60121", read())
	})
}

func TestReseed_ReplacesOnlyTheOrganization(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCustomFields("Own"), WithQPS(30))
	s := a.server
	left := a.seed(directory.User{UserID: "left"}).UserID
	s.Advance(time.Hour)
	require.NoError(t, s.SetLimit(50))
	require.NoError(t, s.Fail("GetUser", Throttled, 1))

	require.NoError(t, s.Reseed(5, 20, 7))
	sample := newServer(t, WithCustomFields("Own"), WithSampleOrg(5, 20, 7))
	assert.Equal(t, sample.Users(), s.Users())
	assert.Equal(t, sample.Departments(), s.Departments())
	assert.Equal(t, sample.Roles(), s.Roles())
	_, err := s.AddUser(directory.User{UserID: "new", Extension: `{"Hobby":"Go","Own":"x"}`})
	assert.NoError(t, err)
	_, err = s.AddUser(directory.User{Extension: `{"Other":"x"}`})
	assert.Error(t, err)

	_, ahead := s.Clock()
	assert.Equal(t, time.Hour, ahead)
	assert.Equal(t, 50, s.Settings().QPS)
	assert.Equal(t, "90018", a.post(getPath, `{}`).code(), "faults stay in line")
	assert.Equal(t, "0", a.post(getPath, `{"userid":"new"}`).code(), "and the token lives")
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"`+left+`"}`).code())

	require.NoError(t, s.Reset())
	assert.Empty(t, s.Users(), "New made none")
}

func TestReseed_KeepsTheSearchIndex(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	require.NoError(t, s.Reseed(2, 5, 1))
	assert.False(t, s.indexed(), "without a search")
	s.BuildIndex()
	require.NoError(t, s.Reseed(3, 10, 1))
	assert.True(t, s.indexed())
	_, total := s.Search("1", 20)
	assert.Positive(t, total)
	require.NoError(t, s.Reset())
	assert.True(t, s.indexed())
}

func TestReseed_RefusesInvalidSizes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	require.NoError(t, s.Reseed(1, 2, 3))
	for _, tt := range []struct {
		departments, users int
		err                string
	}{
		{-1, 0, "a sample organization has 0 to 50000 departments, not -1"},
		{50_001, 0, "a sample organization has 0 to 50000 departments, not 50001"},
		{0, -1, "a sample organization has 0 to 500000 people, not -1"},
		{0, 500_001, "a sample organization has 0 to 500000 people, not 500001"},
	} {
		assert.EqualError(t, s.Reseed(tt.departments, tt.users, 0), tt.err)
	}
	assert.Len(t, s.Users(), 2, "nothing was changed")
	require.NoError(t, s.Reseed(directory.MaxSampleDepartments, 0, 0))
	assert.Len(t, s.Departments(), directory.MaxSampleDepartments+1)
}

func TestReseed_DoesNotBlockCalls(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "before"})
	done := make(chan error)
	go func() { done <- a.server.Reseed(100, 5000, 1) }()
	making := func() bool {
		free := a.server.rebuildMu.TryLock()
		if free {
			a.server.rebuildMu.Unlock()
		}
		return !free
	}
	meanwhile := 0
	for {
		begun := making()
		code := a.post(getPath, `{"userid":"before"}`).code()
		if begun && making() && code == "0" {
			meanwhile++
		}
		select {
		case err := <-done:
			require.NoError(t, err)
			assert.Greater(t, meanwhile, 5)
			assert.Len(t, a.server.Users(), 5000)
			return
		default:
		}
	}
}

func TestReset_DoesNotAffectCallsInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithLatency(time.Minute))
		done := make(chan jsonBody)
		go func() { done <- a.post(createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"1"}`) }()
		synctest.Wait()
		require.Len(t, a.server.Users(), 1)
		require.NoError(t, a.server.Reset())
		assert.Equal(t, "0", (<-done).code())
		assert.Empty(t, a.server.Users())
		assert.True(t, a.server.Log(LogFilter{Op: "CreateUser"}, 0, 1)[0].Ended)
	})
}

func TestSetLimit_WorksWhileServing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		read := func() string { return a.post(listPath, `{"dept_id":1}`).code() }
		assert.Zero(t, a.server.Settings().QPS)
		for range 5 {
			require.Equal(t, "0", read())
		}
		require.NoError(t, a.server.SetLimit(1))
		assert.Equal(t, 1, a.server.Settings().QPS)
		assert.Equal(t, []string{"0", "90018"}, []string{read(), read()})
		assert.Contains(t, a.post(listPath, `{"dept_id":1}`)["sub_msg"], "超过 1 次")
		require.NoError(t, a.server.SetLimit(0))
		assert.Equal(t, "0", read())
		assert.EqualError(t, a.server.SetLimit(-1), "a limit must not be negative: -1")
	})
}

func TestControls_AreSafeDuringCalls(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := a.server
	s.RecordResponses()
	notifyCh := s.Watch(t.Context())
	read := make(chan struct{})
	go func() { // as a console does
		defer close(read)
		for range notifyCh {
			for _, e := range s.Changes(0, LogFilter{}, 20).Calls {
				_, _ = s.JournalEntry(e.Number)
			}
		}
	}()
	calls := make(chan struct{})
	go func() {
		defer close(calls)
		for i := range 200 {
			a.get("/gettoken", url.Values{"appkey": {s.ClientID()}, "appsecret": {s.ClientSecret()}})
			a.post(createPath, fmt.Sprintf(`{"name":"N","mobile":"139%08d","dept_id_list":"1"}`, i))
			_, _, _ = a.send(http.MethodPost, listPath, "application/json", `{`)
		}
	}()
	for i := range 20 {
		require.NoError(t, s.SetLimit(1000+i))
		require.NoError(t, s.Fail("CreateUser", SystemBusy, 2))
		s.Faults()
		require.NoError(t, s.ClearFaults(""))
		s.Advance(time.Second)
		s.RevokeToken()
		require.NoError(t, s.Reseed(i, i, 1))
		require.NoError(t, s.Reset())
	}
	<-calls
	s.Close()
	<-read
}

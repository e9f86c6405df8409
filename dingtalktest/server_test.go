package dingtalktest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestClient_SendsTheDocumentedForm(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dingtalktest.Option{
		"strictly":          {dingtalktest.Strict()},
		"below a base path": {dingtalktest.Strict(), dingtalktest.WithBasePath("/proxy")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t, opts...)
			dept := srv.AddDepartment(dingtalktest.Department{Name: "Platform"})
			client, ctx := srv.Client(), t.Context()

			subs, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			require.NoError(t, err)
			assert.Equal(t, []int64{dept}, subs.DeptIDList)

			created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
				Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID, dept},
				HiredDate:     dingtalk.Millis{Time: time.UnixMilli(1666143772000)},
				DeptOrderList: []dingtalk.DeptOrder{{DeptID: dept, Order: 176200000000000999}},
				Extension:     dingtalk.NewExtension(map[string]string{"Hobby": "Chess"}),
			})
			require.NoError(t, err)

			require.NoError(t, client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: created.UserID, Title: new("Lead")}))
			u, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: created.UserID})
			require.NoError(t, err)
			assert.Equal(t, "Lead", u.Title)
			assert.Equal(t, int64(176200000000000999), u.DeptOrderList[1].Order)
			stored, ok := srv.User(created.UserID)
			require.True(t, ok)
			assert.Equal(t, stored.UnionID, created.UnionID)

			require.NoError(t, client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: created.UserID}))
			_, err = client.GetUser(ctx, dingtalk.GetUserRequest{UserID: created.UserID})
			require.ErrorIs(t, err, dingtalk.ErrNotFound)
			assert.Len(t, srv.Calls("GetToken"), 1)
		})
	}
}

func TestClock_InABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithLatency(time.Second))
		client := srv.Client()
		list := func() error {
			_, err := client.ListSubDepartmentIDs(t.Context(), dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
			return err
		}
		require.NoError(t, list())
		srv.Advance(3 * time.Hour) // the client does not know that its token has ended
		require.NoError(t, list())
		srv.RevokeToken()
		require.NoError(t, list())
		assert.Len(t, srv.Calls("GetToken"), 3)

		srv.Fail("ListSubDepartmentIDs", dingtalktest.Throttled, 1)
		require.NoError(t, list())
		srv.Fail("ListSubDepartmentIDs", dingtalktest.LostResponse, 10)
		require.ErrorIs(t, list(), dingtalk.ErrTransient)
	})
}

func TestFault_LostResponseOfAWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
		_, err := srv.Client().CreateUser(t.Context(), dingtalk.CreateUserRequest{
			UserID: "u", Name: "N", Mobile: "13800001234", DeptIDList: []int64{1},
		})
		require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		assert.Len(t, srv.Users(), 1, "the work is done")
	})
}

func TestServer_IsOneBehindEveryEntryPoint(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "u"})
	base, err := srv.Listen("")
	require.NoError(t, err)
	own := httptest.NewServer(srv)
	t.Cleanup(own.Close)

	for _, url := range []string{base, own.URL} {
		client := srv.Client(dingtalk.WithBaseURL(url), dingtalk.WithHTTPClient(&http.Client{}))
		_, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "u"})
		require.NoError(t, err)
	}
	assert.Len(t, srv.Calls("GetUser"), 2)
	_, ok := srv.Department(dingtalk.RootDepartmentID)
	assert.True(t, ok)
	assert.Len(t, srv.Departments(), 1)
}

func TestMisuse_PanicsForAProgram(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.NewServer()
	t.Cleanup(srv.Close)
	for name, misuse := range map[string]func(){
		"option":     func() { dingtalktest.NewServer(dingtalktest.WithQPS(-1)) },
		"operation":  func() { srv.Fail("CreatUser", dingtalktest.Throttled, 1) },
		"calls":      func() { srv.Calls("CreatUser") },
		"department": func() { srv.AddDepartment(dingtalktest.Department{ID: 1}) },
		"user":       func() { srv.AddUser(dingtalktest.User{DeptIDList: []int64{99}}) },
		"client":     func() { srv.Client(dingtalk.WithBaseURL("nonsense")) },
	} {
		assert.Panics(t, misuse, name)
	}
}

// recorder is a testing.TB that records a failure.
type recorder struct {
	testing.TB
	failure string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	panic(r) // in place of the end of the goroutine
}

func TestMisuse_FailsTheTest(t *testing.T) {
	t.Parallel()
	rec := &recorder{TB: t}
	fails := func(misuse func()) string {
		rec.failure = ""
		assert.PanicsWithValue(t, rec, misuse)
		return rec.failure
	}
	srv := dingtalktest.New(rec)
	assert.Contains(t, fails(func() { srv.Fail("CreatUser", dingtalktest.Throttled, 1) }), "CreatUser")
	assert.Contains(t, fails(func() { srv.AddUser(dingtalktest.User{ManagerUserID: "absent"}) }), "60128")
	assert.True(t, strings.HasPrefix(fails(func() { dingtalktest.New(rec, dingtalktest.WithoutScope("x")) }), "dingtalktest: "))
}

func TestServer_PrintsNoSecret(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithCredentials("id", "s3cret"))
	token, err := srv.Client().Token(t.Context())
	require.NoError(t, err)
	for _, v := range []any{srv, *srv, srv.Transport(), &http.Client{Transport: srv.Transport()}, struct{ S *dingtalktest.Server }{srv}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
			text := fmt.Sprintf(verb, v)
			assert.NotContains(t, text, "s3cret", verb)
			assert.NotContains(t, text, token.Value.Reveal(), verb)
		}
	}
}

func TestNew_ClosesWithTheTest(t *testing.T) {
	t.Parallel()
	var srv *dingtalktest.Server
	t.Run("inside", func(t *testing.T) { srv = dingtalktest.New(t) })
	_, err := srv.Client().Token(t.Context())
	require.ErrorContains(t, err, "refused")
}

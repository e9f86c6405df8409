package browsertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The departments of most tests.
const (
	engineering int64 = 724960197
	platform    int64 = 724960198
	sales       int64 = 724960199
)

// china is the time zone of DingTalk's dates, which has no daylight saving time.
var china = time.FixedZone("UTC+8", 8*60*60)

// testServer is an emulator with a console, and a client that calls it.
type testServer struct {
	*dingtalktest.Server
	base, console string
	client        *dingtalk.Client
}

// serve serves an emulator on a free port.
func serve(t *testing.T, opts ...dingtalktest.Option) *testServer {
	t.Helper()
	srv := dingtalktest.New(t, append(opts, dingtalktest.WithConsole())...)
	base, err := srv.Listen("")
	require.NoError(t, err)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(base),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit), // the tests make few calls
		dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return &testServer{srv, base, base + "/console/", client}
}

// serveTeam serves a small organization: Engineering with Platform below it, Sales, and Lin Yue, who manages
// Engineering.
func serveTeam(t *testing.T, opts ...dingtalktest.Option) *testServer {
	t.Helper()
	p := serve(t, opts...)
	p.AddDepartment(dingtalktest.Department{ID: engineering, Name: "Engineering"})
	p.AddDepartment(dingtalktest.Department{ID: platform, Name: "Platform", ParentID: engineering})
	p.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales"})
	p.AddUser(dingtalktest.User{
		UserID: "lin.yue", Name: "Lin Yue", Mobile: "13900005678", JobNumber: "E-1001", Title: "Director of Engineering",
		DeptIDList: []int64{engineering}, LeaderInDept: []dingtalktest.DeptLeader{{DeptID: engineering, Leader: true}},
		Active: true, RealAuthed: true,
	})
	return p
}

// createZhaoMin creates Zhao Min in Platform through the client.
func (p *testServer) createZhaoMin(t *testing.T) {
	t.Helper()
	_, err := p.client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", JobNumber: "E-2041", Title: "Engineer",
		WorkPlace: "Building 3", ManagerUserID: "lin.yue", DeptIDList: []int64{platform},
		HiredDate: dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, china)},
	})
	require.NoError(t, err)
}

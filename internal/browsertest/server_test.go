package browsertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The organisation of most stories.
const (
	engineering int64 = 724960197
	platform    int64 = 724960198
	sales       int64 = 724960199
)

// china is the time zone of DingTalk's dates, which has no daylight saving time.
var china = time.FixedZone("UTC+8", 8*60*60)

// place is an emulator with a console, and a program that calls it.
type place struct {
	*dingtalktest.Server
	base, console string
	client        *dingtalk.Client
}

// serve serves an emulator on a free port.
func serve(t *testing.T, opts ...dingtalktest.Option) *place {
	t.Helper()
	srv := dingtalktest.New(t, append(opts, dingtalktest.WithConsole())...)
	base, err := srv.Listen("")
	require.NoError(t, err)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(base),
		dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: -1, PerAddress: -1}), // what the tests do is seldom and their own
		dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return &place{srv, base, base + "/console/", client}
}

// serveTeam serves a small organisation: Platform below Engineering, Sales, and Lin Yue who manages the first.
func serveTeam(t *testing.T, opts ...dingtalktest.Option) *place {
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

// hire creates Zhao Min in Platform through the client.
func (p *place) hire(t *testing.T) {
	t.Helper()
	_, err := p.client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", JobNumber: "E-2041", Title: "Engineer",
		WorkPlace: "Building 3", ManagerUserID: "lin.yue", DeptIDList: []int64{platform},
		HiredDate: dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, china)},
	})
	require.NoError(t, err)
}

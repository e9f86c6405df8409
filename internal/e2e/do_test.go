package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// notification is a work notification, whose page describes the fields.
type notification struct {
	AgentID    int64              `json:"agent_id"`
	UserIDList dingtalk.CommaList `json:"userid_list,omitzero"`
	Msg        notificationText   `json:"msg"`
}

type notificationText struct {
	MsgType string `json:"msgtype"`
	Text    struct {
		Content string `json:"content"`
	} `json:"text"`
}

type notificationTask struct {
	TaskID int64 `json:"task_id"`
}

var sendNotification = dingtalk.Operation{
	Name: "SendWorkNotification", Path: "/topapi/message/corpconversation/asyncsend_v2",
	Write: true, TopLevel: true, Required: []string{"task_id"},
}

// notify sends a notification to zhao.min.
func notify(ctx context.Context, c *dingtalk.Client, op dingtalk.Operation) (int64, error) {
	req := notification{AgentID: 4711, UserIDList: dingtalk.CommaList{"zhao.min"}}
	req.Msg.MsgType, req.Msg.Text.Content = "text", "请提交日报。"
	var task notificationTask
	err := c.Do(ctx, op, req, &task)
	return task.TaskID, err
}

func TestDo_IsACallLikeAnyOther(t *testing.T) {
	t.Parallel()
	repeated, reading := sendNotification, sendNotification
	repeated.Repeat = true
	reading.Write = false
	for name, tt := range map[string]struct {
		op       dingtalk.Operation
		fault    dingtalktest.Fault
		attempts int
		classes  string
	}{
		"a throttle":                        {sendNotification, dingtalktest.Throttled, 2, ""},
		"a refused token":                   {sendNotification, dingtalktest.TokenExpired, 2, ""},
		"a missing permission":              {sendNotification, dingtalktest.PermissionMissing, 1, "Permission"},
		"a refusal":                         {sendNotification, dingtalktest.Code(60121), 1, "NotFound"},
		"a ban":                             {sendNotification, dingtalktest.BanJSON, 1, "RateLimited"},
		"a lost response":                   {sendNotification, dingtalktest.LostResponse, 1, "OutcomeUnknown"},
		"busy":                              {sendNotification, dingtalktest.SystemBusy, 1, "Transient+OutcomeUnknown"},
		"a lost response, repeatable":       {repeated, dingtalktest.LostResponse, 2, ""},
		"busy, repeatable":                  {repeated, dingtalktest.SystemBusy, 2, ""},
		"a lost response to a read":         {reading, dingtalktest.LostResponse, 2, ""},
		"a status of a proxy, to a read":    {reading, dingtalktest.HTTPStatus(403), 1, "Unsupported"},
		"a status of a proxy":               {sendNotification, dingtalktest.HTTPStatus(403), 1, "OutcomeUnknown"},
		"half of the response":              {sendNotification, dingtalktest.BadJSON, 1, "OutcomeUnknown"},
		"half of the response, to a read":   {reading, dingtalktest.BadJSON, 2, ""},
		"a slow response within the limits": {sendNotification, dingtalktest.Slow(5 * time.Second), 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.Fail("SendWorkNotification", tt.fault, 1)
				task, err := notify(t.Context(), srv.Client(), tt.op)
				assert.Equal(t, tt.classes, classesOf(err), err)
				assert.Equal(t, tt.classes == "", task > 0)
				assert.Len(t, srv.Calls("SendWorkNotification"), tt.attempts)
			})
		})
	}
}

func TestDo_ReportsWhatTheServiceRefuses(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		err := client.Do(t.Context(), sendNotification, notification{AgentID: 4711}, nil)
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		assert.Equal(t, 400002, asError(t, err).Code)

		err = client.Do(t.Context(), dingtalk.Operation{Name: "NoSuchCall", Path: "/topapi/no/such"}, nil, nil)
		require.ErrorIs(t, err, dingtalk.ErrUnsupported)
	})
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		_, err := notify(t.Context(), srv.Client(), sendNotification)
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Equal(t, []string{"qyapi_base"}, asError(t, err).RequiredScopes)
	}, dingtalktest.WithoutScope("qyapi_base"))
}

func TestDo_ReachesWhatThePackageOffersAsWell(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var user struct {
			Name string `json:"name"`
			Rest map[string]any
		}
		op := dingtalk.Operation{Name: "GetUserRaw", Path: "/topapi/v2/user/get", Required: []string{"userid"}}
		require.NoError(t, srv.Client().Do(t.Context(), op, dingtalk.GetUserRequest{UserID: "zhao.min"}, &user))
		assert.Equal(t, "Zhao Min", user.Name)

		var scopes struct {
			Scopes struct {
				Departments []int64 `json:"authed_dept"`
			} `json:"auth_org_scopes"`
		}
		op = dingtalk.Operation{Name: "Scopes", Method: "GET", Path: "/auth/scopes", TopLevel: true, Required: []string{"auth_org_scopes"}}
		require.NoError(t, srv.Client().Do(t.Context(), op, nil, &scopes))
		assert.Equal(t, []int64{1}, scopes.Scopes.Departments)
	})
}

func TestDo_KeepsTheLimitOfItsEndpoint(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		start := time.Now()
		for _, err := range concurrently(61, func(int) error {
			_, err := notify(t.Context(), client, sendNotification)
			return err
		}) {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("SendWorkNotification"), 61, "none was throttled")
		assert.InDelta(t, 3, time.Since(start).Seconds(), 0.5)
	}, dingtalktest.WithQPS(20))
}

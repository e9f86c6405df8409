package advice_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

func TestReason_IsShort(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]dingtalktest.Fault{
		"not found":                           dingtalktest.Code(60121),
		"outside the app's visible range":     dingtalktest.Code(50002),
		"the app lacks qyapi_get_member":      dingtalktest.PermissionMissing,
		"too many calls":                      dingtalktest.Code(90020),
		"blocked by DingTalk":                 dingtalktest.BanJSON,
		"another site's page":                 dingtalktest.PortalPage,
		"not accepted (errcode 400002: 参数错误)": dingtalktest.Code(400002),
	} {
		srv := dingtalktest.New(t)
		srv.Fail("GetUser", fault, 1)
		_, err := srv.Client().GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin"})
		assert.Contains(t, advice.Reason(err), want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := dingtalktest.New(t).Client().Token(ctx)
	assert.Equal(t, "interrupted", advice.Reason(err))
}

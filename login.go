package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetUserByCodeRequest holds the one-time code of a user who has opened the app within DingTalk.
type GetUserByCodeRequest struct {
	Code Secret `json:"code"` // from requestAuthCode of the JSAPI: valid once, for 5 minutes
}

// GetUserByCodeResponse describes the user to whom a code was issued.
type GetUserByCodeResponse struct {
	UserID            string `json:"userid"`
	UnionID           string `json:"unionid"`
	AssociatedUnionID string `json:"associated_unionid"`
	Name              string `json:"name"`
	DeviceID          string `json:"device_id"`
	Sys               bool   `json:"sys"`       // an administrator
	SysLevel          int64  `json:"sys_level"` // 1 main administrator, 2 sub-administrator, 100 boss, 0 any other user
}

// GetUserByCode finds the user who has opened the app within DingTalk, by the code that the app's page received there.
// The call spends the code. The error matches ErrInvalidAuthCode if the code is unknown, spent, expired or of another
// flow, and ErrPermission if the user may not use the app. After a lost response the code is not sent again, because a
// second call could not distinguish a spent code from a false one: the error matches ErrOutcomeUnknown, and the page
// has to request a new code.
//
// DingTalk docs: "Obtain the userid of a user by using the log-free code",
// https://help.dingtalk.io/open/development/obtain-the-userid-of-a-user-by-using-the-log-free
func (c *Client) GetUserByCode(ctx context.Context, req GetUserByCodeRequest) (*GetUserByCodeResponse, error) {
	return call[GetUserByCodeResponse](ctx, c, &contract.GetUserByCode, req)
}

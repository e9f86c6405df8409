package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetUserByTmpCodeRequest holds the one-time code of the former QR code page.
type GetUserByTmpCodeRequest struct {
	TmpAuthCode Secret `json:"tmp_auth_code"` // valid once
}

// GetUserByTmpCodeResponse describes the user who has signed in.
type GetUserByTmpCodeResponse struct {
	UserInfo TmpCodeUser `json:"user_info"`
}

// TmpCodeUser is the user in a GetUserByTmpCodeResponse. GetUserIDByUnionID returns the user ID in the organization.
type TmpCodeUser struct {
	Nick                 string `json:"nick"`
	UnionID              string `json:"unionid"`
	OpenID               string `json:"openid"`
	MainOrgAuthHighLevel bool   `json:"main_org_auth_high_level"` // the user's main organization is verified at a high level
}

// GetUserByTmpCode finds the user who has signed in on the former QR code page (/connect/qrconnect), by the code
// of that page; new programs use the login page and GetUserAccessToken. The request carries no token, but a signature
// of the time, made with the client secret: the error matches ErrPrecondition if the clock of this machine is off by more
// than a minute, and ErrInvalidCredential if the signature is wrong. The call spends the code; the error matches
// ErrInvalidAuthCode if it is unknown, spent, expired or of another flow, and ErrOutcomeUnknown after a lost response.
//
// DingTalk docs: "Query the basic information of a user",
// https://open.dingtalk.com/document/development/queries-basic-user-information
func (c *Client) GetUserByTmpCode(ctx context.Context, req GetUserByTmpCodeRequest) (*GetUserByTmpCodeResponse, error) {
	return call[GetUserByTmpCodeResponse](ctx, c, &contract.GetUserByTmpCode, req)
}

// signature returns the query that proves the identity of the app at a time, for a minute.
func (c *Client) signature(now time.Time) url.Values {
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	return url.Values{
		"accessKey": {c.clientID}, "timestamp": {timestamp}, "signature": {signTimestamp(c.secret.reveal(), timestamp)},
	}
}

// signTimestamp signs a timestamp with the client secret. The documentation of the endpoint says that the secret is
// signed as well; that of the signature, its code and the official SDK do not.
func signTimestamp(clientSecret, timestamp string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	_, _ = mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

package dingtalk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ssoGrant, admin = `{"accessToken":"sso-token-1","expireIn":3600}`, `{"userId":"manager7676","isAdmin":true}`

func TestGetAdminByCode_ObtainsItsOwnTokenOnce(t *testing.T) {
	t.Parallel()
	client, sent := recordingClient(t, []Option{WithSSOSecret("dingcorp", "sso s3cret")}, ssoGrant, admin)
	for range 2 {
		res, err := client.GetAdminByCode(t.Context(), GetAdminByCodeRequest{Code: NewSecret("c/d e")})
		require.NoError(t, err)
		assert.Equal(t, &GetAdminByCodeResponse{UserID: "manager7676", IsAdmin: true}, res)
	}
	who := sentRequest{"GET", "https://api.dingtalk.io/v1.0/oauth2/ssoUserInfo?code=c%2Fd+e", "sso-token-1", ""}
	assert.Equal(t, []sentRequest{
		{"POST", "https://api.dingtalk.io/v1.0/oauth2/ssoAccessToken", "", `{"corpid":"dingcorp","ssoSecret":"sso s3cret"}`}, who, who,
	}, *sent)
}

func TestGetAdminByCode_ReplacesARefusedToken(t *testing.T) {
	t.Parallel()
	client, sent := recordingClient(t, []Option{WithSSOSecret("dingcorp", "sso s3cret")}, ssoGrant,
		`400 {"code":"invalidToken","message":"sso-token-1","requestid":"r"}`, `{"accessToken":"sso-token-2"}`, admin)
	_, err := client.GetAdminByCode(t.Context(), GetAdminByCodeRequest{Code: NewSecret("c0de")})
	require.NoError(t, err, "a refused token spends no code")
	require.Len(t, *sent, 4)
	assert.Equal(t, "sso-token-2", (*sent)[3].token)
}

func TestGetAdminByCode_NeedsAnSSOSecret(t *testing.T) {
	t.Parallel()
	client, sent := recordingClient(t, nil, ssoGrant)
	_, err := client.GetAdminByCode(t.Context(), GetAdminByCodeRequest{Code: NewSecret("c0de")})
	require.ErrorIs(t, err, ErrInvalidArgument)
	assert.ErrorContains(t, err, "the client has no SSO secret: see WithSSOSecret")
	assert.Empty(t, *sent)

	_, err = New("i", "s", WithSSOSecret("", "topsecret\n"))
	require.EqualError(t, err, "dingtalk: New: invalid argument: the corp ID of WithSSOSecret is empty; the SSO secret begins or ends with white space")
}

func TestGetAdminByCode_SaysWhichCredentialIsWrong(t *testing.T) {
	t.Parallel()
	client, _ := recordingClient(t, []Option{WithSSOSecret("dingcorp", "sso-s3cret")},
		`400 {"code":"invalidClientIdOrSecret","message":"sso-s3cret is wrong","requestid":"r"}`)
	_, err := client.GetAdminByCode(t.Context(), GetAdminByCodeRequest{Code: NewSecret("c0de")})
	require.ErrorIs(t, err, ErrInvalidCredential)
	require.NotErrorIs(t, err, ErrOutcomeUnknown)
	assert.EqualError(t, err, "dingtalk: GetAdminByCode: GetSSOToken: invalid credential: corp ID or SSO secret is wrong, or belongs to the "+
		"other region: WithSSOSecret: invalidClientIdOrSecret: REDACTED is wrong (request r)")
}

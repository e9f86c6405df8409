package dingtalk

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// documentedReasons lists string codes with their HTTP status and what they mean for a read. It was written from the
// tables of the service, not from those of the client.
var documentedReasons = []struct {
	status     int
	reason     string
	class      error
	retryAfter time.Duration // of a call that is not repeated before
	token      bool          // the token is refused
}{
	{400, "InvalidAuthentication", ErrInvalidToken, 0, true},
	{400, "accesstoken.expired", ErrInvalidToken, 0, true},
	{400, "invalidToken", ErrInvalidToken, 0, true},
	{401, "", ErrInvalidToken, 0, true},
	{401, "other", ErrInvalidToken, 0, true},
	{400, "invalidClientIdOrSecret", ErrInvalidCredential, 0, false},
	{401, "authFailed", ErrInvalidCredential, 0, false},
	{400, "invalid.client", ErrInvalidCredential, 0, false},
	{400, "unsupported.grant.type", ErrInvalidArgument, 0, false},
	{401, "unauthorized.client", ErrPermission, 0, false},
	{500, "server.error", ErrTransient, 0, false},
	{400, "invalidSuiteKey", ErrInvalidCredential, 0, false},
	{400, "invalidSuiteTicket", ErrInvalidCredential, 0, false},
	{400, "invalidAuthInfo", ErrPermission, 0, false},
	{400, "orgNotExist", ErrNotFound, 0, false},
	{400, "orgNotAuthApp", ErrPermission, 0, false},
	{400, "invalidCorpId", ErrInvalidArgument, 0, false},
	{403, "Forbidden.AccessDenied", ErrPermission, 0, false},
	{403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", ErrPermission, 0, false},
	{403, "Forbidden.AccessDenied.IpNotInWhiteList", ErrPermission, 0, false},
	{403, "Forbidden.AccessDenied.Other", ErrPermission, 0, false},
	{403, "other", ErrPermission, 0, false},
	{403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", ErrRateLimited, time.Second, false},
	{403, "Forbidden.AccessDenied.QpsLimitForApi", ErrRateLimited, time.Second, false},
	{403, "Forbidden.AccessDenied.QpsLimitForSuitekeyAndOrgAndApi", ErrRateLimited, time.Second, false},
	{403, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", ErrRateLimited, time.Minute, false},
	{403, "Forbidden.AccessDenied.QpmLimitForSuitekeyAndOrgAndApi", ErrRateLimited, time.Minute, false},
	{403, "Forbidden.AccessDenied.ApiCountLimitForOrg", ErrRateLimited, 0, false},
	{429, "system.busy", ErrRateLimited, time.Second, false},
	{429, "systemBusy", ErrRateLimited, time.Second, false},
	{429, "other", ErrRateLimited, time.Second, false},
	{404, "InvalidAction.NotFound", ErrUnsupported, 0, false},
	{404, "invalidParameter.user.notFound", ErrNotFound, 0, false},
	{404, "other", ErrNotFound, 0, false},
	{400, "corpNotOpenHrm", ErrPrecondition, 0, false},
	{400, "invalidParameter", ErrInvalidArgument, 0, false},
	{400, "invalidParameter.param.invalid", ErrInvalidArgument, 0, false},
	{400, "Missingbody", ErrInvalidArgument, 0, false},
	{400, "MissingString", ErrInvalidArgument, 0, false},
	{400, "permission.denied", ErrPermission, 0, false},
	{400, "invalidParameter.system.param", ErrInvalidArgument, 0, false},
	{400, "invalidParameter.appKey.blank", ErrInvalidArgument, 0, false},
	{400, "invalidParameter.param.empty", ErrInvalidArgument, 0, false},
	{400, "invalidParameter.param.orgIdInvalid", ErrPermission, 0, false}, // as errcode 70001
	{400, "user.not.exist", ErrNotFound, 0, false},
	{400, "employee.not.exist", ErrNotFound, 0, false},
	{400, "profile.not.exist", ErrNotFound, 0, false},
	{400, "exclusive.account.only", ErrPrecondition, 0, false},
	{400, "exclusive.account.limit", ErrPrecondition, 0, false},
	{400, "invalid.param", ErrInvalidArgument, 0, false},
	{500, "parameter.userNotExists", ErrNotFound, 0, false},
	{500, "parameter.orgNotExists", ErrPermission, 0, false},
	{400, "parameter.error", ErrInvalidArgument, 0, false},
	{400, "other", ErrInvalidArgument, 0, false},
	{400, "invalidParameter.authCode.notFound", ErrInvalidAuthCode, 0, false},
	{400, "invalidCode", ErrInvalidAuthCode, 0, false},
	{500, "system.busy", ErrTransient, 0, false},
	{500, "systemBusy", ErrTransient, 0, false},
	{500, "system.error", ErrTransient, 0, false},
	{500, "systemError", ErrTransient, 0, false},
	{500, "service.system.error", ErrTransient, 0, false},
	{500, "invalid.system.errror", ErrTransient, 0, false},
	{503, "other", ErrTransient, 0, false},
	{409, "other", nil, 0, false},
}

func TestReason_DecidesWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	for _, tt := range documentedReasons {
		if tt.reason == "" {
			continue // a response without a code: see internal/rest
		}
		response := rest.Response{
			Status: tt.status, StringCode: tt.reason, Message: "m", RequestID: "r", RequiredScopes: []string{"s"},
		}
		for _, ep := range []*contract.Endpoint{&contract.GetMe, &contract.GetJSAPITicket, &contract.GetOAuth2Token, &contract.GetAdminByCode, &contract.GetAuthInfo} {
			res := classify(t.Context(), ep, response, nil)
			for _, class := range sentinels {
				want := class == tt.class || class == ErrOutcomeUnknown && tt.class == ErrTransient && ep.Write //nolint:errorlint // identity is intended
				assert.Equal(t, want, errors.Is(res.err, class), "%s %s %d: %v", ep.Name, tt.reason, tt.status, class)
			}
			short := tt.retryAfter == time.Second
			assert.Equal(t, short || tt.class == ErrTransient, res.retryable, "%s %d", tt.reason, tt.status) //nolint:errorlint // identity is intended
			assert.Equal(t, short, res.notApplied, "%s %d", tt.reason, tt.status)
			assert.Equal(t, short, res.outcome.Throttled, "%s %d", tt.reason, tt.status)
			renewable := ep.Credential == contract.AppToken || ep.Credential == contract.SSOToken || ep.Credential == contract.SuiteToken
			assert.Equal(t, tt.token && renewable, res.tokenRefused, "%s %s %d", ep.Name, tt.reason, tt.status)
			assert.Equal(t, ep.Name, res.err.Op)
			assert.Zero(t, res.err.Code)
			assert.Equal(t, tt.reason, res.err.Reason)
			assert.Equal(t, "m", res.err.Message)
			assert.Equal(t, "r", res.err.RequestID)
			assert.Equal(t, tt.status, res.err.HTTPStatus)
			assert.Equal(t, []string{"s"}, res.err.RequiredScopes)
			assert.Equal(t, tt.retryAfter, res.err.RetryAfter, "%s %d", tt.reason, tt.status)

			made := &Error{Reason: tt.reason, HTTPStatus: tt.status}
			assert.Equal(t, res.err.category(), made.category(), "%s %d: an error that a middleware makes", tt.reason, tt.status)
		}
	}
	for reason := range reasons {
		found := false
		for _, tt := range documentedReasons {
			found = found || tt.reason == reason
		}
		assert.True(t, found, "%s is in no table of the service", reason)
	}
}

func TestReason_DecidesWhetherAnErrorIsFatal(t *testing.T) {
	t.Parallel()
	for reason, tt := range map[string]struct {
		status int
		fatal  bool
	}{
		"InvalidAuthentication":                              {400, true},
		"invalidClientIdOrSecret":                            {400, true},
		"Forbidden.AccessDenied.AccessTokenPermissionDenied": {403, true},
		"Forbidden.AccessDenied.ApiCountLimitForOrg":         {403, true},
		"InvalidAction.NotFound":                             {404, true},
		"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi":     {403, false},
		"permission.denied":                                  {400, false},
		"systemBusy":                                         {429, false},
		"system.busy":                                        {500, false},
		"invalidParameter.user.notFound":                     {404, false},
		"invalidParameter.authCode.notFound":                 {400, false},
		"other":                                              {400, false},
	} {
		err := &Error{Op: "GetJSAPITicket", Reason: reason, HTTPStatus: tt.status}
		assert.Equal(t, tt.fatal, err.Fatal(), reason)
		err.Op = "GetMe"
		oneUser := errors.Is(err, ErrInvalidToken) || errors.Is(err, ErrPermission)
		assert.Equal(t, tt.fatal && !oneUser, err.Fatal(), "%s: the token is that of one user", reason)
	}
}

func TestReason_StandsBeforeTheMessageAndInTheLog(t *testing.T) {
	t.Parallel()
	err := &Error{Op: "GetMe", Reason: "system.busy\n", Message: "try later", RequestID: "0F3A", HTTPStatus: 500}
	require.EqualError(t, err, `dingtalk: GetMe: transient failure: system.busy\n: try later (request 0F3A)`)
	assert.Contains(t, err.LogValue().String(), `reason=system.busy\n`)
	assert.EqualError(t, &Error{Op: "GetMe", Reason: "x"}, "dingtalk: GetMe: x")
	assert.NotContains(t, (&Error{Op: "GetMe", Code: 88}).LogValue().String(), "reason")
}

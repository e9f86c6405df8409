package onboarding_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	onboarding "github.com/dingtalk-contacts/dingtalk-go/examples/httpmock"
)

var hire = onboarding.Hire{StaffNumber: "e2041", Name: "Zhao Min", Mobile: "13800001234", Department: 724960197}

func TestOnboard_ReturnsTheUnionID(t *testing.T) {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	httpmock.ActivateNonDefault(client.HTTPClient())
	t.Cleanup(httpmock.DeactivateAndReset)

	// A responder without a query matches any query, and therefore any token.
	httpmock.RegisterResponder("GET", dingtalk.BaseURLInternational+"/gettoken",
		httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok","access_token":"mock-access-token-4711","expires_in":7200}`))
	httpmock.RegisterResponder("POST", dingtalk.BaseURLInternational+"/topapi/v2/user/create",
		httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok","result":{"userid":"e2041","unionId":"Kd83hQpLmZ"}}`))

	unionID, err := onboarding.Onboard(t.Context(), client, hire)
	require.NoError(t, err)
	require.Equal(t, "Kd83hQpLmZ", unionID)
}

func TestOnboard_NamesTheHolderOfTheNumber(t *testing.T) {
	t.Parallel()
	mock, client := mocked(t)
	mock.RegisterResponder("POST", "=~/topapi/v2/user/create$", // an error response has the HTTP status 200, too
		httpmock.NewStringResponder(200, `{"errcode":60104,"errmsg":"手机号码在公司中已存在","userid":"e1007"}`))

	_, err := onboarding.Onboard(t.Context(), client, hire)
	require.ErrorIs(t, err, onboarding.ErrMobileTaken)
	require.EqualError(t, err, "onboard Zhao Min: mobile number is taken by e1007")
}

func TestOnboard_ReturnsOtherErrors(t *testing.T) {
	t.Parallel()
	mock, client := mocked(t)
	mock.RegisterResponder("POST", "=~/topapi/v2/user/create$",
		httpmock.NewStringResponder(200, `{"errcode":60003,"errmsg":"部门不存在"}`))

	_, err := onboarding.Onboard(t.Context(), client, hire)
	require.ErrorIs(t, err, dingtalk.ErrNotFound)
	require.NotErrorIs(t, err, onboarding.ErrMobileTaken)
}

func TestOnboard_SendsTheUserWithTheToken(t *testing.T) {
	t.Parallel()
	mock, client := mocked(t)
	var sent map[string]any
	mock.RegisterResponder("POST", dingtalk.BaseURLInternational+"/topapi/v2/user/create?access_token=mock-access-token-4711",
		func(r *http.Request) (*http.Response, error) {
			if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
				return nil, err
			}
			return httpmock.NewStringResponse(200, `{"errcode":0,"result":{"userid":"e2041","unionId":"Kd83hQpLmZ"}}`), nil
		})

	_, err := onboarding.Onboard(t.Context(), client, hire)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"userid": "e2041", "name": "Zhao Min", "mobile": "13800001234", "job_number": "e2041",
		"dept_id_list": "724960197", // the API takes one string, separated by commas
	}, sent)
	require.Equal(t, 1, mock.GetCallCountInfo()["GET =~/gettoken$"])
}

// mocked returns a client with its own http.Client and registry of responders, for parallel tests.
func mocked(t *testing.T) (*httpmock.MockTransport, *dingtalk.Client) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("GET", "=~/gettoken$",
		httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok","access_token":"mock-access-token-4711","expires_in":7200}`))
	client, err := dingtalk.New("dingexample", "example-secret",
		dingtalk.WithHTTPClient(&http.Client{Transport: mock}), dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	return mock, client
}

package dingtalk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The tokens of the app, of its admin console and of a third-party app itself in the samples.
const (
	sampleToken      = "7c0f1d2e3b4a59687766554433221100"
	sampleSSOToken   = "5d0e8c7b6a594837261504f3e2d1c0ba"
	sampleSuiteToken = "c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5"
)

// sampleCorpID is the organization in the samples of third-party apps.
const sampleCorpID = "dingcorp0001"

// sampleClient returns a client with the credentials of the sample, if it has any.
func sampleClient(t *testing.T, ep *contract.Endpoint, query url.Values, body []byte, transport *canned) *Client {
	t.Helper()
	id, secret := "dingabc123def456", "s3cretValue"
	opts := []Option{WithHTTPClient(&http.Client{Transport: transport}), WithRetry(RetryPolicy{MaxAttempts: 1})}
	switch ep {
	case &contract.GetToken:
		id, secret = query.Get("appkey"), query.Get("appsecret")
	case &contract.GetOAuth2Token:
		var sent getOAuth2TokenRequest
		require.NoError(t, json.Unmarshal(body, &sent))
		id, secret = sent.AppKey, sent.AppSecret.Reveal()
		opts = append(opts, WithOAuth2Token())
	case &contract.GetSSOToken:
		var sent getSSOTokenRequest
		require.NoError(t, json.Unmarshal(body, &sent))
		opts = append(opts, WithSSOSecret(sent.CorpID, sent.SSOSecret.Reveal()))
	case &contract.GetAdminByCode:
		opts = append(opts, WithSSOSecret(id, "sso-s3cretValue"))
	case &contract.GetCorpToken, &contract.GetSuiteCorpToken, &contract.GetSuiteToken, &contract.GetAuthInfo, &contract.GetSuiteAuthInfo:
		id, secret = "suiteexample01", "suite-secret-0001"
		opts = append(opts, WithCorpToken(sampleCorpID))
		if ep != &contract.GetCorpToken {
			opts = append(opts, WithTicketStore(NewTicketStore()))
		}
	case &contract.GetUserByTmpCode:
		secret = "sns-secret-0001" // of the signatures in the samples
	}
	client, err := New(id, secret, opts...)
	require.NoError(t, err)
	if client.suite != nil {
		_, err := client.SaveSuiteTicket(t.Context(), NewSecret("ticket-0001"), time.UnixMilli(1767225600000))
		require.NoError(t, err)
	}
	return client
}

// checkCredential checks the part of a sent request that proves who sends it.
func checkCredential(t *testing.T, ep *contract.Endpoint, documented, sent *http.Request) {
	t.Helper()
	query, token := sent.URL.Query(), sent.Header.Get("x-acs-dingtalk-access-token")
	want := documented.Header.Get("x-acs-dingtalk-access-token")
	switch {
	case ep.Credential == contract.AppToken && ep.API == contract.Legacy:
		assert.Equal(t, []string{sampleToken}, query["access_token"])
	case ep.Credential == contract.AppToken:
		assert.Equal(t, sampleToken, want, "the sample has the token of the app")
	case ep.Credential == contract.SSOToken:
		assert.Equal(t, sampleSSOToken, want, "the sample has the token of the admin console")
	case ep.Credential == contract.SuiteToken:
		assert.Equal(t, sampleSuiteToken, want, "the sample has the token of the third-party app")
	case ep.Credential == contract.Signature:
		for _, q := range []url.Values{query, documented.URL.Query()} {
			mac := hmac.New(sha256.New, []byte("sns-secret-0001"))
			_, _ = mac.Write([]byte(q.Get("timestamp")))
			assert.Equal(t, url.Values{
				"accessKey": {"dingabc123def456"}, "timestamp": {q.Get("timestamp")},
				"signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
			}, q)
		}
	case ep.Credential == contract.SuiteSignature:
		for _, q := range []url.Values{query, documented.URL.Query()} {
			mac := hmac.New(sha256.New, []byte("suite-secret-0001"))
			_, _ = mac.Write([]byte(q.Get("timestamp") + "\nticket-0001"))
			assert.Equal(t, url.Values{
				"accessKey": {"suiteexample01"}, "timestamp": {q.Get("timestamp")}, "suiteTicket": {"ticket-0001"},
				"signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
			}, q)
		}
	}
	assert.Equal(t, want, token)
	if ep.API == contract.New || ep.Credential == contract.NoToken {
		assert.Equal(t, documented.URL.Query(), query)
	}
}

// invokeByName calls the endpoint's method with what the documented request has.
func invokeByName(t *testing.T, client *Client, ep *contract.Endpoint, documented *http.Request, body []byte) (any, error) {
	t.Helper()
	switch ep {
	case &contract.GetToken, &contract.GetOAuth2Token, &contract.GetCorpToken, &contract.GetSuiteCorpToken:
		token, err := client.Token(t.Context())
		return map[string]any{"access_token": token.Value}, err
	case &contract.GetSSOToken, &contract.GetSuiteToken:
		tokens := client.ssoTokens
		if ep == &contract.GetSuiteToken {
			tokens = client.suiteTokens
		}
		token, err := tokens.Get(t.Context())
		if err != nil {
			return nil, tokenFailure(t.Context(), "Token", err)
		}
		return map[string]any{"access_token": NewSecret(token.Value)}, nil
	}
	method := reflect.ValueOf(client).MethodByName(ep.Name)
	ctx := reflect.ValueOf(context.Context(t.Context()))
	if method.Type().NumIn() == 1 {
		return results(method.Call([]reflect.Value{ctx}))
	}
	req := reflect.New(method.Type().In(1))
	if ep.Method == http.MethodGet {
		fields := map[string]any{}
		for _, f := range ep.Request {
			switch text := documented.URL.Query().Get(f.Name); {
			case text == "":
			case f.Type == contract.Int64:
				fields[f.Name] = json.Number(text)
			case f.Type == contract.StringArray:
				fields[f.Name] = json.RawMessage(text)
			default:
				fields[f.Name] = text
			}
		}
		body, _ = json.Marshal(fields)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(req.Interface()))
	if ep.Credential == contract.UserToken {
		token := NewSecret(documented.Header.Get("x-acs-dingtalk-access-token"))
		req.Elem().FieldByName("AccessToken").Set(reflect.ValueOf(token))
	}
	return results(method.Call([]reflect.Value{ctx, req.Elem()}))
}

// results returns what a method returned: its response, if it has one, and its error.
func results(out []reflect.Value) (any, error) {
	err, _ := reflect.TypeAssert[error](out[len(out)-1])
	if len(out) == 1 {
		return nil, err
	}
	return out[0].Interface(), err
}

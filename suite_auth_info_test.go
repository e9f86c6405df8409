package dingtalk

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignTicket_MatchesTheVector(t *testing.T) {
	t.Parallel()
	signature := signTicket("suite-secret-0001", "1767225600000", "ticket-0001")
	assert.Equal(t, "J0Tkc1noRyJulHrhEfyBeo91BJMCHWYOlIuHitTbiTI=", signature)
	query := url.Values{"signature": {signature}}.Encode()
	assert.Equal(t, "signature=J0Tkc1noRyJulHrhEfyBeo91BJMCHWYOlIuHitTbiTI%3D", query, "it is encoded once")
}

func TestGetSuiteAuthInfo_SignsTimeAndTicketOfEachAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tickets := NewTicketStore()
		client, sent := recordingClient(t, []Option{WithTicketStore(tickets)}, `{"errcode":90018,"errmsg":"slow down"}`,
			`{"errcode":0,"auth_corp_info":{"corpid":"dingharbor","corp_name":"Harbor Foods"}}`)
		_, err := client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
		require.ErrorIs(t, err, ErrPrecondition, "no ticket has come yet")
		require.ErrorIs(t, err, ErrNoTicket)
		assert.Empty(t, *sent)

		_, err = client.SaveSuiteTicket(t.Context(), NewSecret("ticket-0001"), time.Now())
		require.NoError(t, err)
		time.AfterFunc(500*time.Millisecond, func() { // while the call waits for its second attempt
			_, err := client.SaveSuiteTicket(t.Context(), NewSecret("ticket-0002"), time.Now())
			assert.NoError(t, err)
		})
		res, err := client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
		require.NoError(t, err)
		assert.Equal(t, "Harbor Foods", res.AuthCorpInfo.CorpName)
		require.Len(t, *sent, 2, "one of them throttled, and none for a token")
		for i, ticket := range []string{"ticket-0001", "ticket-0002"} {
			u, err := url.Parse((*sent)[i].url)
			require.NoError(t, err)
			q := u.Query()
			assert.Equal(t, "https://oapi.dingtalk.io/service/get_auth_info", "https://"+u.Host+u.Path)
			assert.Equal(t, "dingexample", q.Get("accessKey"))
			assert.Equal(t, ticket, q.Get("suiteTicket"))
			assert.Equal(t, signTicket("s3cretValue", q.Get("timestamp"), ticket), q.Get("signature"))
			assert.Len(t, q, 4)
			assert.JSONEq(t, `{"auth_corpid":"dingharbor"}`, (*sent)[i].body)
		}
	})
}

// brokenTickets is a store that quotes what it has in its error.
type brokenTickets struct{ TicketStore }

func (brokenTickets) LoadTicket(context.Context, string) (StoredTicket, error) {
	return StoredTicket{}, errors.New("cannot read suiteticket0123456789abcdef0123456789abcdef")
}

func TestGetSuiteAuthInfo_NeedsTheTicket(t *testing.T) {
	t.Parallel()
	client, sent := recordingClient(t, []Option{WithTicketStore(brokenTickets{})})
	_, err := client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
	require.ErrorIs(t, err, ErrTransient)
	assert.NotContains(t, err.Error(), "0123456789abcdef")
	client, _ = recordingClient(t, nil)
	_, err = client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
	require.ErrorIs(t, err, ErrInvalidArgument)
	assert.Empty(t, *sent)
}

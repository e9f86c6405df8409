package dingtalk

import (
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignTimestamp_MatchesTheVector(t *testing.T) {
	t.Parallel()
	signature := signTimestamp("sns-secret-0001", "1767225600000")
	assert.Equal(t, "JjBnUTpo/aly+IpNSlQV7rwzZWIOcVZ2hQwbcalUltk=", signature)
	query := url.Values{"signature": {signature}}.Encode()
	assert.Equal(t, "signature=JjBnUTpo%2Faly%2BIpNSlQV7rwzZWIOcVZ2hQwbcalUltk%3D", query)
}

func TestGetUserByTmpCode_SignsTheTimeOfEachAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sent := recordingClient(t, nil, `{"errcode":90018,"errmsg":"slow down"}`,
			`{"errcode":0,"user_info":{"nick":"Lin Yue","unionid":"Kd83hQpLmZiE"}}`)
		res, err := client.GetUserByTmpCode(t.Context(), GetUserByTmpCodeRequest{TmpAuthCode: NewSecret("c0de")})
		require.NoError(t, err)
		assert.Equal(t, "Kd83hQpLmZiE", res.UserInfo.UnionID)
		require.Len(t, *sent, 2, "one of them throttled, and none for a token")
		var times []int64
		for _, s := range *sent {
			u, err := url.Parse(s.url)
			require.NoError(t, err)
			q := u.Query()
			assert.Equal(t, "https://oapi.dingtalk.io/sns/getuserinfo_bycode", "https://"+u.Host+u.Path)
			assert.Equal(t, "dingexample", q.Get("accessKey"))
			assert.Equal(t, signTimestamp("s3cretValue", q.Get("timestamp")), q.Get("signature"))
			assert.Len(t, q, 3)
			assert.JSONEq(t, `{"tmp_auth_code":"c0de"}`, s.body)
			millis := Millis{}
			require.NoError(t, millis.UnmarshalJSON([]byte(q.Get("timestamp"))))
			times = append(times, millis.UnixMilli())
		}
		assert.GreaterOrEqual(t, times[1]-times[0], int64(1000))
		assert.Equal(t, time.Now().UnixMilli(), times[1])
	})
}

func TestGetUserByTmpCode_NamesAUser(t *testing.T) {
	t.Parallel()
	for _, info := range []string{`{}`, `null`, `{"nick":"Lin Yue","unionid":""}`, `{"nick":"Lin Yue","unionid":null}`} {
		client, _ := recordingClient(t, nil, `{"errcode":0,"errmsg":"ok","user_info":`+info+`}`)
		res, err := client.GetUserByTmpCode(t.Context(), GetUserByTmpCodeRequest{TmpAuthCode: NewSecret("c0de")})
		require.ErrorIs(t, err, ErrOutcomeUnknown, info)
		require.ErrorContains(t, err, `the response lacks "unionid"`)
		assert.Nil(t, res)
	}
}

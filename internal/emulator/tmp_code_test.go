package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// tmpSignature signs a timestamp.
func tmpSignature(secret, timestamp string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (a *app) spendTmp(code string) jsonBody {
	a.t.Helper()
	return a.tmpCode(a.server.ClientID(), strconv.FormatInt(time.Now().UnixMilli(), 10), a.server.ClientSecret(), code)
}

func (a *app) tmpCode(accessKey, timestamp, secret, code string) jsonBody {
	a.t.Helper()
	query := url.Values{"accessKey": {accessKey}, "timestamp": {timestamp}, "signature": {tmpSignature(secret, timestamp)}}
	return a.do(http.MethodPost, "/sns/getuserinfo_bycode?"+query.Encode(), "application/json", `{"tmp_auth_code":"`+code+`"}`)
}

func TestGetUserByTmpCode_ChecksTheSignature(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1767225600000)
	a := newApp(t, Strict(), WithCredentials("dingexample", "sns-secret-0001"), WithClock(func() time.Time { return at }))
	u := a.seed(directory.User{UserID: "clerk", Name: "Lin Yue"})
	code := a.must(a.server.IssueTmpCode("clerk"))
	for _, tt := range []struct{ name, accessKey, timestamp, secret, want string }{
		{"seconds", "dingexample", "1767225600", "sns-secret-0001", "853001"},
		{"no number", "dingexample", "2026-01-01T00:00", "sns-secret-0001", "853001"},
		{"a minute and a bit late", "dingexample", "1767225539999", "sns-secret-0001", "853002"},
		{"a minute and a bit early", "dingexample", "1767225660001", "sns-secret-0001", "853002"},
		{"another app", "dingother", "1767225600000", "sns-secret-0001", "853003"},
		{"another secret", "dingexample", "1767225600000", "x", "853004"},
		{"no accessKey", "", "1767225600000", "sns-secret-0001", "40035"},
		{"no timestamp", "dingexample", "", "sns-secret-0001", "40035"},
		{"no code", "dingexample", "1767225600000", "sns-secret-0001", "40035"},
	} {
		use := code
		if tt.name == "no code" {
			use = ""
		}
		assert.Equal(t, tt.want, a.tmpCode(tt.accessKey, tt.timestamp, tt.secret, use).code(), tt.name)
	}
	// The documented vector, as it is in an address.
	path := "/sns/getuserinfo_bycode?accessKey=dingexample&timestamp=1767225600000&signature="
	const signature = "JjBnUTpo/aly+IpNSlQV7rwzZWIOcVZ2hQwbcalUltk="
	assert.Equal(t, "853004", a.do(http.MethodPost, path+signature, "application/json", `{"tmp_auth_code":"`+code+`"}`).code(), "not encoded")
	_, body, err := a.send(http.MethodPost, path+"JjBnUTpo%2Faly%2BIpNSlQV7rwzZWIOcVZ2hQwbcalUltk%3D", "application/json", `{"tmp_auth_code":"`+code+`"}`)
	require.NoError(t, err)
	assert.Equal(t, `{"errcode":0,"errmsg":"ok","user_info":{"nick":"Lin Yue","unionid":"`+u.UnionID+`","openid":"`+
		a.server.openID(&u)+`","main_org_auth_high_level":false}}`, string(body))
	assert.Equal(t, "40078", a.tmpCode("dingexample", "1767225600000", "sns-secret-0001", code).code(), "spent")
}

package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The configuration of the tests, invented.
const (
	testToken  = "dg7Token2026x"
	testAESKey = "Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd"
)

// receiver is a callback that acknowledges everything, unless answer is set. It has code of its own for nothing but the
// reading of requests.
type receiver struct {
	seal   seal
	answer http.HandlerFunc // nil: acknowledge
	strict bool             // refuse a wrong signature and another owner

	mu       sync.Mutex
	messages []string
	queries  []url.Values
}

func newReceiver(t *testing.T, owner string) *receiver {
	t.Helper()
	key, ok := decodeKey(testAESKey)
	require.True(t, ok)
	return &receiver{seal: seal{token: testToken, key: key, owner: owner}}
}

func (c *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var sent struct {
		Encrypt string `json:"encrypt"`
	}
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &sent)
	message, err := c.seal.decrypt(sent.Encrypt)
	if err != nil {
		message = "broken: " + err.Error()
	}
	c.mu.Lock()
	c.messages, c.queries = append(c.messages, message), append(c.queries, r.URL.Query())
	c.mu.Unlock()
	query := r.URL.Query()
	if c.strict && (err != nil || query.Get("signature") != c.seal.signature(query.Get("timestamp"), query.Get("nonce"), sent.Encrypt)) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if c.answer != nil {
		c.answer(w, r)
		return
	}
	c.acknowledge(w, "success")
}

// texts returns the messages that a receiver got.
func (c *receiver) texts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.messages)
}

func (c *receiver) acknowledge(w io.Writer, text string) {
	encrypted := c.seal.encrypt([]byte(text), 32)
	_, _ = fmt.Fprintf(w, `{"msg_signature":%q,"timeStamp":"1","nonce":"n","encrypt":%q}`, c.seal.signature("1", "n", encrypted), encrypted)
}

// newCallbackServer returns an app whose registered callbacks are a receiver.
func newCallbackServer(t *testing.T, c http.Handler) *app {
	t.Helper()
	a := newApp(t)
	a.server.HandleCallbacks(c)
	return a
}

// registration is the body of a call that registers a callback.
func registration(change map[string]any) string {
	fields := map[string]any{
		"call_back_tag": []string{"user_add_org", "org_dept_create"}, "token": testToken, "aes_key": testAESKey, "url": "https://app.example.com/events?tenant=7",
	}
	maps.Copy(fields, change)
	return string(encode(fields))
}

const (
	registerPath = "/call_back/register_call_back"
	replacePath  = "/call_back/update_call_back"
	failedPath   = "/call_back/get_call_back_failed_result"
)

func TestCallback_IsRegisteredReplacedReadAndDeleted(t *testing.T) {
	t.Parallel()
	c := newReceiver(t, directory.CorpID)
	a := newCallbackServer(t, c)
	token := url.Values{"access_token": {a.token}}
	for _, path := range []string{"/call_back/get_call_back", "/call_back/delete_call_back"} {
		assert.Equal(t, "71007", a.get(path, token).code())
	}
	assert.Equal(t, "71007", a.post(replacePath, registration(nil)).code())
	assert.Equal(t, "0", a.post(registerPath, registration(nil)).code())
	assert.Equal(t, "71006", a.post(registerPath, registration(nil)).code())

	require.Equal(t, []string{`{"EventType":"check_url"}`}, c.messages)
	query := c.queries[0]
	assert.Regexp(t, `^[0-9a-f]{40}$`, query.Get("signature"))
	assert.Equal(t, query.Get("signature"), query.Get("msg_signature"))
	assert.Regexp(t, `^[0-9]{13}$`, query.Get("timestamp"))
	assert.Regexp(t, `^[0-9a-z]{8}$`, query.Get("nonce"))
	assert.Equal(t, "7", query.Get("tenant"))

	got := a.get("/call_back/get_call_back", token)
	assert.Equal(t, []any{"user_add_org", "org_dept_create"}, got["call_back_tag"])
	assert.Equal(t, testToken, got["token"])
	assert.Equal(t, testAESKey, got["aes_key"])
	assert.NotContains(t, got, "request_id")
	assert.Equal(t, "0", a.post(replacePath, registration(map[string]any{"url": "https://app.example.com/other"})).code())
	assert.Equal(t, "https://app.example.com/other", a.get("/call_back/get_call_back", token)["url"])
	assert.Equal(t, "0", a.get("/call_back/delete_call_back", token).code())
	assert.Equal(t, "0", a.post(registerPath, registration(nil)).code())
	require.NoError(t, a.server.Reset())
	a.token = a.fetchToken()
	assert.Equal(t, "71007", a.get("/call_back/delete_call_back", url.Values{"access_token": {a.token}}).code())
}

func TestCallback_RefusesWhatIsMalformed(t *testing.T) {
	t.Parallel()
	a := newCallbackServer(t, newReceiver(t, directory.CorpID))
	for _, tt := range []struct {
		field string
		value any
		code  string
	}{
		{"call_back_tag", []string{"user_add"}, "71008"}, {"call_back_tag", []string{"inner_app_scopes_change"}, "71008"},
		{"call_back_tag", []string{}, "71010"},
		{"token", "", "71010"}, {"token", "ab", "71010"}, {"token", "token-1", "71010"},
		{"aes_key", testAESKey[1:], "71010"}, {"aes_key", testAESKey[1:] + "/", "71010"},
		{"url", "app.example.com", "71011"}, {"url", "ftp://app.example.com/", "71011"}, {"url", "", "71011"},
	} {
		assert.Equal(t, tt.code, a.post(registerPath, registration(map[string]any{tt.field: tt.value})).code(), "%v", tt)
	}
}

func TestCallback_MustAcknowledgeTheCheck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		code   string
		answer func(c *receiver) http.HandlerFunc
	}{
		"plain text": {"71009", func(*receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }
		}},
		"nothing": {"71009", func(*receiver) http.HandlerFunc { return func(http.ResponseWriter, *http.Request) {} }},
		"a redirect": {"71009", func(*receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }
		}},
		"another text": {"71009", func(c *receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { c.acknowledge(w, "Success") }
		}},
		"a status": {"71009", func(c *receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusAccepted)
				c.acknowledge(w, "success")
			}
		}},
		"another owner": {"71009", func(*receiver) http.HandlerFunc {
			other := newReceiver(t, "dingother")
			return func(w http.ResponseWriter, _ *http.Request) { other.acknowledge(w, "success") }
		}},
		"a wrong signature": {"71009", func(c *receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"msg_signature":"0","timeStamp":"1","nonce":"n","encrypt":%q}`, c.seal.encrypt([]byte("success"), 32))
			}
		}},
		"a panic": {"71012", func(*receiver) http.HandlerFunc {
			return func(http.ResponseWriter, *http.Request) { panic("no") }
		}},
		"too late": {"400054", func(c *receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				<-r.Context().Done()
				c.acknowledge(w, "success")
			}
		}},
		"in time": {"0", func(c *receiver) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(callbackBudget - time.Millisecond) // of the bubble
				c.acknowledge(w, "success")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newReceiver(t, directory.CorpID)
				c.answer = tt.answer(c)
				a := newCallbackServer(t, c)
				got := a.post(registerPath, registration(nil))
				assert.Equal(t, tt.code, got.code(), "%v", got)
			})
		})
	}
}

func TestCallback_ServerIsNotLockedWhileItPosts(t *testing.T) {
	t.Parallel()
	c := newReceiver(t, directory.CorpID)
	var a *app
	var again atomic.Bool
	c.answer = func(w http.ResponseWriter, _ *http.Request) {
		if !again.Swap(true) { // another registration comes first
			assert.Equal(t, "0", a.post(registerPath, registration(nil)).code()) //nolint:contextcheck // it is another call
		}
		c.acknowledge(w, "success")
	}
	a = newCallbackServer(t, c)
	assert.Equal(t, "71006", a.post(registerPath, registration(nil)).code())
}

func TestCallback_IsPostedToOverTheNetwork(t *testing.T) {
	t.Parallel()
	c := newReceiver(t, directory.CorpID)
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	a := newApp(t)
	assert.Equal(t, "0", a.post(registerPath, registration(map[string]any{"url": srv.URL})).code())
	srv.Close()
	got := a.post(replacePath, registration(map[string]any{"url": srv.URL}))
	assert.Equal(t, "71012", got.code())
	assert.NotContains(t, got["errmsg"], "signature")
}

func TestCallback_JournalHidesTokenAndKey(t *testing.T) {
	t.Parallel()
	a := newCallbackServer(t, newReceiver(t, directory.CorpID))
	a.server.RecordResponses()
	require.Equal(t, "0", a.post(registerPath, registration(nil)).code())
	a.get("/call_back/get_call_back", url.Values{"access_token": {a.token}, "note": {testAESKey}})
	for _, e := range a.server.Log(LogFilter{}, 0, 100) {
		entry, _ := a.server.JournalEntry(e.Number)
		text := fmt.Sprintf("%+v", entry)
		assert.NotContains(t, text, testToken)
		assert.NotContains(t, text, testAESKey)
	}
}

func TestFailedCallbacks_AreRemovedByTheNextCall(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for i := range 450 {
		a.server.failed.waiting = append(a.server.failed.waiting, json.RawMessage(fmt.Sprint(i)))
	}
	read := func() ([]any, any) {
		got := a.get(failedPath, url.Values{"access_token": {a.token}})
		require.Equal(t, "0", got.code())
		return got["failed_list"].([]any), got["has_more"]
	}
	for _, want := range []struct {
		n    int
		more bool
	}{{200, true}, {200, true}, {50, false}, {0, false}} {
		list, more := read()
		assert.Len(t, list, want.n)
		assert.Equal(t, want.more, more)
	}
}

// The vectors are those of package callback, whose code is not used here.
func TestSeal_AgreesWithTheVectors(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../callback/testdata/vectors.json")
	require.NoError(t, err)
	type vector struct {
		ID               string `json:"id"`
		Token            string `json:"token"`
		AESKey           string `json:"aes_key"`
		Owner            string `json:"owner"`
		Timestamp        string `json:"timestamp"`
		Nonce            string `json:"nonce"`
		Signature        string `json:"signature"`
		Encrypt          string `json:"encrypt"`
		Plaintext        string `json:"plaintext"`
		SignatureMatches *bool  `json:"signature_matches"`
	}
	var file struct {
		Valid   []vector `json:"valid"`
		Invalid []vector `json:"invalid"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.NotEmpty(t, file.Valid)
	for _, v := range file.Valid {
		key, ok := decodeKey(v.AESKey)
		require.True(t, ok, v.ID)
		c := seal{token: v.Token, key: key, owner: v.Owner}
		got, err := c.decrypt(v.Encrypt)
		require.NoError(t, err, v.ID)
		assert.Equal(t, v.Plaintext, got, v.ID)
		if v.SignatureMatches != nil {
			assert.Equal(t, *v.SignatureMatches, v.Signature == c.signature(v.Timestamp, v.Nonce, v.Encrypt), v.ID)
		}
		again, err := c.decrypt(c.encrypt([]byte(v.Plaintext), 32))
		require.NoError(t, err)
		assert.Equal(t, v.Plaintext, again)
	}
	for _, v := range file.Invalid {
		key, _ := decodeKey(v.AESKey)
		c := seal{token: v.Token, key: key, owner: v.Owner}
		_, err := c.decrypt(v.Encrypt)
		assert.True(t, err != nil || v.Signature != c.signature(v.Timestamp, v.Nonce, v.Encrypt), v.ID)
	}
}

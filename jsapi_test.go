package dingtalk

import (
	"crypto"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignJSAPI_MatchesTheVectors(t *testing.T) {
	t.Parallel()
	for digest, want := range map[crypto.Hash]string{
		crypto.SHA256: "bd1c00d9e7702c8f5477058765a2015d4a652f5c52a016443b9a7cdf670d6161",
		crypto.SHA1:   "eac4ed5d8d0dfd962fd5265d43d158d0acdbb312",
	} {
		for _, page := range []string{
			"https://app.example.com/page?a=1&b=2", "https://app.example.com/page?a=1&b=2#part", "https://app.example.com/page?a%3D1%26b=2",
		} {
			address, err := signedURL(page)
			require.NoError(t, err)
			assert.Equal(t, want, signJSAPI(digest, "tick0001", "n0nce", "1767225600", address), page)
		}
	}
}

func TestSignedURL_IsTheAddressWithItsQueryInPlainText(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		"https://h":                      "https://h",
		"https://h/":                     "https://h/",
		"https://h:8443/a%20b":           "https://h:8443/a%20b",
		"https://h/a#b?c=d":              "https://h/a",
		"http://h/a?":                    "http://h/a?",
		"https://h/a?n=%E8%B5%B5&m=a+b":  "https://h/a?n=赵&m=a+b",
		"https://h/a?n=赵":                "https://h/a?n=赵",
		"https://h/a?b=%3F%23%25#%zz":    "https://h/a?b=?#%",
		"https://h/a?redirect=/b?c=d#/e": "https://h/a?redirect=/b?c=d",
	} {
		got, err := signedURL(page)
		require.NoError(t, err, page)
		assert.Equal(t, want, got)
	}
	client, sent := recordingClient(t, nil, "")
	for _, page := range []string{"", "/page", "//h/page", "h/page", "ftp://h/page", "https:///page", "https://h/a?b=%zz", "https://h/%zz", "javascript:x"} {
		_, err := client.SignJSAPI(t.Context(), page)
		require.ErrorIs(t, err, ErrInvalidArgument, page)
	}
	_, err := client.SignJSAPI(nil, "https://h") //nolint:staticcheck // a nil context is the test case
	require.ErrorIs(t, err, ErrInvalidArgument)
	assert.Empty(t, *sent)
}

// ticketServer is a transport that issues tickets as the service does: the same one while it lives, renewed by two
// hours, and for 24 hours at most.
type ticketServer struct {
	mu            sync.Mutex
	calls, number int
	created, ends time.Time
}

func (s *ticketServer) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if req.URL.Path == "/gettoken" {
		return reply(`{"errcode":0,"access_token":"t","expires_in":7200}`), nil
	}
	s.calls++
	if req.Header.Get("x-acs-dingtalk-access-token") != "t" {
		return nil, fmt.Errorf("no token")
	}
	now := time.Now()
	if !now.Before(s.ends) {
		s.number++
		s.created = now
	}
	s.ends = now.Add(2 * time.Hour)
	if limit := s.created.Add(24 * time.Hour); limit.Before(s.ends) {
		s.ends = limit
	}
	return reply(fmt.Sprintf(`{"jsapiTicket":"ticket-%d","expireIn":7200}`, s.number)), nil
}

// valid reports whether a signature was made with the ticket that lives.
func (s *ticketServer) valid(page string, sig *JSAPISignature, digest crypto.Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.ends) &&
		sig.Signature == signJSAPI(digest, fmt.Sprintf("ticket-%d", s.number), sig.NonceStr, sig.TimeStamp, page)
}

const pageURL = "https://app.example.com/page"

func TestSignJSAPI_UsesALiveTicketForDaysAndFetchesFewOfThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &ticketServer{}
		client, err := New("dingexample", "s3cretValue", WithHTTPClient(&http.Client{Transport: s}))
		require.NoError(t, err)
		nonces := map[string]bool{}
		const minutes = 3 * 24 * 60
		for range minutes {
			sig, err := client.SignJSAPI(t.Context(), pageURL)
			require.NoError(t, err)
			require.True(t, s.valid(pageURL, sig, crypto.SHA256), "at %v", time.Now())
			require.Equal(t, fmt.Sprint(time.Now().Unix()), sig.TimeStamp)
			nonces[sig.NonceStr] = true
			time.Sleep(time.Minute)
			synctest.Wait() // a renewal in the background
		}
		assert.Len(t, nonces, minutes)
		assert.Equal(t, 3, s.number, "a ticket lives for a day")
		assert.Less(t, s.calls, 3*13*2)
	})
}

func TestSignJSAPI_FetchesOneTicketForConcurrentCallers(t *testing.T) {
	t.Parallel()
	s := &ticketServer{}
	calls := 0
	count := func(next Invoker) Invoker {
		calls++
		return next
	}
	client, err := New("dingexample", "s3cretValue", WithHTTPClient(&http.Client{Transport: s}), WithJSAPIDigest(crypto.SHA1), WithMiddleware(count))
	require.NoError(t, err)
	calls = 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			sig, err := client.SignJSAPI(t.Context(), pageURL)
			if assert.NoError(t, err) {
				assert.True(t, s.valid(pageURL, sig, crypto.SHA1))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 1, s.calls)
	assert.Zero(t, calls, "no middleware sees the ticket")
}

func TestSignJSAPI_EncodesForTheConfigOfThePage(t *testing.T) {
	t.Parallel()
	client, err := New("dingexample", "s3cretValue", WithHTTPClient(&http.Client{Transport: &ticketServer{}}))
	require.NoError(t, err)
	sig, err := client.SignJSAPI(t.Context(), pageURL)
	require.NoError(t, err)
	text, err := json.Marshal(sig)
	require.NoError(t, err)
	assert.JSONEq(t, fmt.Sprintf(`{"timeStamp":%q,"nonceStr":%q,"signature":%q}`, sig.TimeStamp, sig.NonceStr, sig.Signature), string(text))
	assert.Len(t, sig.Signature, 64)
}

func TestSignJSAPI_ReportsWhyThereIsNoTicket(t *testing.T) {
	t.Parallel()
	client, _ := recordingClient(t, nil, `{"errcode":0,"access_token":"t"}`,
		`403 {"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","requestid":"r","accessdenieddetail":{"requiredScopes":["qyapi_base"]}}`)
	_, err := client.SignJSAPI(t.Context(), pageURL)
	require.ErrorIs(t, err, ErrPermission)
	e := asError(err)
	assert.Equal(t, "SignJSAPI", e.Op)
	assert.Equal(t, []string{"qyapi_base"}, e.RequiredScopes)
}

func TestWithJSAPIDigest_AcceptsTwoDigests(t *testing.T) {
	t.Parallel()
	_, err := New("i", "s", WithJSAPIDigest(crypto.MD5))
	require.EqualError(t, err, "dingtalk: New: invalid argument: WithJSAPIDigest: the digest must be crypto.SHA256 or crypto.SHA1")
}

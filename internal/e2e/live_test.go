package e2e_test

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// live is a transport that responds with a body of the live service, and counts the requests by path.
type live struct {
	body     string
	requests map[string]int
}

// liveBody returns the transport for a file of testdata/live, whose personal details are invented.
func liveBody(t *testing.T, name string) *live {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "live", name))
	require.NoError(t, err)
	return &live{string(body), map[string]int{}}
}

func (l *live) RoundTrip(req *http.Request) (*http.Response, error) {
	l.requests[req.URL.Path]++
	header := http.Header{"Content-Type": {"application/json;charset=UTF-8"}}
	body := io.NopCloser(strings.NewReader(l.body))
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: body, Request: req, ProtoMajor: 1}, nil
}

// client returns a client that has a token and is served by l.
func (l *live) client(t *testing.T, opts ...dingtalk.Option) *dingtalk.Client {
	t.Helper()
	client, err := dingtalk.New("", "", append(opts, dingtalk.WithTokenSource(dingtalk.StaticToken("mock-access-token-4711")),
		dingtalk.WithHTTPClient(&http.Client{Transport: l}))...)
	require.NoError(t, err)
	return client
}

// behindTheGateway holds the live refusal without a numeric code, and others of the same kind.
func behindTheGateway(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"15":                       liveBody(t, "gateway-15.json").body,
		"15, in quotes":            `{"errcode":"15","sub_code":"isp.-1"}`,
		"15, with a zero":          `{"errcode":15,"sub_code":"0"}`,
		"88":                       `{"errcode":88,"errmsg":"ding talk error[subcode=isp.-1]","sub_code":"isp.-1","request_id":"r"}`,
		"88, with another string":  `{"errcode":88,"sub_code":"isp.remote-service-timeout","sub_msg":"busy","request_id":"r"}`,
		"88, with nothing":         `{"errcode":88,"errmsg":"ding talk error","request_id":"r"}`,
		"a string code beside a 0": `{"errcode":0,"errmsg":"ok","sub_code":"isp.-1"}`,
	}
}

func TestLiveBody_FailureBehindTheGatewayProvesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range behindTheGateway(t) {
		for op, call := range operations {
			t.Run(name+"/"+op, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					service := &live{body, map[string]int{}}
					err := call(t.Context(), service.client(t))
					require.ErrorIs(t, err, dingtalk.ErrTransient)
					assert.Equal(t, strings.HasSuffix(op, "User") && op != "GetUser", isUnknown(err), err)
					attempts := 3
					if op == "CreateUser" {
						attempts = 1
					}
					assert.Equal(t, []int{attempts}, slices.Collect(maps.Values(service.requests)))
				})
			})
		}
	}
}

func TestLiveBody_EnsureUserReadsBackAfterAFailureBehindTheGateway(t *testing.T) {
	t.Parallel()
	for _, body := range behindTheGateway(t) {
		synctest.Test(t, func(t *testing.T) {
			service := &live{body, map[string]int{}}
			_, err := service.client(t).EnsureUser(t.Context(), zhaoMin())
			require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
			assert.Equal(t, map[string]int{"/topapi/v2/user/create": 1, "/topapi/v2/user/get": 3}, service.requests)
		})
	}
}

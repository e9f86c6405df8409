//go:build !race

package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// The cost of a call is compared with that of a call written by hand with net/http and encoding/json, in memory and with
// the same responses. Allocations and bytes are exact, so they can be tested; times cannot. They are exact only without
// the race detector, which drops what pools hold: `make cost` runs this. With the decoder of Go 1.27 both sides need a
// third less, and the rest of a call has more weight.

// costResponses returns the responses of the service.
func costResponses(tb testing.TB) responses {
	tb.Helper()
	user, err := os.ReadFile("../../testdata/GetUser/complete.response.json")
	require.NoError(tb, err)
	return responses{
		"/gettoken": `{"errcode":0,"errmsg":"ok","access_token":"7c0f1d2e3b4a59687766554433221100","expires_in":7200}`,
		"/get":      string(user),
		"/create": `{"errcode":0,"errmsg":"ok","request_id":"1e6h2j8l4p0sa",` +
			`"result":{"userid":"zhao.min","unionId":"Kd83hQpLmZx7TtYc2RbWgiEiE"}}`,
		"/list": `{"errcode":0,"errmsg":"ok","request_id":"1e6h2j8l4p0sa","result":{"has_more":true,"next_cursor":100,` +
			`"list":[` + strings.Repeat(member+",", 99) + member + `]}}`,
	}
}

// responses is the service in memory, as a transport: the last part of a path and the response to it. Both clients get
// the same few allocations from it.
type responses map[string]string

func (a responses) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		if err := req.Body.Close(); err != nil {
			return nil, err
		}
	}
	body, ok := a[req.URL.Path[strings.LastIndexByte(req.URL.Path, '/'):]]
	if !ok {
		return nil, fmt.Errorf("no response for %s", req.URL.Path)
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// cost holds what a call allocates on the heap, or its proportion to that of the handwritten client.
type cost struct{ allocs, bytes float64 }

// limits holds the largest proportions with each decoder under encoding/json, as measured, and a little more.
type limits struct{ go126, go127 cost }

func (l limits) current() cost {
	if newDecoder {
		return l.go127
	}
	return l.go126
}

// costOf measures the cost of a call. It is exact except for what the runtime allocates at the same time, which is why
// it returns the least of some tries.
func costOf(t *testing.T, call func(userID string) error) cost {
	t.Helper()
	const runs, tries = 200, 5
	for range 20 { // fill the pools
		require.NoError(t, call("zhao.min"))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var least cost
	for i := range tries {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			if err := call("zhao.min"); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		c := cost{float64(after.Mallocs-before.Mallocs) / runs, float64(after.TotalAlloc-before.TotalAlloc) / runs}
		if i == 0 || c.bytes < least.bytes {
			least = c
		}
	}
	return least
}

// costCase is a call by this client and by hand.
type costCase struct {
	name         string
	ours, byHand func(userID string) error
	limits       limits
}

// costCases returns calls with all that this client does for them (token, limiter, timeout of an attempt, error classes), and
// those of the handwritten client, which does none of this.
func costCases(tb testing.TB) []costCase {
	tb.Helper()
	hc := &http.Client{Transport: costResponses(tb)}
	hand := handClient{hc, "7c0f1d2e3b4a59687766554433221100"}
	client, err := dingtalk.New("dingexample", "secret", dingtalk.WithHTTPClient(hc),
		dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1e6, PerAddress: 1e8}))
	require.NoError(tb, err)
	ctx := tb.Context()
	return []costCase{
		{
			"GetUser",
			func(userID string) error {
				_, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
				return err
			},
			func(userID string) error {
				_, err := handCall[handUser](ctx, hand, "/topapi/v2/user/get", struct {
					UserID string `json:"userid"`
				}{userID})
				return err
			},
			limits{go126: cost{1.02, 0.72}, go127: cost{1.05, 0.69}},
		},
		{ // the rest is so cheap that the proof that an unsent write was not sent is visible
			"CreateUser",
			func(userID string) error {
				_, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
					UserID: userID, Name: "赵敏", Mobile: "13800001234", Title: "技术总监",
					DeptIDList: dingtalk.IDList{1, 724960197},
				})
				return err
			},
			func(userID string) error {
				_, err := handCall[handCreated](ctx, hand, "/topapi/v2/user/create", struct {
					UserID     string `json:"userid"`
					Name       string `json:"name"`
					Mobile     string `json:"mobile"`
					Title      string `json:"title"`
					DeptIDList string `json:"dept_id_list"`
				}{userID, "赵敏", "13800001234", "技术总监", "1,724960197"})
				return err
			},
			limits{go126: cost{1.33, 1.36}, go127: cost{1.55, 1.56}},
		},
		{
			"a page of 100 by ListUsers",
			func(string) error {
				_, err := client.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Cursor: 100, Size: 100})
				return err
			},
			func(string) error {
				_, err := handCall[handPage](ctx, hand, "/topapi/v2/user/list", struct {
					DeptID int64 `json:"dept_id"`
					Cursor int64 `json:"cursor"`
					Size   int64 `json:"size"`
				}{1, 100, 100})
				return err
			},
			limits{go126: cost{0.95, 0.58}, go127: cost{1.00, 0.56}},
		},
	}
}

func TestCost_IsWithinThatOfAHandWrittenCall(t *testing.T) { //nolint:paralleltest // it counts allocations
	for _, tc := range costCases(t) {
		ours, byHand := costOf(t, tc.ours), costOf(t, tc.byHand)
		t.Logf("%s: %.1f allocations of %.0f bytes, by hand %.1f of %.0f: %.3f and %.3f", tc.name,
			ours.allocs, ours.bytes, byHand.allocs, byHand.bytes, ours.allocs/byHand.allocs, ours.bytes/byHand.bytes)
		most := tc.limits.current()
		assert.LessOrEqual(t, ours.allocs, most.allocs*byHand.allocs, "allocations of %s", tc.name)
		assert.LessOrEqual(t, ours.bytes, most.bytes*byHand.bytes, "bytes of %s", tc.name)
	}
}

// BenchmarkCost is for profiles of where the time of a call goes, as in docs/performance.md. `make bench` compares.
func BenchmarkCost(b *testing.B) {
	for _, tc := range costCases(b) {
		for by, call := range map[string]func(userID string) error{"by hand": tc.byHand, "client": tc.ours} {
			b.Run(tc.name+" "+by, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := call("zhao.min"); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

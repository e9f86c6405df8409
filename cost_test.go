//go:build !race && !goexperiment.jsonv2

package dingtalk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// What a call may cost is held against what somebody would write by hand with net/http and encoding/json, in memory
// and on the same answers. Allocations and bytes are exact, so they can be a test; times cannot. They are exact without
// the race detector only, which makes pools forget: `make cost` runs this. With the second encoding/json both sides need
// a third less, and the rest of a call weighs more.

// barePerson has the fields of a person as one would write them down, without a care for what the service writes oddly.
type barePerson struct {
	UserID        string `json:"userid"`
	UnionID       string `json:"unionid"`
	Name          string `json:"name"`
	Avatar        string `json:"avatar"`
	StateCode     string `json:"state_code"`
	Mobile        string `json:"mobile"`
	HideMobile    bool   `json:"hide_mobile"`
	Telephone     string `json:"telephone"`
	JobNumber     string `json:"job_number"`
	Title         string `json:"title"`
	Email         string `json:"email"`
	OrgEmail      string `json:"org_email"`
	OrgEmailType  string `json:"org_email_type"`
	WorkPlace     string `json:"work_place"`
	Remark        string `json:"remark"`
	Extension     string `json:"extension"`
	ManagerUserID string `json:"manager_userid"`
	HiredDate     int64  `json:"hired_date"`

	DeptIDList    []int64 `json:"dept_id_list"`
	DeptOrderList []struct {
		DeptID int64 `json:"dept_id"`
		Order  int64 `json:"order"`
	} `json:"dept_order_list"`
	DeptPositionList []struct {
		DeptID    int64  `json:"dept_id"`
		IsMain    bool   `json:"is_main"`
		Title     string `json:"title"`
		WorkPlace string `json:"work_place"`
	} `json:"dept_position_list"`
	LeaderInDept []struct {
		DeptID int64 `json:"dept_id"`
		Leader bool  `json:"leader"`
	} `json:"leader_in_dept"`
	RoleList []struct {
		ID        int64  `json:"id"`
		Name      string `json:"name"`
		GroupName string `json:"group_name"`
	} `json:"role_list"`

	Active           bool `json:"active"`
	RealAuthed       bool `json:"real_authed"`
	Senior           bool `json:"senior"`
	Admin            bool `json:"admin"`
	Boss             bool `json:"boss"`
	ExclusiveAccount bool `json:"exclusive_account"`
}

// bareMember is a person as a member of a department, likewise.
type bareMember struct {
	UserID     string  `json:"userid"`
	UnionID    string  `json:"unionid"`
	Name       string  `json:"name"`
	Avatar     string  `json:"avatar"`
	StateCode  string  `json:"state_code"`
	Mobile     string  `json:"mobile"`
	HideMobile bool    `json:"hide_mobile"`
	Telephone  string  `json:"telephone"`
	JobNumber  string  `json:"job_number"`
	Title      string  `json:"title"`
	Email      string  `json:"email"`
	OrgEmail   string  `json:"org_email"`
	WorkPlace  string  `json:"work_place"`
	Remark     string  `json:"remark"`
	DeptIDList []int64 `json:"dept_id_list"`
	DeptOrder  int64   `json:"dept_order"`
	Extension  string  `json:"extension"`
	HiredDate  int64   `json:"hired_date"`

	Active           bool `json:"active"`
	Admin            bool `json:"admin"`
	Boss             bool `json:"boss"`
	Leader           bool `json:"leader"`
	ExclusiveAccount bool `json:"exclusive_account"`
}

type barePage struct {
	HasMore    bool         `json:"has_more"`
	NextCursor int64        `json:"next_cursor"`
	List       []bareMember `json:"list"`
}

type bareCreated struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"`
}

const member = `{"userid":"zhao.min","unionid":"Kd83hQpLmZx7TtYc2RbWgiEiE","name":"赵敏",` +
	`"avatar":"https://static.example.com/media/zhao.min_100_100.jpg","state_code":"86","mobile":"13800001234",` +
	`"hide_mobile":false,"telephone":"010-88880000-21","job_number":"E-2041","title":"技术总监",` +
	`"email":"zhao.min@example.com","org_email":"zhao.min@mail.example.com","work_place":"未来科技城3号楼",` +
	`"remark":"由旧系统迁移","dept_id_list":[1,724960197],"dept_order":176219045660082512,` +
	`"extension":"{\"爱好\":\"旅游\",\"年龄\":\"24\"}","hired_date":1666108800000,` +
	`"active":true,"admin":true,"boss":false,"leader":true,"exclusive_account":false}`

// bare is the hand-written client.
type bare struct {
	http  *http.Client
	token string
}

func bareCall[T any](ctx context.Context, c bare, path string, in any) (*T, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	address := dingtalk.BaseURLInternational + path + "?access_token=" + url.QueryEscape(c.token)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		ErrCode   int    `json:"errcode"`
		ErrMsg    string `json:"errmsg"`
		RequestID string `json:"request_id"`
		Result    T      `json:"result"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	if answer.ErrCode != 0 {
		return nil, fmt.Errorf("errcode %d: %s", answer.ErrCode, answer.ErrMsg)
	}
	return &answer.Result, nil
}

// costSamples are the answers, by the end of their paths.
func costSamples(t *testing.T) answers {
	t.Helper()
	person, err := os.ReadFile("testdata/GetUser/complete.answer.json")
	require.NoError(t, err)
	return answers{
		"/gettoken": `{"errcode":0,"errmsg":"ok","access_token":"7c0f1d2e3b4a59687766554433221100","expires_in":7200}`,
		"/get":      string(person),
		"/create": `{"errcode":0,"errmsg":"ok","request_id":"1e6h2j8l4p0sa",` +
			`"result":{"userid":"zhao.min","unionId":"Kd83hQpLmZx7TtYc2RbWgiEiE"}}`,
		"/list": `{"errcode":0,"errmsg":"ok","request_id":"1e6h2j8l4p0sa","result":{"has_more":true,"next_cursor":100,` +
			`"list":[` + strings.Repeat(member+",", 99) + member + `]}}`,
	}
}

// answers is the service in memory: the same few allocations for whoever calls.
type answers map[string]string

func (a answers) RoundTrip(req *http.Request) (*http.Response, error) {
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
		return nil, fmt.Errorf("no answer for %s", req.URL.Path)
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// cost is what a call takes from the heap.
type cost struct{ allocs, bytes float64 }

// costOf is exact but for what the runtime does meanwhile, hence the least of some tries.
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

// TestACallCostsNoMoreThanOneByHand holds calls with all that this client does for them (token, limiter, time limit of
// an attempt, classes of errors) against those of the hand-written one, which does nothing of the kind.
func TestACallCostsNoMoreThanOneByHand(t *testing.T) { //nolint:paralleltest // it counts allocations
	hc := &http.Client{Transport: costSamples(t)}
	hand := bare{hc, "7c0f1d2e3b4a59687766554433221100"}
	client, err := dingtalk.New("dingexample", "secret", dingtalk.WithHTTPClient(hc),
		dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1e6, PerAddress: 1e8}))
	require.NoError(t, err)
	ctx := t.Context()

	for _, tc := range []struct {
		name          string
		ours, byHand  func(userID string) error
		allocs, bytes float64 // at most, as parts of those by hand
	}{
		{
			"GetUser",
			func(userID string) error {
				_, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
				return err
			},
			func(userID string) error {
				_, err := bareCall[barePerson](ctx, hand, "/topapi/v2/user/get", struct {
					UserID string `json:"userid"`
				}{userID})
				return err
			},
			1.05, 0.80,
		},
		{ // so little besides that what proves an unsent write unsent shows
			"CreateUser",
			func(userID string) error {
				_, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
					UserID: userID, Name: "赵敏", Mobile: "13800001234", Title: "技术总监",
					DeptIDList: dingtalk.IDList{1, 724960197},
				})
				return err
			},
			func(userID string) error {
				_, err := bareCall[bareCreated](ctx, hand, "/topapi/v2/user/create", struct {
					UserID     string `json:"userid"`
					Name       string `json:"name"`
					Mobile     string `json:"mobile"`
					Title      string `json:"title"`
					DeptIDList string `json:"dept_id_list"`
				}{userID, "赵敏", "13800001234", "技术总监", "1,724960197"})
				return err
			},
			1.47, 1.47,
		},
		{
			"a page of 100 by ListUsers",
			func(string) error {
				_, err := client.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Cursor: 100, Size: 100})
				return err
			},
			func(string) error {
				_, err := bareCall[barePage](ctx, hand, "/topapi/v2/user/list", struct {
					DeptID int64 `json:"dept_id"`
					Cursor int64 `json:"cursor"`
					Size   int64 `json:"size"`
				}{1, 100, 100})
				return err
			},
			0.95, 0.60,
		},
	} {
		ours, byHand := costOf(t, tc.ours), costOf(t, tc.byHand)
		t.Logf("%s: %.1f allocations of %.0f bytes, by hand %.1f of %.0f: %.3f and %.3f", tc.name,
			ours.allocs, ours.bytes, byHand.allocs, byHand.bytes, ours.allocs/byHand.allocs, ours.bytes/byHand.bytes)
		assert.LessOrEqual(t, ours.allocs, tc.allocs*byHand.allocs, "allocations of %s", tc.name)
		assert.LessOrEqual(t, ours.bytes, tc.bytes*byHand.bytes, "bytes of %s", tc.name)
	}
}

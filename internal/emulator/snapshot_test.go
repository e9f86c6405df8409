package emulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestBranch_HasThePathAndTheNeighbors(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, d := range []directory.Department{
		{ID: 10, Name: "A", Order: 2}, {ID: 11, Name: "B", Order: 1}, {ID: 20, Name: "A1", ParentID: 10}, {ID: 30, Name: "A11", ParentID: 20},
	} {
		_, err := s.AddDepartment(d)
		require.NoError(t, err)
	}
	for _, depts := range [][]int64{{20}, {20, 30}, {30}, {11}, {1, 20}} {
		_, err := s.AddUser(directory.User{DeptIDList: depts})
		require.NoError(t, err)
	}
	root, a, b := directory.Unit{ID: 1, Name: "Organization", People: 5}, directory.Unit{ID: 10, Name: "A", People: 4}, directory.Unit{ID: 11, Name: "B", People: 1}
	a1, a11 := directory.Unit{ID: 20, Name: "A1", People: 4}, directory.Unit{ID: 30, Name: "A11", People: 2}
	for id, want := range map[int64]directory.Branch{
		1:  {People: 5, Direct: 1, Path: []directory.Unit{root}, Siblings: []directory.Unit{root}, Children: []directory.Unit{b, a}},
		10: {People: 4, Direct: 0, Path: []directory.Unit{root, a}, Siblings: []directory.Unit{b, a}, Children: []directory.Unit{a1}},
		20: {People: 4, Direct: 3, Path: []directory.Unit{root, a, a1}, Siblings: []directory.Unit{a1}, Children: []directory.Unit{a11}},
		30: {People: 2, Direct: 2, Path: []directory.Unit{root, a, a1, a11}, Siblings: []directory.Unit{a11}, Children: []directory.Unit{}},
	} {
		want.Department, _ = s.Department(id)
		got, found := s.Branch(id)
		assert.True(t, found)
		assert.Equal(t, want, got)
	}
	_, found := s.Branch(99)
	assert.False(t, found)
	assert.Equal(t, map[int64][]directory.Unit{20: {root, a, a1}, 1: {root}}, s.Paths([]int64{20, 99, 1, 20}))
}

func TestMembers_ArePagedInListOrder(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 10})
	for i := range 5 {
		a.seed(directory.User{UserID: fmt.Sprint("u", i), DeptIDList: []int64{10}, RoleList: []directory.Role{{Name: "主管"}}})
	}
	listed := a.post(idsPath, `{"dept_id":10}`).result()["userid_list"].([]any)
	var paged []any
	for offset := int64(0); offset < 6; offset += 2 {
		for _, u := range a.server.Members(10, offset, 2) {
			paged = append(paged, u.UserID)
			assert.Len(t, u.RoleList, 1)
		}
	}
	assert.Equal(t, listed, paged)
	assert.Empty(t, a.server.Members(10, 9, 2))
	assert.Empty(t, a.server.Members(99, 0, 2))
}

// Only the request ID differs each time.
func TestUserResponse_EqualsThatOfTheCall(t *testing.T) {
	t.Parallel()
	requestID := regexp.MustCompile(`"request_id":"\w+"`)
	for name, opts := range map[string][]Option{
		"all":                   nil,
		"no mobile":             {WithoutMobileField()},
		"no personal info":      {WithoutPersonalInfo()},
		"out of the scope":      {WithContactScope([]int64{724960197}, nil)},
		"permission missing":    {WithoutScope("qyapi_get_member")},
		"the limit was reached": {WithQPS(3)},
	} {
		a := newApp(t, opts...)
		a.department(directory.Department{ID: 724960197})
		a.seed(directory.User{UserID: "boss", Name: "<b>&", DeptIDList: []int64{1}})
		if name != "out of the scope" {
			a.seed(everything)
		}
		for _, userid := range []string{"zhao.min", "boss", "absent"} {
			_, want, err := a.send("POST", getPath+"?access_token="+a.token, "application/json", fmt.Sprintf(`{"userid":%q}`, userid))
			require.NoError(t, err)
			got := a.server.UserResponse(userid)
			assert.Equal(t, requestID.ReplaceAllString(string(want), ""), requestID.ReplaceAllString(string(got), ""), "%s: %s", name, userid)
			assert.Regexp(t, requestID, string(got))
		}
	}
}

func TestUserResponse_LeavesNoTrace(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "boss"})
	require.NoError(t, a.server.Fail("GetUser", SystemBusy, 1))
	a.server.RevokeToken()
	for range 3 {
		var env struct {
			ErrCode int `json:"errcode"`
		}
		require.NoError(t, json.Unmarshal(a.server.UserResponse("boss"), &env))
		assert.Zero(t, env.ErrCode)
	}
	calls, err := a.server.Calls("GetUser")
	require.NoError(t, err)
	assert.Empty(t, calls)
	a.token = a.fetchToken()
	assert.Equal(t, "-1", a.post(getPath, `{"userid":"boss"}`).code(), "the fault is still to come")
}

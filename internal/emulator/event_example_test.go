package emulator

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// names returns the names of the fields of a body.
func names(t *testing.T, body json.RawMessage) []string {
	t.Helper()
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(body, &fields), "%s", body)
	var out []string
	for name := range fields {
		out = append(out, name)
	}
	return out
}

func TestExampleEvent_HasTheFieldsThatWritesSend(t *testing.T) {
	t.Parallel()
	a := eventApp(t)
	s := a.server
	u, _ := s.User("li.lei")
	u.Active, u.Admin, u.Remark = true, true, "x"
	require.NoError(t, s.SetUser(u))
	u.Admin = false
	require.NoError(t, s.SetUser(u))
	root, _ := s.Department(1)
	root.Name = "New"
	require.NoError(t, s.SetDepartment(root))
	require.NoError(t, s.SetContactScope([]int64{7}, nil))
	sent := map[string]bool{}
	for _, e := range s.Events() {
		sent[e.Type] = true
		if e.Type == labelUserChange || e.Type == innerAppScopes {
			continue // the administrator, whose names are in the example, has gone
		}
		got := names(t, s.ExampleEvent(e.Type))
		assert.Subset(t, append(got, "optStaffId"), names(t, e.Body), e.Type)
		assert.Subset(t, append(names(t, e.Body), "optStaffId"), got, e.Type)
	}
	for _, typ := range []string{userAddOrg, userModifyOrg, userActiveOrg, orgAdminAdd, orgAdminRemove, orgDeptCreate, orgChange, labelConfAdd} {
		assert.True(t, sent[typ], typ)
	}
}

func TestExampleEvent_NamesWhatExists(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	assert.JSONEq(t, `{"deptId":[1]}`, string(s.ExampleEvent(orgDeptModify)))
	assert.JSONEq(t, `{"userId":["zhao.min"]}`, string(s.ExampleEvent(userActiveOrg)), "there is no one")
	assert.JSONEq(t, `{}`, string(s.ExampleEvent("org_pet_adopt")))
	for _, id := range []string{"b", "a"} {
		_, err := s.AddUser(directory.User{UserID: id})
		require.NoError(t, err)
	}
	for _, id := range []int64{12, 11} {
		_, err := s.AddDepartment(directory.Department{ID: id, Name: "D" + string(rune(id))})
		require.NoError(t, err)
	}
	assert.JSONEq(t, `{"deptId":[11]}`, string(s.ExampleEvent(orgDeptModify)))
	assert.JSONEq(t, `{"userId":["a"]}`, string(s.ExampleEvent(userActiveOrg)))
	for _, typ := range EventTypes() {
		assert.True(t, json.Valid(s.ExampleEvent(typ)), typ)
	}
}

package emulator

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// A school has a department of parents and pupils, whose ID is -7 on the live service.
func TestHomeSchoolDepartment_IsListedButHasNoPeople(t *testing.T) {
	t.Parallel()
	a := company(t)
	assert.EqualValues(t, -7, a.department(directory.Department{ID: -7, Name: "家校通讯录"}))
	assert.Equal(t, []any{json.Number("-7"), json.Number("10"), json.Number("20")}, a.post(listPath, `{"dept_id":1}`).result()["dept_id_list"])
	listed := a.post(listSubPath, `{}`)["result"].([]any)
	require.Len(t, listed, 3)
	assert.Equal(t, json.Number("-7"), listed[0].(map[string]any)["dept_id"])

	for _, tt := range []struct{ name, path, body, code string }{
		{"it can be read", getDeptPath, `{"dept_id":-7}`, "0"},
		{"its children can be listed", listPath, `{"dept_id":-7}`, "0"},
		{"its parents can be listed", parentsPath, `{"dept_id":-7}`, "0"},
		{"its people are not here", usersPath, `{"dept_id":-7,"cursor":0,"size":100}`, "60003"},
		{"nor in brief", briefsPath, `{"dept_id":-7,"cursor":0,"size":100}`, "60003"},
		{"nor their IDs", idsPath, `{"dept_id":-7}`, "60003"},
		{"nor of one that does not exist", usersPath, `{"dept_id":-8,"cursor":0,"size":100}`, "60003"},
		{"it takes no person", createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"-7"}`, "60003"},
		{"nor by an update", updatePath, `{"userid":"clerk","dept_id_list":"11,-7"}`, "60003"},
		{"it takes no department", createDeptPath, `{"name":"N","parent_id":-7}`, "60004"},
		{"nor by a move", updateDeptPath, `{"dept_id":20,"parent_id":-7}`, "60004"},
		{"it cannot be changed", updateDeptPath, `{"dept_id":-7,"name":"N"}`, "60003"},
		{"it cannot be deleted", deleteDeptPath, `{"dept_id":-7}`, "60003"},
		{"it is on no visibility list", createDeptPath, `{"name":"N","parent_id":1,"dept_permits":"-7"}`, "60109"},
	} {
		assert.Equal(t, tt.code, a.post(tt.path, tt.body).code(), tt.name)
	}
	_, err := a.server.AddUser(directory.User{UserID: "parent", DeptIDList: []int64{-7}})
	require.EqualError(t, err, "user parent: the department does not exist (a call would get 60003)")
	_, ok := a.server.Department(-7)
	assert.True(t, ok)
}

func TestHomeSchoolDepartment_CanBeInTheContactScopeAndIsRestored(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithContactScope([]int64{-7}, nil), WithConsole(func(*Server) http.Handler {
		return http.NotFoundHandler()
	}))
	_, err := s.AddDepartment(directory.Department{ID: -7})
	require.NoError(t, err)
	require.NoError(t, s.Reset())
	d, ok := s.Department(-7)
	require.True(t, ok, "what a program added before Listen belongs to the initial state")
	assert.Equal(t, directory.Department{ID: -7, ParentID: 1, Name: "Home school 7", Order: -7}, d)
	_, err = New(WithContactScope([]int64{0}, nil))
	require.ErrorContains(t, err, "no department has the ID 0")
}

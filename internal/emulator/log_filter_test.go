package emulator

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestLogFilter_SelectsCalls(t *testing.T) {
	t.Parallel()
	a := newApp(t) // the first call
	s := a.server
	a.seed(directory.User{UserID: "boss", Mobile: "13900000000"})
	a.post(createPath, `{"name":"N","userid":"a,b","mobile":"13900000001","dept_id_list":"1","manager_userid":"boss"}`) // 2
	a.post(createPath, `{"name":"N","mobile":"13900000002","dept_id_list":"1"}`)                                        // 3, of a generated userid
	a.post(createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"1"}`)                                        // 4, refused because of the boss
	a.get(getPath, map[string][]string{"userid": {"absent"}, "access_token": {a.token}})                                // 5
	a.form(deletePath+"?access_token="+a.token, map[string][]string{"userid": {"boss"}})                                // 6
	a.post("/topapi/role/addrolesforemps", `{"roleIds":"1","userIds":"a,x"}`)                                           // 7
	a.post("/topapi/role/addrolesforemps", `{"roleIds":"1","userIds":["y","z"]}`)                                       // 8
	a.post("/topapi/v2/user/getbymobile", `{"mobile":"13900000001"}`)                                                   // 9
	for _, f := range []Fault{LostResponse, HTTPStatus(502), CutBody, Slow(0), BanPage} {                               // 10 to 14
		require.NoError(t, s.Fail("ListSubDepartmentIDs", f, 1))
		_, _, _ = a.send(http.MethodPost, listPath+"?access_token="+a.token, "application/json", `{"dept_id":1}`)
	}
	generated := s.Users()[0].UserID
	require.NotEqual(t, "a,b", generated)
	id := s.Log(LogFilter{}, 6, 1)[0].RequestID
	require.NotEmpty(t, id)

	for _, test := range []struct {
		filter LogFilter
		want   []int64
	}{
		{LogFilter{UserID: "boss"}, []int64{6, 4, 2}},
		{LogFilter{UserID: "a,b"}, []int64{9, 2}},
		{LogFilter{UserID: generated}, []int64{3}},
		{LogFilter{UserID: "absent"}, []int64{5}},
		{LogFilter{UserID: "x"}, []int64{7}},
		{LogFilter{UserID: "a"}, []int64{7, 2}},
		{LogFilter{UserID: "z"}, []int64{8}},
		{LogFilter{UserID: "unknown"}, []int64{}},
		{LogFilter{RequestID: id}, []int64{5}},
		{LogFilter{RequestID: id[2:9]}, []int64{5}},
		{LogFilter{RequestID: "-"}, []int64{}},
		{LogFilter{Failed: true}, []int64{14, 12, 11, 10, 8, 7, 5, 4}},
		{LogFilter{Failed: true, UserID: "boss"}, []int64{4}},
		{LogFilter{Failed: true, UserID: "boss", Op: "DeleteUser"}, []int64{}},
		{LogFilter{Op: "CreateUser"}, []int64{4, 3, 2}},
	} {
		assert.Equal(t, test.want, numbers(s.Log(test.filter, 0, 100)), "%+v", test.filter)
		assert.Equal(t, len(test.want), s.CountLog(test.filter), "%+v", test.filter)
		changes := s.Changes(0, test.filter, 100)
		assert.Len(t, changes.Calls, len(test.want), "%+v", test.filter)
		assert.Equal(t, len(test.want), changes.Count, "%+v", test.filter)
	}
	assert.Equal(t, []int64{2}, numbers(s.Log(LogFilter{Op: "CreateUser"}, 3, 9)))
	assert.Zero(t, s.Changes(0, LogFilter{}, 0).Count)
	assert.Equal(t, 14, s.CountLog(LogFilter{}))
}

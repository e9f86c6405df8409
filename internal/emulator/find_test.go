package emulator

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// v1 posts JSON to the new API with the token of the app.
func (a *app) v1(path, body string) spoken {
	a.t.Helper()
	return a.speakWith(a.token, http.MethodPost, path, "application/json", body)
}

const (
	searchUsersPath       = "/v1.0/contact/users/search"
	searchDepartmentsPath = "/v1.0/contact/departments/search"
)

func TestSearchUsers_FindsNamesInTheContactScope(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithContactScope([]int64{10}, []string{"lin.yue"}))
	_, err := a.server.AddDepartment(directory.Department{ID: 10, Name: "Sales"})
	require.NoError(t, err)
	for _, u := range []directory.User{
		{UserID: "b", Name: "Lin Na", DeptIDList: []int64{10}},
		{UserID: "a", Name: "Ann", Nickname: "Dolinda", DeptIDList: []int64{10}},
		{UserID: "lin.yue", Name: "LIN"},
		{UserID: "hidden", Name: "Lin Bo"},
		{UserID: "lin", Name: "He Ping", DeptIDList: []int64{10}}, // not by userid
	} {
		a.seed(u)
	}
	assert.Equal(t, jsonBody{"hasMore": false, "totalCount": json.Number("3"), "list": []any{"a", "b", "lin.yue"}},
		a.v1(searchUsersPath, `{"queryWord":" lin","offset":0,"size":10}`).jsonBody)
	assert.Equal(t, jsonBody{"hasMore": true, "totalCount": json.Number("3"), "list": []any{"a", "b"}},
		a.v1(searchUsersPath, `{"queryWord":"lin","offset":0,"size":2}`).jsonBody)
	assert.Equal(t, jsonBody{"hasMore": false, "totalCount": json.Number("3"), "list": []any{"lin.yue"}},
		a.v1(searchUsersPath, `{"queryWord":"lin","offset":2,"size":2}`).jsonBody)
	assert.Equal(t, jsonBody{"hasMore": false, "totalCount": json.Number("1"), "list": []any{"lin.yue"}},
		a.v1(searchUsersPath, `{"queryWord":"lin","offset":0,"size":2,"fullMatchField":1}`).jsonBody)
	assert.Equal(t, jsonBody{"hasMore": false, "totalCount": json.Number("0"), "list": []any{}},
		a.v1(searchUsersPath, `{"queryWord":"lin.yue","offset":7,"size":2}`).jsonBody)
}

func TestSearchDepartments_FindsNamesInTheContactScope(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithContactScope([]int64{10}, nil))
	for _, d := range []directory.Department{
		{ID: 10, Name: "Sales"}, {ID: 12, ParentID: 10, Name: "Presales"}, {ID: 11, ParentID: 10, Name: "Storage"}, {ID: 13, Name: "Wholesales"},
	} {
		_, err := a.server.AddDepartment(d)
		require.NoError(t, err)
	}
	assert.Equal(t, jsonBody{"hasMore": false, "totalCount": json.Number("2"), "list": []any{json.Number("10"), json.Number("12")}},
		a.v1(searchDepartmentsPath, `{"queryWord":"SALES","offset":0,"size":10}`).jsonBody)
}

func TestSearch_RefusesWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, path := range []string{searchUsersPath, searchDepartmentsPath} {
		for body, want := range map[string]string{
			`{"queryWord":"x","offset":0,"size":0}`:   "400 parameter.error",
			`{"queryWord":"x","offset":0,"size":101}`: "400 parameter.error",
			`{"queryWord":"x","offset":-1,"size":1}`:  "400 parameter.error",
			`{"queryWord":"","offset":0,"size":1}`:    "400 MissingqueryWord",
			`{"queryWord":"x","size":1}`:              "400 Missingoffset",
			`{"queryWord":"x","offset":0}`:            "400 Missingsize",
		} {
			assert.Equal(t, want, a.v1(path, body).outcome(), "%s %s", path, body)
		}
		require.NoError(t, a.server.SetMissingPoints([]string{"qyapi_addresslist_search"}))
		assert.Equal(t, "403 Forbidden.AccessDenied.AccessTokenPermissionDenied", a.v1(path, `{"queryWord":"x","offset":0,"size":1}`).outcome())
		require.NoError(t, a.server.SetMissingPoints(nil))
	}
	require.NoError(t, a.server.Fail("SearchUsers", Code(-1), 1))
	assert.Equal(t, "500 system.busy", a.v1(searchUsersPath, `{"queryWord":"x","offset":0,"size":1}`).outcome())
}

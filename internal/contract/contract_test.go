package contract

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEndpointsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	type row struct {
		name, method, path, permission string
		anonymous, write               bool
		repeat                         Repeat
		payload                        Payload
	}
	want := []row{
		{"GetToken", "GET", "/gettoken", "", true, false, Always, TopLevel},
		{"CreateUser", "POST", "/topapi/v2/user/create", "qyapi_manage_addresslist", false, true, Never, UnderResult},
		{"GetUser", "POST", "/topapi/v2/user/get", "qyapi_get_member", false, false, Always, UnderResult},
		{"UpdateUser", "POST", "/topapi/v2/user/update", "qyapi_manage_addresslist", false, true, Always, Nothing},
		{"DeleteUser", "POST", "/topapi/v2/user/delete", "qyapi_manage_addresslist", false, true, Always, Nothing},
		{"ListSubDepartmentIDs", "POST", "/topapi/v2/department/listsubid", "qyapi_get_department_list", false, false, Always, UnderResult},
	}
	var got []row
	for _, ep := range All() {
		got = append(got, row{ep.Name, ep.Method, ep.Path, ep.Permission, ep.Anonymous, ep.Write, ep.Repeat, ep.Payload})
	}
	if len(got) > len(want) { // further ones have tests of their own
		got = got[:len(want)]
	}
	assert.Equal(t, want, got)
	assert.EqualValues(t, 1, RootDepartmentID)
}

func TestRequiredFieldsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	required := func(fields []Field) []string {
		names := []string{}
		for _, f := range fields {
			if f.Required {
				names = append(names, f.Name)
			}
		}
		return names
	}
	for ep, want := range map[*Endpoint]struct{ request, response []string }{
		&GetToken:             {[]string{"appkey", "appsecret"}, []string{"access_token"}},
		&CreateUser:           {[]string{"name", "dept_id_list"}, []string{"userid"}},
		&GetUser:              {[]string{"userid"}, []string{"userid"}},
		&UpdateUser:           {[]string{"userid"}, []string{}},
		&DeleteUser:           {[]string{"userid"}, []string{}},
		&ListSubDepartmentIDs: {[]string{"dept_id"}, []string{"dept_id_list"}},
	} {
		assert.Equal(t, want.request, required(ep.Request), ep.Name)
		assert.Equal(t, want.response, required(ep.Response), ep.Name)
	}
}

func TestFieldsAreDescribedWithoutContradiction(t *testing.T) {
	t.Parallel()
	for _, ep := range All() {
		for side, fields := range map[string][]Field{"request": ep.Request, "response": ep.Response} {
			checkFields(t, ep.Name+" "+side, fields)
		}
		assert.Equal(t, ep.Payload == Nothing, len(ep.Response) == 0, ep.Name)
		assert.True(t, slices.IsSorted(ep.Errors), "%s: codes in order", ep.Name)
		assert.Len(t, slices.Compact(slices.Clone(ep.Errors)), len(ep.Errors), "%s: each once", ep.Name)
		assert.False(t, ep.Payload == UnderResult && !slices.ContainsFunc(ep.Response, func(f Field) bool { return f.Required }),
			"%s: without a required field an empty answer passes for a success", ep.Name)
	}
}

func checkFields(t *testing.T, where string, fields []Field) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range fields {
		name := where + "." + f.Name
		assert.NotEmpty(t, f.Name, where)
		assert.False(t, seen[f.Name], "%s is there twice", name)
		seen[f.Name] = true
		assert.Equal(t, f.Type == Object || f.Type == ObjectArray, len(f.Fields) > 0, "%s: members", name)
		if f.Max > 0 {
			assert.Contains(t, []Type{String, CommaIDs, JSONText, ObjectArray}, f.Type, "%s: what is it the limit of?", name)
		}
		if f.Min != 0 {
			assert.Contains(t, []Type{Int64, Millis}, f.Type, name)
		}
		if len(f.Enum) > 0 {
			assert.Contains(t, []Type{String, Int64, CommaNames}, f.Type, name)
		}
		checkFields(t, name, f.Fields)
	}
}

func TestWhatCannotBeChangedIsNotInAnUpdate(t *testing.T) {
	t.Parallel()
	names := func(fields []Field) (list []string) {
		for _, f := range fields {
			list = append(list, f.Name)
		}
		return list
	}
	create, update, get := names(CreateUser.Request), names(UpdateUser.Request), names(GetUser.Response)
	assert.NotContains(t, update, "mobile")
	assert.NotContains(t, update, "login_email")
	assert.Contains(t, create, "login_id")
	assert.NotContains(t, create, "loginId")
	assert.Contains(t, update, "loginId")
	assert.NotContains(t, update, "login_id")
	assert.Contains(t, names(CreateUser.Response), "unionId")
	assert.Contains(t, get, "unionid")
	assert.NotContains(t, get, "unionId")
}

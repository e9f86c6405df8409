package dingtalk

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// structs names the Go types that stand for an endpoint's request and answer.
var structs = map[string]struct{ request, response reflect.Type }{
	"GetToken":       {reflect.TypeFor[getTokenRequest](), reflect.TypeFor[getTokenResponse]()},
	"GetOAuth2Token": {reflect.TypeFor[getOAuth2TokenRequest](), reflect.TypeFor[getOAuth2TokenResponse]()},
	"CreateUser":     {reflect.TypeFor[CreateUserRequest](), reflect.TypeFor[CreateUserResponse]()},
	"GetUser":        {reflect.TypeFor[GetUserRequest](), reflect.TypeFor[User]()},
	"UpdateUser":     {reflect.TypeFor[UpdateUserRequest](), nil},
	"DeleteUser":     {reflect.TypeFor[DeleteUserRequest](), nil},
	"GetAuthScopes":  {nil, reflect.TypeFor[AuthScopes]()},

	"ListUsers":           {reflect.TypeFor[ListUsersRequest](), reflect.TypeFor[ListUsersResponse]()},
	"ListUserBriefs":      {reflect.TypeFor[ListUserBriefsRequest](), reflect.TypeFor[ListUserBriefsResponse]()},
	"ListUserIDs":         {reflect.TypeFor[ListUserIDsRequest](), reflect.TypeFor[ListUserIDsResponse]()},
	"GetUserIDByMobile":   {reflect.TypeFor[GetUserIDByMobileRequest](), reflect.TypeFor[GetUserIDByMobileResponse]()},
	"GetUserIDByUnionID":  {reflect.TypeFor[GetUserIDByUnionIDRequest](), reflect.TypeFor[GetUserIDByUnionIDResponse]()},
	"CountUsers":          {reflect.TypeFor[CountUsersRequest](), reflect.TypeFor[CountUsersResponse]()},
	"ListAdmins":          {nil, reflect.TypeFor[[]Admin]()},
	"GetAdminScope":       {reflect.TypeFor[GetAdminScopeRequest](), reflect.TypeFor[GetAdminScopeResponse]()},
	"ListInactiveUserIDs": {reflect.TypeFor[ListInactiveUserIDsRequest](), reflect.TypeFor[ListInactiveUserIDsResponse]()},

	"CreateDepartment":     {reflect.TypeFor[CreateDepartmentRequest](), reflect.TypeFor[CreateDepartmentResponse]()},
	"UpdateDepartment":     {reflect.TypeFor[UpdateDepartmentRequest](), nil},
	"DeleteDepartment":     {reflect.TypeFor[DeleteDepartmentRequest](), nil},
	"GetDepartment":        {reflect.TypeFor[GetDepartmentRequest](), reflect.TypeFor[Department]()},
	"ListSubDepartments":   {reflect.TypeFor[ListSubDepartmentsRequest](), reflect.TypeFor[[]SubDepartment]()},
	"ListSubDepartmentIDs": {reflect.TypeFor[ListSubDepartmentIDsRequest](), reflect.TypeFor[ListSubDepartmentIDsResponse]()},
	"ListParentDepartmentsByDepartment": {
		reflect.TypeFor[ListParentDepartmentsByDepartmentRequest](), reflect.TypeFor[ListParentDepartmentsByDepartmentResponse](),
	},
	"ListParentDepartmentsByUser": {
		reflect.TypeFor[ListParentDepartmentsByUserRequest](), reflect.TypeFor[ListParentDepartmentsByUserResponse](),
	},

	"CreateRoleGroup":      {reflect.TypeFor[CreateRoleGroupRequest](), reflect.TypeFor[CreateRoleGroupResponse]()},
	"CreateRole":           {reflect.TypeFor[CreateRoleRequest](), reflect.TypeFor[CreateRoleResponse]()},
	"UpdateRole":           {reflect.TypeFor[UpdateRoleRequest](), nil},
	"DeleteRole":           {reflect.TypeFor[DeleteRoleRequest](), nil},
	"ListRoles":            {reflect.TypeFor[ListRolesRequest](), reflect.TypeFor[ListRolesResponse]()},
	"GetRole":              {reflect.TypeFor[GetRoleRequest](), reflect.TypeFor[GetRoleResponse]()},
	"GetRoleGroup":         {reflect.TypeFor[GetRoleGroupRequest](), reflect.TypeFor[GetRoleGroupResponse]()},
	"AddRolesToUsers":      {reflect.TypeFor[AddRolesToUsersRequest](), nil},
	"RemoveRolesFromUsers": {reflect.TypeFor[RemoveRolesFromUsersRequest](), nil},
	"UpdateRoleScope":      {reflect.TypeFor[UpdateRoleScopeRequest](), nil},
	"ListRoleUsers":        {reflect.TypeFor[ListRoleUsersRequest](), reflect.TypeFor[ListRoleUsersResponse]()},
}

// notEndpoints are the methods of Client that are no operation of the service.
var notEndpoints = []string{
	"Bulk", "EnsureUser", "Format", "HTTPClient", "Token",
	"InactiveUserIDs", "RoleUsers", "RoleGroups", "DepartmentUserBriefs", "DepartmentUsers", // over the paged lists
	"OrgDepartments", "OrgUsers", // over the organisation
	"UserIDsByMobile", "UserIDsByUnionID", "UsersByID", // over many
}

func TestEveryEndpointHasItsMethodAndEveryMethodItsEndpoint(t *testing.T) {
	t.Parallel()
	var endpoints []string
	for _, ep := range contract.All() {
		if !ep.Anonymous { // the others are reached through Client.Token and OAuth2TokenSource
			endpoints = append(endpoints, ep.Name)
		}
	}
	var methods []string
	client := reflect.TypeFor[*Client]()
	for m := range client.Methods() {
		if !slices.Contains(notEndpoints, m.Name) {
			methods = append(methods, m.Name)
		}
	}
	assert.ElementsMatch(t, endpoints, methods)

	for _, name := range endpoints {
		method, ok := client.MethodByName(name)
		require.True(t, ok, name)
		want := structs[name]
		in, out := method.Type.In, method.Type.Out
		if want.request == nil {
			require.Equal(t, 2, method.Type.NumIn(), name)
		} else {
			require.Equal(t, 3, method.Type.NumIn(), name)
			assert.Equal(t, want.request, in(2), name)
		}
		assert.Equal(t, reflect.TypeFor[context.Context](), in(1), name)
		if want.response == nil {
			require.Equal(t, 1, method.Type.NumOut(), name)
		} else {
			require.Equal(t, 2, method.Type.NumOut(), name)
			if want.response.Kind() == reflect.Struct {
				want.response = reflect.PointerTo(want.response)
			}
			assert.Equal(t, want.response, out(0), name)
		}
		assert.Equal(t, reflect.TypeFor[error](), out(method.Type.NumOut()-1), name)
	}
}

func TestStructsMirrorTheDocumentation(t *testing.T) {
	t.Parallel()
	require.Len(t, structs, len(contract.All()))
	for _, ep := range contract.All() {
		t.Run(ep.Name, func(t *testing.T) {
			t.Parallel()
			types := structs[ep.Name]
			update := ep == &contract.UpdateUser || ep == &contract.UpdateDepartment
			if types.request == nil {
				assert.Empty(t, ep.Request)
			} else {
				compareStruct(t, types.request, ep.Request, side{request: true, update: update})
			}
			if ep.Payload == contract.Nothing {
				assert.Nil(t, types.response)
				assert.Empty(t, ep.Response)
				return
			}
			if ep.Payload == contract.ListUnderResult {
				require.Equal(t, reflect.Slice, types.response.Kind())
				types.response = types.response.Elem()
			}
			compareStruct(t, types.response, ep.Response, side{})
		})
	}
}

// side says which rules hold: a request's optional fields are left out when zero, and an update's are
// pointers where zero is a value.
type side struct{ request, update, nested bool }

func compareStruct(t *testing.T, typ reflect.Type, fields []contract.Field, s side) {
	t.Helper()
	require.NotNil(t, typ)
	var got, want []string
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		got = append(got, name)
	}
	for _, f := range fields {
		want = append(want, f.Name)
	}
	require.Equal(t, want, got, "%v: fields and their order", typ)

	for i, f := range fields {
		goField := typ.Field(i)
		assert.Equal(t, goName(f.Name), goField.Name, "%v.%s", typ, f.Name)
		_, option, _ := strings.Cut(goField.Tag.Get("json"), ",")
		switch {
		case s.request && f.Required:
			assert.Empty(t, option, "%v.%s is required and must always be sent", typ, f.Name)
		case s.request:
			assert.Equal(t, "omitzero", option, "%v.%s is optional", typ, f.Name)
		case !s.nested: // what is nested in a response may be shared with a request
			assert.Empty(t, option, "%v.%s", typ, f.Name)
		}
		pointer := f.Zero || (s.update && !s.nested && !f.Required && !f.Secret && scalar(f.Type))
		compareType(t, typ, goField, f, pointer)
		if len(f.Fields) > 0 {
			inner := goField.Type
			if inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			nested := s
			nested.nested = true
			compareStruct(t, inner, f.Fields, nested)
		}
	}
}

func scalar(t contract.Type) bool {
	return slices.Contains([]contract.Type{contract.String, contract.Bool, contract.Int64, contract.JSONText}, t)
}

func compareType(t *testing.T, parent reflect.Type, field reflect.StructField, f contract.Field, pointer bool) {
	t.Helper()
	got := field.Type
	if pointer {
		if !assert.Equal(t, reflect.Pointer, got.Kind(), "%v.%s: zero is a change", parent, f.Name) {
			return
		}
		got = got.Elem()
	}
	want := map[contract.Type]reflect.Type{
		contract.String:      reflect.TypeFor[string](),
		contract.Bool:        reflect.TypeFor[bool](),
		contract.Int64:       reflect.TypeFor[int64](),
		contract.Millis:      reflect.TypeFor[Millis](),
		contract.CommaIDs:    reflect.TypeFor[IDList](),
		contract.CommaNames:  reflect.TypeFor[CommaList](),
		contract.Int64Array:  reflect.TypeFor[[]int64](),
		contract.StringArray: reflect.TypeFor[[]string](),
	}
	if f.Secret {
		want[f.Type] = reflect.TypeFor[Secret]()
	}
	switch f.Type {
	case contract.JSONText:
		texts := []reflect.Type{reflect.TypeFor[Extension](), reflect.TypeFor[ExtensionI18n]()}
		assert.Contains(t, texts, got, "%v.%s", parent, f.Name)
	case contract.Object:
		assert.Equal(t, reflect.Struct, got.Kind(), "%v.%s", parent, f.Name)
		assert.NotEmpty(t, f.Fields, "%v.%s: members", parent, f.Name)
	case contract.ObjectArray:
		assert.Equal(t, reflect.Slice, got.Kind(), "%v.%s", parent, f.Name)
		assert.NotEmpty(t, f.Fields, "%v.%s: members", parent, f.Name)
	default:
		require.Contains(t, want, f.Type)
		assert.Equal(t, want[f.Type], got, "%v.%s", parent, f.Name)
	}
}

// goName is the Go name of a documented one: MixedCaps with initialisms.
func goName(name string) string {
	whole := map[string]string{
		"appkey": "AppKey", "appsecret": "AppSecret", "userid": "UserID", "unionid": "UnionID",
		"avatarMediaId": "AvatarMediaID", "corpid": "CorpID", "unionId": "UnionID", "loginId": "LoginID",
	}
	if n, ok := whole[name]; ok {
		return n
	}
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		switch {
		case part == "id":
			b.WriteString("ID")
		case part == "ids":
			b.WriteString("IDs")
		case whole[part] != "":
			b.WriteString(whole[part])
		default:
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	got := b.String()
	for camel, plain := range map[string]string{"Id": "ID", "Ids": "IDs"} { // groupId, userIds
		if start, ok := strings.CutSuffix(got, camel); ok {
			got = start + plain
		}
	}
	return got
}

func TestEndpointsAreDescribedInFull(t *testing.T) {
	t.Parallel()
	paths := map[string]bool{}
	for _, ep := range contract.All() {
		assert.NotEmpty(t, ep.Title, ep.Name)
		assert.Contains(t, []string{"GET", "POST"}, ep.Method, ep.Name)
		assert.True(t, strings.HasPrefix(ep.Path, "/"), ep.Name)
		assert.False(t, paths[ep.Path], "%s is listed twice", ep.Path)
		paths[ep.Path] = true
		assert.Equal(t, ep.Anonymous, ep.Permission == "", "%s: permission point", ep.Name)
		if ep.Repeat == contract.Never {
			assert.True(t, ep.Write, "%s: a read can always be repeated", ep.Name)
		}
		for _, code := range ep.Errors {
			assert.Error(t, classOf(ep.Name, code, false), "%s: errcode %d has no class", ep.Name, code)
		}
		for _, word := range ep.StringCodes {
			assert.Error(t, classOfV1(word, http.StatusBadRequest), "%s: %s has no class", ep.Name, word)
		}
	}
}

// TestListEntry_IsSmall holds what internal/rest assumes when it decodes a response as it comes: that 32,768 entries of
// a list, of whatever type, take no more than 32 MiB.
func TestListEntry_IsSmall(t *testing.T) {
	t.Parallel()
	var check func(reflect.Type)
	check = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice:
			assert.LessOrEqual(t, typ.Elem().Size(), uintptr(1<<10), typ)
			check(typ.Elem())
		case reflect.Struct:
			for field := range typ.Fields() {
				check(field.Type)
			}
		}
	}
	for _, types := range structs {
		if types.response != nil {
			check(types.response)
		}
	}
}

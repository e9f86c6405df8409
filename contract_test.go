package dingtalk

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// inner are the endpoints without a method: the client calls them by itself, for a token.
var inner = []*contract.Endpoint{
	&contract.GetToken, &contract.GetOAuth2Token, &contract.GetSSOToken,
	&contract.GetCorpToken, &contract.GetSuiteCorpToken, &contract.GetSuiteToken,
}

// notEndpoints are the methods of Client that do not stand for one operation of the service.
var notEndpoints = []string{
	"APIBaseURL", "Blocked", "Bulk", "ClientID", "CloseIdleConnections", "CorpID", "Do", "EnsureUser", "Format", "HTTPClient", "LoginBaseURL",
	"RenewToken", "SaveSuiteTicket", "SignJSAPI", "Token",
	"LeaveRecords", "DismissedUserIDs", "DismissionInfos", "OnJobUserIDs", "Leavers", // iterators over who left and who works
	"InactiveUserIDs", "RoleUsers", "RoleGroups", "DepartmentUserBriefs", "DepartmentUsers", // iterators over the paged lists
	"OrgDepartments", "OrgUsers", // walks over the organization
	"ExternalContacts", "ExternalContactLabelGroups", // iterators over paged lists
	"FindUsers", "ListedUsersByID", "UserIDsByMobile", "UserIDsByUnionID", "UsersByID", // lookups of many users
}

func TestContract_EachEndpointHasAMethodAndEachMethodAnEndpoint(t *testing.T) {
	t.Parallel()
	var endpoints, methods []string
	for _, ep := range contract.All() {
		if !slices.Contains(inner, ep) {
			endpoints = append(endpoints, ep.Name)
		}
	}
	for m := range reflect.TypeFor[*Client]().Methods() {
		if !slices.Contains(notEndpoints, m.Name) {
			methods = append(methods, m.Name)
		}
	}
	assert.ElementsMatch(t, endpoints, methods)
	assert.EqualValues(t, 1, RootDepartmentID)
	assert.Equal(t, contract.RootDepartmentID, RootDepartmentID)
}

// typesOf returns the Go types of an endpoint's request and response, nil where it has none. They are those in the
// signature of the client's method, whose shape it checks.
func typesOf(t *testing.T, ep *contract.Endpoint) (request, response reflect.Type) {
	t.Helper()
	switch ep {
	case &contract.GetToken:
		return reflect.TypeFor[getTokenRequest](), reflect.TypeFor[getTokenResponse]()
	case &contract.GetOAuth2Token:
		return reflect.TypeFor[getOAuth2TokenRequest](), reflect.TypeFor[getOAuth2TokenResponse]()
	case &contract.GetSSOToken:
		return reflect.TypeFor[getSSOTokenRequest](), reflect.TypeFor[getSSOTokenResponse]()
	case &contract.GetCorpToken:
		return reflect.TypeFor[getCorpTokenRequest](), reflect.TypeFor[getCorpTokenResponse]()
	case &contract.GetSuiteCorpToken:
		return reflect.TypeFor[getSuiteCorpTokenRequest](), reflect.TypeFor[getSuiteCorpTokenResponse]()
	case &contract.GetSuiteToken:
		return reflect.TypeFor[getSuiteTokenRequest](), reflect.TypeFor[getSuiteTokenResponse]()
	}
	method, ok := reflect.TypeFor[*Client]().MethodByName(ep.Name)
	require.True(t, ok, "Client has no method %s", ep.Name)
	signature := method.Type
	require.Contains(t, []int{2, 3}, signature.NumIn(), "the receiver, the context and a request")
	assert.Equal(t, reflect.TypeFor[context.Context](), signature.In(1))
	if signature.NumIn() == 3 {
		request = signature.In(2)
		assert.Equal(t, ep.Name+"Request", request.Name())
	}
	require.Contains(t, []int{1, 2}, signature.NumOut(), "a response and the error")
	assert.Equal(t, reflect.TypeFor[error](), signature.Out(signature.NumOut()-1))
	if signature.NumOut() == 2 {
		response = signature.Out(0)
		want := reflect.Pointer
		if ep.Payload == contract.ListUnderResult {
			want = reflect.Slice
		}
		require.Equal(t, want, response.Kind())
		response = response.Elem()
	}
	return request, response
}

func TestContract_StructsMirrorTheDocumentation(t *testing.T) {
	t.Parallel()
	for _, ep := range contract.All() {
		t.Run(ep.Name, func(t *testing.T) {
			t.Parallel()
			request, response := typesOf(t, ep)
			update := ep == &contract.UpdateUser || ep == &contract.UpdateDepartment
			if request == nil {
				assert.Empty(t, ep.Request)
			} else {
				first := ""
				switch {
				case ep.Credential == contract.UserToken:
					first = "AccessToken"
				case strings.Contains(ep.Path, "{corpId}"):
					first = "CorpID"
				}
				compareStruct(t, request, ep.Request, rules{request: true, update: update, outside: first})
			}
			if ep.Payload == contract.Nothing {
				assert.Nil(t, response)
				assert.Empty(t, ep.Response)
				return
			}
			compareStruct(t, response, ep.Response, rules{})
		})
	}
}

// rules holds what is required of a struct: a request leaves its optional fields out when they are zero, and an update
// has pointers where zero is a value. outside names what is sent in a header or the path, which comes before the fields.
type rules struct {
	request, update, nested bool
	outside                 string
}

func compareStruct(t *testing.T, typ reflect.Type, fields []contract.Field, r rules) {
	t.Helper()
	require.NotNil(t, typ)
	var got, want []string
	if r.outside != "" {
		assert.Equal(t, r.outside, typ.Field(0).Name, typ)
		assert.Equal(t, r.outside == "AccessToken", typ.Field(0).Type == reflect.TypeFor[Secret](), typ)
		want = append(want, "-")
	}
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		got = append(got, name)
	}
	for _, f := range fields {
		want = append(want, f.Name)
	}
	require.Equal(t, want, got, "%v: fields and their order", typ)

	for i, f := range fields {
		goField := typ.Field(i + len(want) - len(fields))
		assert.Equal(t, goName(f.Name), goField.Name, "%v.%s", typ, f.Name)
		assert.Equal(t, f.Also, goField.Tag.Get("also"), "%v.%s: the other spelling", typ, f.Name)
		_, option, _ := strings.Cut(goField.Tag.Get("json"), ",")
		switch {
		case r.request && f.Required:
			assert.Empty(t, option, "%v.%s is required and must always be sent", typ, f.Name)
		case r.request:
			assert.Equal(t, "omitzero", option, "%v.%s is optional", typ, f.Name)
		case !r.nested: // a response and a request may share what is nested
			assert.Empty(t, option, "%v.%s", typ, f.Name)
		}
		pointer := f.Zero || (r.update && !r.nested && !f.Required && !f.Secret && scalar(f.Type))
		compareType(t, typ, goField, f, pointer)
		if len(f.Fields) > 0 {
			inner := goField.Type
			if inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			nested := r
			nested.nested, nested.outside = true, ""
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
		contract.StringMap:   reflect.TypeFor[map[string]string](),
		contract.RawArray:    reflect.TypeFor[[]json.RawMessage](),
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

// goName returns the Go name of a documented field: MixedCaps with initialisms.
func goName(name string) string {
	whole := map[string]string{
		"appkey": "AppKey", "appsecret": "AppSecret", "userid": "UserID", "unionid": "UnionID",
		"avatarMediaId": "AvatarMediaID", "corpid": "CorpID", "unionId": "UnionID", "loginId": "LoginID",
		"avatarUrl": "AvatarURL", "corpLogoUrl": "CorpLogoURL", "licenseUrl": "LicenseURL", "inviteUrl": "InviteURL", "agentid": "AgentID", "appid": "AppID", "openid": "OpenID", "ssoSecret": "SSOSecret", "jsapiTicket": "JSAPITicket",
		"userIdList": "UserIDList", "aes": "AES", "url": "URL",
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

// free are the endpoints that need no permission point.
var free = []*contract.Endpoint{
	&contract.GetToken, &contract.GetOAuth2Token,
	&contract.RegisterCallback, &contract.UpdateCallback, &contract.GetCallback, &contract.DeleteCallback,
}

func TestContract_DescribesEachEndpointInFull(t *testing.T) {
	t.Parallel()
	paths := map[string]bool{}
	for _, ep := range contract.All() {
		assert.NotEmpty(t, ep.Title, ep.Name)
		assert.Contains(t, []string{"GET", "POST"}, ep.Method, ep.Name)
		assert.True(t, strings.HasPrefix(ep.Path, "/"), ep.Name)
		assert.False(t, paths[ep.Method+ep.Path], "%s %s is listed twice", ep.Method, ep.Path)
		paths[ep.Method+ep.Path] = true
		assert.Equal(t, slices.Contains(free, ep), ep.Permission == "", "%s: permission point", ep.Name)
		if ep.Repeat == contract.Never {
			assert.True(t, ep.Write, "%s: a read can always be repeated", ep.Name)
		}
		for _, code := range ep.Errors {
			assert.Error(t, classOf(ep.Name, code, false), "%s: errcode %d has no class", ep.Name, code)
		}
		for _, code := range ep.StringCodes {
			assert.Error(t, classOfReason(code, http.StatusBadRequest), "%s: %s has no class", ep.Name, code)
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
	for _, ep := range contract.All() {
		if _, response := typesOf(t, ep); response != nil {
			check(response)
			assert.LessOrEqual(t, response.Size(), uintptr(1<<10), ep.Name)
		}
	}
}

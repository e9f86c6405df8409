package dingtalk

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decodeAs decodes text into a T. It returns false if that fails.
func decodeAs[T any](text string) (v T, ok bool) {
	return v, json.Unmarshal([]byte(text), &v) == nil
}

// encoded returns v as a request encodes it.
func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := marshalRaw(v)
	require.NoError(t, err)
	return string(text)
}

func TestRequest_SendsTextUnescaped(t *testing.T) {
	t.Parallel()
	// Only what JSON requires is escaped: the service refuses \uXXXX with errcode 40033.
	for text, want := range map[string]string{
		`<赵敏> & "co" \ 😀`:  `<赵敏> & \"co\" \\ 😀`,
		"a\tb\nc\rd":       `a\tb\nc\rd`,
		"\u2028 \u2029":    "\u2028 \u2029",
		`C:\u2028 \\ufffd`: `C:\\u2028 \\\\ufffd`, // these backslashes are part of the text
		"caf\xe9":          "caf\ufffd",
	} {
		name := text
		for got, v := range map[string]any{
			`{"name":"` + want + `","dept_id_list":"1"}`: CreateUserRequest{Name: text, DeptIDList: IDList{1}},
			`{"userid":"u","name":"` + want + `"}`:       UpdateUserRequest{UserID: "u", Name: &name},
			`"` + want + `"`:                             CommaList{text},
		} {
			assert.Equal(t, got, encoded(t, v))
		}
	}
	assert.NotContains(t, string(NewExtension(map[string]string{"a": "<\u2028>"})), `\u`)
	_, err := marshalRaw(func() {})
	assert.Error(t, err)
}

func TestRequest_SendsOnlyWhatIsSet(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]any{
		`{"name":"","dept_id_list":""}`: CreateUserRequest{},
		`{"userid":"u"}`:                UpdateUserRequest{UserID: "u"},
		`{"userid":""}`:                 DeleteUserRequest{},
		`{"userid":"g"}`:                GetUserRequest{UserID: "g"},
		`{"dept_id":0}`:                 ListSubDepartmentIDsRequest{},
		`{"dept_id":-1}`:                ListSubDepartmentIDsRequest{DeptID: -1},
		`{"name":"n","dept_id_list":"1","dept_order_list":[],"hired_date":1788264000000}`: CreateUserRequest{
			Name: "n", DeptIDList: []int64{1}, DeptOrderList: []DeptOrder{}, HiredDate: Millis{time.UnixMilli(1788264000000)},
		},
		`{"name":"n","dept_id_list":"1,-7","dept_order_list":[{"dept_id":0,"order":176417218973249512}],"dept_title_list":[{"dept_id":1,"title":""}],"extension":"{\"a\":\"<\"}","dept_position_list":[{"dept_id":1}]}`: CreateUserRequest{
			Name: "n", DeptIDList: IDList{1, -7}, DeptOrderList: []DeptOrder{{Order: 176417218973249512}}, DeptTitleList: []DeptTitle{{DeptID: 1}},
			Extension: NewExtension(map[string]string{"a": "<"}), DeptPositionList: []DeptPosition{{DeptID: 1}},
		},
		`{"userid":"u","name":"","hide_mobile":false,"manager_userid":"","dept_id_list":"","dept_order_list":[],"extension":"","ext_attrs_update_mode":0,"force_update_fields":""}`: UpdateUserRequest{
			UserID: "u", Name: new(""), HideMobile: new(false), ManagerUserID: new(""), DeptIDList: IDList{}, DeptOrderList: []DeptOrder{},
			Extension: new(Extension("")), ExtAttrsUpdateMode: new(int64(0)), ForceUpdateFields: CommaList{},
		},
		`{"userid":"u","force_update_fields":"manager_userid,org_email","loginId":"l"}`: UpdateUserRequest{
			UserID: "u", LoginID: new("l"), ForceUpdateFields: CommaList{"manager_userid", "org_email"},
		},
		`{"name":"","dept_id_list":"","exclusive_account":true,"login_id":"l"}`: CreateUserRequest{ExclusiveAccount: true, LoginID: "l"},
	} {
		assert.Equal(t, want, encoded(t, v))
	}
}

func TestMarshalRequest_LeavesOutAnEmptySecretBesideAnother(t *testing.T) {
	t.Parallel()
	text, secrets, err := marshalRequest(GetUserAccessTokenRequest{ClientSecret: NewSecret("s"), Code: NewSecret("c")})
	require.NoError(t, err)
	assert.Equal(t, `{"clientId":"","clientSecret":"s","code":"c","grantType":""}`, string(text))
	assert.Equal(t, []string{"s", "c"}, secrets)
}

func TestUpdateUserRequest_SendsTheZeroOfEveryPointer(t *testing.T) {
	t.Parallel()
	var req UpdateUserRequest
	v := reflect.ValueOf(&req).Elem()
	names := []string{"userid"}
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Pointer {
			v.Field(i).Set(reflect.New(v.Field(i).Type().Elem()))
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(encoded(t, req)), &members))
	assert.ElementsMatch(t, names, slices.Collect(maps.Keys(members)))
}

// seed adds texts to the corpus.
func seed(f *testing.F, texts ...string) {
	f.Helper()
	for _, text := range texts {
		f.Add([]byte(text))
	}
}

// stable decodes data, encodes the result and decodes it again: both results must be equal.
func stable[T any](t *testing.T, data []byte) {
	var direct T
	if u, ok := any(&direct).(json.Unmarshaler); ok {
		_ = u.UnmarshalJSON(data)
	}
	first, ok := decodeAs[T](string(data))
	if !ok || !utf8.Valid(data) {
		return // encoding replaces what is not UTF-8
	}
	text := encoded(t, first)
	second, ok := decodeAs[T](text)
	require.True(t, ok, text)
	assert.Equal(t, first, second, text)
	assert.Equal(t, text, encoded(t, second))
}

func BenchmarkMarshalRequest(b *testing.B) {
	req := CreateUserRequest{
		UserID: "zhao.min", Name: "赵敏", Mobile: "+86-13800001234", DeptIDList: IDList{1, 2, 3}, HiredDate: Millis{time.UnixMilli(1788264000000)},
		DeptOrderList: []DeptOrder{{1, 176417218973249512}}, Extension: NewExtension(map[string]string{"a": "b"}),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := marshalRaw(req); err != nil {
			b.Fatal(err)
		}
	}
}

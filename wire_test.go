package dingtalk

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decodeAs decodes text into a T; ok is false where it cannot.
func decodeAs[T any](text string) (v T, ok bool) {
	return v, json.Unmarshal([]byte(text), &v) == nil
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := marshalRaw(v)
	require.NoError(t, err)
	return string(text)
}

func TestDeptIDsReadEveryFormAndWriteOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]IDList{
		`"1,2"`: {1, 2}, `" 1 , 2 "`: {1, 2}, `[1,2]`: {1, 2}, `["1","2"]`: {1, 2}, `[1,"2"]`: {1, 2}, "[ 1 ,\n2 ]": {1, 2},
		`1`: {1}, `"1"`: {1}, `[1]`: {1}, `"-1"`: {-1}, `[-1,1]`: {-1, 1}, `"-7,9007199254740993"`: {-7, 9007199254740993},
		`"9223372036854775807,-9223372036854775808"`: {math.MaxInt64, math.MinInt64},
		`"1,"`: {1}, `",1,,2"`: {1, 2}, `["1",""]`: {1}, `","`: {}, `" "`: {},
		`""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `[ ]`: {}, `{ }`: {},
	} {
		got, ok := decodeAs[IDList](text)
		if assert.True(t, ok, text) {
			assert.Equal(t, want, got, text)
		}
	}
	for _, text := range []string{
		`"a"`, `"1;2"`, `[1.5]`, `1e3`, `[null]`, `[[1]]`, `{"1":2}`, `true`, `"9223372036854775808"`, `"1,2`, `["1,2"]`,
	} {
		_, ok := decodeAs[IDList](text)
		assert.False(t, ok, text)
	}
	for want, ids := range map[string]IDList{
		`""`: nil, `"1"`: {1}, `"1,2"`: {1, 2}, `"-1,1"`: {-1, 1}, `"9223372036854775807,-9223372036854775808"`: {math.MaxInt64, math.MinInt64},
	} {
		assert.Equal(t, want, encoded(t, ids))
	}
}

func TestCommaListsReadEveryFormAndWriteOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]CommaList{
		`"a,b"`: {"a", "b"}, `"a, b,"`: {"a", "b"}, `["a","b"]`: {"a", "b"}, `"赵<敏>"`: {"赵<敏>"},
		`""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `[ ]`: {},
	} {
		got, ok := decodeAs[CommaList](text)
		require.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	assert.Equal(t, `"manager_userid,org_email"`, encoded(t, CommaList{"manager_userid", "org_email"}))
	assert.Equal(t, `""`, encoded(t, CommaList{}))
	assert.Equal(t, `"赵<敏>&"`, encoded(t, CommaList{"赵<敏>&"}))
}

func TestMillisReadEveryFormAndWriteOne(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 9, 1, 12, 0, 0, 123_000_000, time.UTC)
	for text, want := range map[string]Millis{
		`1788264000123`: {noon}, `"1788264000123"`: {noon}, ` 1788264000123 `: {noon}, `-1`: {time.UnixMilli(-1).UTC()},
		`1`: {time.UnixMilli(1).UTC()}, `9007199254740993`: {time.UnixMilli(9007199254740993).UTC()},
		`0`: {}, `"0"`: {}, `""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `{ }`: {},
	} {
		got, ok := decodeAs[Millis](text)
		if assert.True(t, ok, text) {
			assert.Equal(t, want, got, text)
		}
	}
	for _, text := range []string{`1.5`, `1e12`, `"x"`, `true`, `[1]`, `{"a":1}`, `9223372036854775808`, `"2026-09-01"`} {
		_, ok := decodeAs[Millis](text)
		assert.False(t, ok, text)
	}
	assert.Equal(t, `0`, encoded(t, Millis{}))
	assert.Equal(t, `1788264000123`, encoded(t, Millis{noon}))
	assert.Equal(t, `1788264000123`, encoded(t, Millis{noon.In(time.FixedZone("UTC+8", 8*60*60)).Add(999)}), "whatever the zone")
	assert.Equal(t, `-62135596800001`, encoded(t, Millis{time.Time{}.Add(-time.Millisecond)}))
}

func TestExtensionsKeepTheTextAsReceived(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Extension{
		`"{\"a\":\"1\"}"`: `{"a":"1"}`, `{"a":"1"}`: `{"a":"1"}`, `{ "a" : 1 }`: `{ "a" : 1 }`, `""`: "", `null`: "", `{}`: "{}",
		`"not JSON"`: "not JSON", `17`: "17", `"{\"a\":9007199254740993}"`: `{"a":9007199254740993}`,
	} {
		got, ok := decodeAs[Extension](text)
		require.True(t, ok, text)
		assert.Equal(t, want, got, text)
		i18n, ok := decodeAs[ExtensionI18n](text)
		require.True(t, ok, text)
		assert.EqualValues(t, want, i18n, text)
	}
}

func TestExtensionFieldsAreTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[Extension]map[string]string{
		"": {}, "{}": {}, "null": {}, `{"a":"1","b":"<赵>"}`: {"a": "1", "b": "<赵>"},
		`{"n":9007199254740993,"b":true,"o":{"x":[1]},"l":[1]}`: {"n": "9007199254740993", "b": "true", "o": `{"x":[1]}`, "l": "[1]"},
	} {
		got, err := text.Map()
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []Extension{"x", "[]", `"a"`, "17", `{"a":`, " "} {
		_, err := text.Map()
		require.ErrorContains(t, err, "extension: ", text)
	}
	for want, fields := range map[Extension]map[string]string{
		"{}": nil, `{"a":"1","b":"<赵>&"}`: {"b": "<赵>&", "a": "1"}, `{"":""}`: {"": ""},
	} {
		assert.Equal(t, want, NewExtension(fields))
	}
	assert.Equal(t, Extension("{}"), NewExtension(map[string]string{}))

	i18n, err := ExtensionI18n(`{"title":{"zh_CN":"主管","en_US":7}}`).Map()
	require.NoError(t, err)
	assert.Equal(t, map[string]map[string]string{"title": {"zh_CN": "主管", "en_US": "7"}}, i18n)
	assert.Equal(t, ExtensionI18n(`{"title":{"en_US":"<Lead>","zh_CN":"主管"}}`),
		NewExtensionI18n(map[string]map[string]string{"title": {"zh_CN": "主管", "en_US": "<Lead>"}}))
	assert.Equal(t, ExtensionI18n("{}"), NewExtensionI18n(nil))
	for _, text := range []ExtensionI18n{"x", "[]", `{"a":"1"}`} {
		_, err := text.Map()
		require.ErrorContains(t, err, "extension_i18n: ", text)
	}
}

func TestTextsTravelAsTheyAre(t *testing.T) {
	t.Parallel()
	// Only what JSON demands is escaped: \uXXXX is refused with errcode 40033.
	for text, want := range map[string]string{
		`<赵敏> & "co" \ 😀`:  `<赵敏> & \"co\" \\ 😀`,
		"a\tb\nc\rd":       `a\tb\nc\rd`,
		"\u2028 \u2029":    "\u2028 \u2029",
		`C:\u2028 \\ufffd`: `C:\\u2028 \\\\ufffd`, // backslashes of the text's own
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

func TestRequestsSendWhatIsSetAndNothingElse(t *testing.T) {
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

func TestEveryPointerOfAnUpdateCanSendItsZero(t *testing.T) {
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

// FuzzIDList and those that follow look for panics, and for values that change between two encodings.
func FuzzIDList(f *testing.F) {
	seed(f, `"1,2"`, `[1,-2]`, `["1"]`, `{}`, `""`, `null`, `7`, `"1,"`, `[null]`, ` "+1" `, `[`)
	f.Fuzz(stable[IDList])
}

func FuzzCommaList(f *testing.F) {
	seed(f, `"a,b"`, `["a","b"]`, `{}`, `""`, `null`, `"a,,b"`, `[true]`, `{"a":1}`, `"`)
	f.Fuzz(func(t *testing.T, data []byte) {
		var l CommaList
		_ = l.UnmarshalJSON(data)
		if utf8.Valid(data) && json.Unmarshal(data, &l) == nil {
			var names CommaList // a comma or a blank inside a name does not survive, but nothing else is lost
			require.NoError(t, json.Unmarshal([]byte(encoded(t, l)), &names))
			assert.Equal(t, squeezed(strings.Join(l, ",")), squeezed(strings.Join(names, ",")))
		}
	})
}

func squeezed(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

func FuzzMillis(f *testing.F) {
	seed(f, `1788264000123`, `"1788264000123"`, `0`, `"0"`, `""`, `{}`, `null`, `-1`, `-62135596800000`, `1.5`, `"`, `"00"`, `-0`)
	f.Fuzz(stable[Millis])
}

func FuzzExtension(f *testing.F) {
	seed(f, `"{\"a\":\"1\"}"`, `{"a":1}`, `""`, `null`, `"x"`, `{`, `{"a":{"b":null}}`, `"\ud800"`,
		`"`, `"\"`, `"\\"`, `"\\\"`, `"a"b"`, `"a\nb"`, `"赵\/"`, "\"\n\"", "\"\xff\"", `"a`)
	f.Fuzz(func(t *testing.T, data []byte) {
		stable[Extension](t, data)
		if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte(`"`)) { // as encoding/json, also what it refuses
			var got Extension
			var want string
			wantErr := json.Unmarshal(data, &want)
			gotErr := got.UnmarshalJSON(data)
			assert.Equal(t, wantErr == nil, gotErr == nil, "%v, %v", wantErr, gotErr)
			assert.EqualValues(t, want, got)
		}
		fields, err := Extension(data).Map()
		if err != nil || !utf8.Valid(data) {
			return
		}
		again, err := NewExtension(fields).Map()
		require.NoError(t, err)
		assert.Equal(t, fields, again)
	})
}

func FuzzExtensionI18n(f *testing.F) {
	seed(f, `"{\"a\":{\"zh_CN\":\"1\"}}"`, `{"a":{"en_US":1}}`, `""`, `null`, `{"a":null}`, `{`)
	f.Fuzz(func(t *testing.T, data []byte) {
		stable[ExtensionI18n](t, data)
		fields, err := ExtensionI18n(data).Map()
		if err != nil || !utf8.Valid(data) {
			return
		}
		again, err := NewExtensionI18n(fields).Map()
		require.NoError(t, err)
		for name, locales := range fields {
			assert.True(t, maps.Equal(locales, again[name]))
		}
	})
}

func FuzzNewExtension(f *testing.F) {
	f.Add("field", "value")
	f.Add("<\u2028>", "\x00\"\\")
	f.Add(`\u2028`, `\\ufffd\`)
	f.Fuzz(func(t *testing.T, name, value string) {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return
		}
		fields, err := NewExtension(map[string]string{name: value}).Map()
		require.NoError(t, err)
		assert.Equal(t, map[string]string{name: value}, fields)
	})
}

func seed(f *testing.F, texts ...string) {
	f.Helper()
	for _, text := range texts {
		f.Add([]byte(text))
	}
}

// stable decodes data, and then what the result encodes to, which must be the same.
func stable[T any](t *testing.T, data []byte) {
	var direct T
	if u, ok := any(&direct).(json.Unmarshaler); ok {
		_ = u.UnmarshalJSON(data)
	}
	first, ok := decodeAs[T](string(data))
	if !ok || !utf8.Valid(data) {
		return // what is not UTF-8 is replaced on the way out
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

func BenchmarkErrorText(b *testing.B) {
	err := &Error{Op: "GetUser", Code: 60121, Message: "找不到该用户", RequestID: "1b7w3r5t9y2ua"}
	b.ReportAllocs()
	for b.Loop() {
		_ = err.Error()
	}
}

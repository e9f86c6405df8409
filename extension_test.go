package dingtalk

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExtension_KeepsTheTextAsReceived(t *testing.T) {
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

func TestExtension_ReturnsFieldsAsText(t *testing.T) {
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

func FuzzExtension(f *testing.F) {
	seed(f, `"{\"a\":\"1\"}"`, `{"a":1}`, `""`, `null`, `"x"`, `{`, `{"a":{"b":null}}`, `"\ud800"`,
		`"`, `"\"`, `"\\"`, `"\\\"`, `"a"b"`, `"a\nb"`, `"赵\/"`, "\"\n\"", "\"\xff\"", `"a`)
	f.Fuzz(func(t *testing.T, data []byte) {
		stable[Extension](t, data)
		if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte(`"`)) { // same result as encoding/json, also for what it refuses
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

package emulator

import (
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestDecode_IsLiberal(t *testing.T) {
	t.Parallel()
	const bad = "refused"
	for _, tt := range []struct {
		typ    contract.Type
		raw    string
		want   any
		strict any // nil: as want
	}{
		{contract.String, `"x"`, "x", nil},
		{contract.String, `""`, "", nil},
		{contract.String, `13800001234`, "13800001234", bad},
		{contract.String, `true`, bad, nil},
		{contract.String, `{}`, bad, nil},
		{contract.String, `null`, nil, bad},
		{contract.String, `"null"`, "null", nil},

		{contract.Bool, `true`, true, nil},
		{contract.Bool, `false`, false, nil},
		{contract.Bool, `"true"`, true, bad},
		{contract.Bool, `"false"`, false, bad},
		{contract.Bool, `""`, nil, bad},
		{contract.Bool, `0`, bad, nil},
		{contract.Bool, `"yes"`, bad, nil},

		{contract.Int64, `9223372036854775807`, int64(math.MaxInt64), nil},
		{contract.Int64, `-9223372036854775808`, int64(math.MinInt64), nil},
		{contract.Int64, `"176200000000000513"`, int64(176200000000000513), bad},
		{contract.Int64, `9223372036854775808`, bad, nil},
		{contract.Int64, `1.0`, bad, nil},
		{contract.Int64, `1e3`, bad, nil},
		{contract.Int64, `true`, bad, nil},
		{contract.Int64, `[1]`, bad, nil},
		{contract.Millis, `"1666143772000"`, int64(1666143772000), bad},

		{contract.CommaIDs, `"1,724960197"`, []int64{1, 724960197}, nil},
		{contract.CommaIDs, `"1"`, []int64{1}, nil},
		{contract.CommaIDs, `1`, []int64{1}, bad},
		{contract.CommaIDs, `[1,724960197]`, []int64{1, 724960197}, bad},
		{contract.CommaIDs, `["1","2"]`, []int64{1, 2}, bad},
		{contract.CommaIDs, `"[1,2]"`, []int64{1, 2}, bad},
		{contract.CommaIDs, `[]`, []int64{}, bad},
		{contract.CommaIDs, `""`, []int64{}, nil},
		{contract.CommaIDs, `"1,,2"`, bad, nil},
		{contract.CommaIDs, `[1,null]`, bad, nil},
		{contract.CommaIDs, `{}`, bad, nil},

		{contract.CommaNames, `"a,b"`, []string{"a", "b"}, nil},
		{contract.CommaNames, `["a","b"]`, []string{"a", "b"}, bad},
		{contract.CommaNames, `""`, []string{}, nil},

		{contract.JSONText, `"{\"a\":\"b\"}"`, `{"a":"b"}`, nil},
		{contract.JSONText, `{"a":"b"}`, `{"a":"b"}`, bad},
		{contract.JSONText, `""`, "", nil},
		{contract.JSONText, `[1]`, bad, nil},

		{contract.Int64Array, `[1,2]`, []int64{1, 2}, nil},
		{contract.Int64Array, `"1,2"`, []int64{1, 2}, bad},
		{contract.StringArray, `["a"]`, []string{"a"}, nil},

		{contract.ObjectArray, `[{"id":1},{"id":"2"}]`, []args{{"id": int64(1)}, {"id": int64(2)}}, bad},
		{contract.ObjectArray, `[{"id":1}]`, []args{{"id": int64(1)}}, nil},
		{contract.ObjectArray, `[{"id":1,"more":2}]`, []args{{"id": int64(1)}}, bad},
		{contract.ObjectArray, `"[{\"id\":1}]"`, []args{{"id": int64(1)}}, bad},
		{contract.ObjectArray, `[]`, []args{}, nil},
		{contract.ObjectArray, `[null]`, bad, nil},
		{contract.ObjectArray, `[1]`, bad, nil},
		{contract.ObjectArray, `{"id":1}`, bad, nil},
		{contract.ObjectArray, `""`, nil, bad},
		{contract.Object, `{"id":1}`, args{"id": int64(1)}, nil},
		{contract.Object, `"{\"id\":1}"`, args{"id": int64(1)}, bad},
		{contract.Object, `[]`, bad, nil},
		{"unheard of", `1`, bad, nil},
	} {
		t.Run(string(tt.typ)+" "+tt.raw, func(t *testing.T) {
			t.Parallel()
			spec := []contract.Field{{Name: "f", Type: tt.typ, Fields: []contract.Field{{Name: "id", Type: contract.Int64}}}}
			for _, strict := range []bool{false, true} {
				want := tt.want
				if strict && tt.strict != nil {
					want = tt.strict
				}
				got, err := decoder{strict: strict}.object(spec, fields{"f": json.RawMessage(tt.raw)})
				if want == bad {
					require.Error(t, err)
					assert.Contains(t, []int{400002, 40066}, asRefusal(err).code)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, want, got["f"])
				assert.Len(t, got, map[bool]int{true: 1}[want != nil])
			}
		})
	}
}

func TestDecode_UnknownFieldsAreIgnoredOrRefused(t *testing.T) {
	t.Parallel()
	spec := []contract.Field{{Name: "f", Type: contract.String}}
	in := fields{"f": json.RawMessage(`"x"`), "g": json.RawMessage(`[`)}
	got, err := decoder{}.object(spec, in)
	require.NoError(t, err)
	assert.Equal(t, args{"f": "x"}, got)
	_, err = decoder{strict: true}.object(spec, in)
	require.ErrorContains(t, err, "g is not documented")
}

func TestDecode_BodyTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, body string
		want       string // the text of the field a; "-" if the body cannot be read
		form       bool
	}{
		{"application/json", `{"a":"1"}`, "1", false},
		{"application/json;charset=UTF-8", ` {"a":"1"} `, "1", false},
		{"", `{"a":"1"}`, "1", false},
		{"text/plain", `{"a":"1"}`, "1", false},
		{"application/x-www-form-urlencoded;charset=utf-8", `a=1&b=2`, "1", true},
		{"", `a=1`, "1", true},
		{"application/json", `a=1`, "-", false},
		{"application/json", `{"a":"1"}{}`, "-", false},
		{"application/x-www-form-urlencoded", `a=%zz`, "-", true},
		{"application/json", ``, "", false},
		{"application/json", `null`, "", false},
		{"", " null\n", "", false},
		{"application/x-www-form-urlencoded", `null`, "", true},
	} {
		t.Run(tt.kind+" "+tt.body, func(t *testing.T) {
			t.Parallel()
			r := &request{}
			r.parse(tt.kind, []byte(tt.body))
			assert.Equal(t, tt.want == "-", r.malformed)
			assert.Equal(t, tt.form, r.isForm)
			if tt.want != "-" {
				text, _ := unquote(r.body["a"])
				assert.Equal(t, tt.want, text)
			}
		})
	}
}

// FuzzDecode checks that any input is decoded or refused, and that a decoded number is the one that was sent.
func FuzzDecode(f *testing.F) {
	f.Add("application/json", []byte(`{"userid":"u","dept_id_list":"1,2","hired_date":"1666143772000"}`))
	f.Add("application/json", []byte(`{"dept_order_list":[{"dept_id":1,"order":176200000000000513}],"extension":{"a":"b"}}`))
	f.Add("application/json", []byte(`{"dept_order_list":"[{\"dept_id\":\"1\"}]","hide_mobile":"false","name":null}`))
	f.Add("application/x-www-form-urlencoded", []byte(`dept_id_list=1%2C2&extension=%7B%7D&access_token=t&hired_date=5`))
	f.Add("", []byte(`{"dept_id_list":[1,"2",3.5,null,{}]}`))
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := &request{}
		r.parse(kind, body)
		if r.malformed {
			return
		}
		_ = r.sentBody("")
		for _, rt := range s.routes {
			lenient, err := decoder{}.object(rt.Request, r.body)
			if err != nil {
				require.NotZero(t, asRefusal(err).code)
			} else {
				_ = rt.check(lenient)
			}
			strict, err := decoder{strict: true}.object(rt.Request, r.body)
			if err != nil {
				continue
			}
			assert.Equal(t, strict, lenient, "what is taken strictly is taken the same way otherwise")
			if n, sent := strict["hired_date"].(int64); sent {
				assert.Equal(t, strconv.FormatInt(n, 10), canonicalNumber(string(r.body["hired_date"])))
			}
		}
	})
}

// canonicalNumber returns an integer as Go writes it: -0 has two spellings in JSON.
func canonicalNumber(text string) string {
	if text == "-0" {
		return "0"
	}
	return text
}

func TestDecode_AFormEqualsTheSameJSON(t *testing.T) {
	t.Parallel()
	form, object := &request{}, &request{}
	form.parse("application/x-www-form-urlencoded", []byte(url.Values{
		"userid": {"u"}, "hide_mobile": {"true"}, "dept_id_list": {"1,2"}, "hired_date": {"1666143772000"},
		"dept_order_list": {`[{"dept_id":1,"order":176200000000000513}]`}, "extension": {`{"a":"b"}`},
	}.Encode()))
	object.parse("application/json", []byte(`{"userid":"u","hide_mobile":true,"dept_id_list":"1,2","hired_date":1666143772000,
		"dept_order_list":[{"dept_id":1,"order":176200000000000513}],"extension":"{\"a\":\"b\"}"}`))
	fromForm, err := decoder{}.object(contract.UpdateUser.Request, form.body)
	require.NoError(t, err)
	fromJSON, err := decoder{strict: true}.object(contract.UpdateUser.Request, object.body)
	require.NoError(t, err)
	assert.Equal(t, fromJSON, fromForm)
}

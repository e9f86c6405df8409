package rest

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decoded decodes a payload with the members and the required one, and checks that the result is the same among very
// many values.
func decoded(t *testing.T, members string) (*person, *Failure) {
	t.Helper()
	got, f := decodedBody(t, `{"errcode":0,"result":{"userid":"u",`+members+`}}`)
	many := `"many":[0` + strings.Repeat(",0", maxDirectValues) + `],`
	same, sameFailure := decodedBody(t, `{"errcode":0,"result":{`+many+`"userid":"u",`+members+`}}`)
	assert.Equal(t, f, sameFailure, members)
	if f == nil {
		assert.Equal(t, got, same, members)
	}
	return got, f
}

func decodedBody(t *testing.T, body string) (*person, *Failure) {
	t.Helper()
	var into *person
	resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), wantUnderResult(&into))
	if f == nil {
		require.Zero(t, resp.Code)
	}
	return into, f
}

func TestUnmarshal_AcceptsTheFormsThatOccur(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]person{
		// As documented.
		`"hide_mobile":true,"order":7`:                  {Hidden: true, Order: 7},
		`"order":176417218973249512`:                    {Order: 176417218973249512},
		`"order":-9223372036854775808`:                  {Order: math.MinInt64},
		`"dept_id_list":[1,9007199254740993]`:           {Departments: []int64{1, 9007199254740993}},
		`"role_list":[{"id":1,"name":"n"},{"id":2}]`:    {Roles: []role{{ID: 1, Name: "n"}, {ID: 2}}},
		`"union_emp_ext":{"id":1}`:                      {Union: role{ID: 1}},
		`"extension":"{\"a\":1}"`:                       {Extension: `"{\"a\":1}"`},
		`"new":{"order":"x"},"newer":[true],"":"x"`:     {},
		`"name":"\u003c\u8d75\u654f\ud83d\ude00\u2028"`: {Name: "<赵敏😀\u2028"},

		// In quotes.
		`"hide_mobile":"true"`:                                 {Hidden: true},
		`"hide_mobile":"TRUE"`:                                 {Hidden: true},
		`"hide_mobile":" false "`:                              {},
		`"order":"176417218973249512"`:                         {Order: 176417218973249512},
		`"order":" -1 "`:                                       {Order: -1},
		`"dept_id_list":["1","9007199254740993"]`:              {Departments: []int64{1, 9007199254740993}},
		`"role_list":[{"id":"1","is_main":"true","name":5}]`:   {Roles: []role{{ID: 1, Main: true, Name: "5"}}},
		`"union_emp_ext":{"id":"9007199254740993"}`:            {Union: role{ID: 9007199254740993}},
		`"hide_mobile":"true","extension":{"a":"1"},"order":1`: {Hidden: true, Extension: `{"a":"1"}`, Order: 1},

		// Lists as text, and single entries.
		`"dept_id_list":"1,2"`:                 {Departments: []int64{1, 2}},
		`"dept_id_list":"1, 2"`:                {Departments: []int64{1, 2}},
		`"dept_id_list":"[1,2]"`:               {Departments: []int64{1, 2}},
		`"dept_id_list":"[\"1\",\"2\"]"`:       {Departments: []int64{1, 2}},
		`"dept_id_list":7`:                     {Departments: []int64{7}},
		`"tags":"a,b"`:                         {Tags: []string{"a", "b"}},
		`"tags":["a",1,true]`:                  {Tags: []string{"a", "1", "true"}},
		`"role_list":{"id":1}`:                 {Roles: []role{{ID: 1}}},
		`"role_list":"[{\"id\":\"1\"}]"`:       {Roles: []role{{ID: 1}}},
		`"union_emp_ext":"{\"id\":\"1\"}"`:     {Union: role{ID: 1}},
		`"role_list":"{\"id\":1},{\"id\":2}"`:  {Roles: []role{{ID: 1}, {ID: 2}}},
		`"dept_id_list":"[]"`:                  {Departments: []int64{}},
		`"role_list":[{"id":1},null,{"id":3}]`: {Roles: []role{{ID: 1}, {ID: 3}}},
		`"role_list":[{"id":1},{},[],"",null]`: {Roles: []role{{ID: 1}, {}}},
		`"dept_id_list":[1,null,[],{},""," "]`: {Departments: []int64{1}},
		`"tags":["a",null,"",[],{}]`:           {Tags: []string{"a", ""}},
		`"tags":[ null ]`:                      {Tags: []string{}},
		`"role_list":","`:                      {Roles: []role{}},
		`"role_list":"null"`:                   {},
		`"name":"a,null]"`:                     {Name: "a,null]"},

		// Numbers and booleans instead of a documented text.
		`"name":17`:   {Name: "17"},
		`"name":true`: {Name: "true"},
		`"name":1.50`: {Name: "1.50"},

		// The many forms of "nothing".
		`"name":null,"hide_mobile":null,"order":null,"dept_id_list":null,"role_list":null,"union_emp_ext":null`: {Extension: ""},
		`"name":"","hide_mobile":"","order":"","dept_id_list":"","role_list":"","union_emp_ext":""`:             {},
		`"name":{},"hide_mobile":{},"order":{},"dept_id_list":{},"role_list":{},"union_emp_ext":{}`:             {},
		`"name":[],"hide_mobile":[],"order":[],"role_list":[],"union_emp_ext":[]`:                               {Roles: []role{}},
		`"hide_mobile":" ","order":"\t","dept_id_list":" ","role_list":" ","union_emp_ext":" "`:                 {},
	} {
		t.Run(members, func(t *testing.T) {
			t.Parallel()
			got, f := decoded(t, members)
			require.Nil(t, f)
			want.UserID = "u"
			assert.Equal(t, &want, got)
		})
	}
}

func TestUnmarshal_AcceptsWhiteSpaceInEmptyValues(t *testing.T) {
	t.Parallel()
	got, f := decoded(t, `"name":{ },"hide_mobile":{ },"order":[ ],"dept_id_list":{ },"union_emp_ext":[ ]`)
	require.Nil(t, f)
	assert.Equal(t, &person{UserID: "u"}, got)
}

func TestUnmarshal_RejectsImpossibleValues(t *testing.T) {
	t.Parallel()
	for _, members := range []string{
		`"order":1.5`, `"order":"1.5"`, `"order":true`, `"order":9223372036854775808`, `"order":"x"`, `"order":{"a":1}`,
		`"hide_mobile":"yes"`, `"hide_mobile":[true]`, `"name":{"a":1}`, `"name":["a"]`,
		`"dept_id_list":[1,"x"]`, `"dept_id_list":"[1,"`, `"dept_id_list":[[1]]`, `"dept_id_list":{"a":1}`,
		`"role_list":"[{"`, `"role_list":["x"]`, `"union_emp_ext":[{"id":1}]`, `"union_emp_ext":"x"`, `"union_emp_ext":7`,
	} {
		_, f := decoded(t, members)
		if assert.NotNil(t, f, members) {
			assert.Equal(t, WrongHost, f.Kind, members)
		}
	}
}

func TestUnmarshal_AddsNoEntriesToAListInText(t *testing.T) {
	t.Parallel()
	for _, members := range []string{`"dept_id_list":"1,"`, `"dept_id_list":",1"`, `"dept_id_list":"1,,1"`, `"dept_id_list":["1",""]`} {
		got, f := decoded(t, members)
		if f == nil {
			assert.NotContains(t, got.Departments, int64(0), "%s: no department has the ID 0", members)
		}
	}
}

func TestUnmarshal_DecodesRepeatedNamesTheSameBesideOddFields(t *testing.T) {
	t.Parallel()
	for _, members := range []string{
		`"name":"a","name":null`, `"name":"a","NAME":"b"`, `"uſerid":"v"`, `"union_emp_ext":{"id":1},"union_emp_ext":{"name":"n"}`,
		`"dept_id_list":[1],"Dept_ID_List":[2,3]`, `"role_list":[{"id":1,"name":"n"}],"role_list":[{"id":2}]`, `"order":7,"order":{}`,
	} {
		got, f := decoded(t, members+`,"hide_mobile":false`)
		require.Nil(t, f, members)
		odd, f := decoded(t, members+`,"hide_mobile":"false"`)
		require.Nil(t, f, members)
		assert.Equal(t, got, odd, members)
	}
}

func TestDecode_SurvivesANullResultBesideAnOddField(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]*person{
		`"result":null`:                           nil,
		`"result":null,"result":7`:                nil,
		`"result":null,"result":{"userid":"u"}`:   {UserID: "u"},
		`"result":{"userid":"u"},"result":null`:   nil,
		`"result":null,"result":{},"result":null`: nil,
	} {
		body := []byte(`{"request_id":7,"errcode":0,` + result + `}`)
		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), body, Want{})
		assert.Nil(t, f, result)
		assert.Equal(t, Response{Status: http.StatusOK, RequestID: "7"}, resp, result)
		var into *person
		_, f = decode(t.Context(), httpResponse(http.StatusOK, ""), body, wantUnderResult(&into))
		assert.Equal(t, want == nil, f != nil, result)
		if want != nil {
			assert.Equal(t, want, into, result)
		}
	}
}

func TestDecode_FindsARefusalBehindAnOddPayload(t *testing.T) {
	t.Parallel()
	for _, result := range []string{`"x"`, `[1]`, `true`, `{"order":"x"}`, `{"dept_id_list":[[]]}`} {
		var into *person
		body := `{"result":` + result + `,"errcode":60121,"errmsg":"gone"}`
		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), wantUnderResult(&into))
		require.Nil(t, f, body)
		assert.Equal(t, 60121, resp.Code, body)
	}
}

// refusing fails to decode any value, like a date that is invalid.
type refusing struct{}

func (*refusing) UnmarshalJSON([]byte) error { return assert.AnError }

func TestDecode_FindsARefusalBehindAFieldThatDecodesItself(t *testing.T) {
	t.Parallel()
	for body, refusal := range map[string]bool{
		`{"errcode":60121,"errmsg":"gone","result":{"hired_date":"x"}}`: true,
		`{"result":{"hired_date":"x"},"errcode":60121,"errmsg":"gone"}`: true,
		`{"errcode":0,"result":{"hired_date":"x"}}`:                     false,
		`{"result":{"hired_date":"x"},"errcode":0}`:                     false,
	} {
		var into *struct {
			Hired refusing `json:"hired_date"`
		}
		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{Payload: 1, Into: &into})
		if refusal {
			assert.Nil(t, f, body)
			assert.Equal(t, 60121, resp.Code, body)
		} else if assert.NotNil(t, f, body) {
			assert.Equal(t, WrongHost, f.Kind, "%s: wherever the errcode is", body)
		}
	}
}

func TestUnmarshal_NamesTheFieldButNotItsValue(t *testing.T) {
	t.Parallel()
	for members, field := range map[string]string{
		`"order":13800001234.5`:                       "order",
		`"order":13800001234000000000000`:             "order",
		`"order":"13800001234.5"`:                     "order",
		`"dept_id_list":[13800001234.5]`:              "dept_id_list",
		`"name":{"mobile":"13800001234"}`:             "name",
		`"union_emp_ext":{"id":13800001234.5}`:        "union_emp_ext.id",
		`"role_list":[{"is_main":"13800001234"}]`:     "role_list.is_main",
		`"hide_mobile":"13800001234","order":"1"`:     "hide_mobile",
		`"hide_mobile":13800001234,"name":"Zhao Min"`: "hide_mobile",
	} {
		_, f := decoded(t, members)
		if assert.NotNil(t, f, members) {
			assert.NotContains(t, f.Error(), "13800001234", members)
			assert.Contains(t, f.Error(), `the response's field "result.`+field+`"`, members)
		}
	}
}

package dingtalk

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is a JSON value, or what stands in the place of one, as a response may have it.
type form struct{ label, text string }

// forms returns the texts as forms, with themselves as labels where they can be shown.
func forms(texts ...string) []form {
	all := make([]form, len(texts))
	for i, text := range texts {
		label := text
		if strings.ContainsFunc(text, func(r rune) bool {
			return r == utf8.RuneError || unicode.IsControl(r) || r == '\ufeff' || r == '\u2028'
		}) {
			label = fmt.Sprintf("raw %+q", text)
		}
		all[i] = form{label, text}
	}
	return all
}

// valueForms returns the forms in which a value of any field is decoded: as documented, in the lenient forms, and in
// forms that no field accepts.
func valueForms() []form {
	return forms(
		// Literals, and numbers at the limits.
		`null`, `true`, `false`, `1`, `0`, `-1`, `-0`, `17`, `9007199254740993`, `9223372036854775807`, `9223372036854775808`,
		`-9223372036854775808`, `-9223372036854775809`, `99999999999999999999999999`, `1666108800000`, `1.0`, `1.5`, `1e2`, `1E+2`,
		`1e-2`, `1e400`, `-1.0`, `0.0`, `0e0`,

		// Text that may stand for a boolean, a number, a list or an object.
		`""`, `" "`, `"\t"`, `"a"`, `" a "`, `"true"`, `"TRUE"`, `"True"`, `" false "`, `"yes"`, `"1"`, `"0"`, `" 7 "`, `"+7"`, `"-7"`,
		`"-0"`, `"07"`, `"7.0"`, `"7.5"`, `"1e2"`, `"0x7"`, `"1_000"`, `"9007199254740993"`, `"9223372036854775808"`, `"\u0037"`, `"٧"`,
		`"null"`, `"\"7\""`, `"\"\""`, `"a,b"`, `"a,,b"`, `",a"`, `"a, b"`, `"1,2"`, `"1, 2"`, `"1,2,"`, `","`, `"1,x"`, `"1.5,2"`,
		`"{}"`, `"{ }"`, `"[]"`, `"[1,2]"`, `"[\"1\",\"2\"]"`, `"[1,"`, `"{"`, `"[null]"`, `"{\"id\":1}"`, `"{\"id\":\"1\"}"`, `"[{\"id\":1}]"`,
		`"{\"id\":1},{\"id\":2}"`, `"{\"userid\":\"u2\"}"`, `"[]]"`, `"{}{}"`,

		// Lists.
		`[]`, `[ ]`, `[null]`, `[[]]`, `[{}]`, `[""]`, `[" "]`, `["a"]`, `["a","b"]`, `["a",""]`, `["a",null]`, `["a,b"]`, `[1]`, `[1,2]`,
		`["1","2"]`, `[1,"2"]`, `[1,null]`, `[1,""]`, `[1.5]`, `[1e2]`, `[-0]`, `[true]`, `["true"]`, `[9223372036854775808]`,
		`[[1]]`, `[["a"]]`, ` [ 1 , 2 ] `,

		// Objects.
		`{}`, `{ }`, `{"a":1}`, `{"":1}`, `{"id":1}`, `{"id":1,"name":"n"}`, `{"id":"1","name":5}`, `{"id":1.5}`, `{"ID":1}`, `{"id":1,"ID":2}`,
		`{"ID":2,"id":1}`, `{"id":1,"id":2}`, `{"id":null}`, `{"id":{}}`, `{"id":""}`, `{"name":{"a":1}}`, `{"userid":"u2","corp_id":"c"}`,
		`{"corp_id":"c","dept_id":7}`, `{"corpId":"c","deptId":"7"}`, `{"corp_id":"c","corpId":"d"}`, `{"corp_id":5,"dept_id":"x"}`,
		`{"CORP_ID":"c","Dept_ID":7}`, `{"userid":"u2","union_emp_map_list":{"userid":"m"}}`,
		`[{"id":1,"name":"n"}]`, `[{"id":"1"}]`, `[{"id":1},null]`, `[{"id":1},{}]`, `[{"id":1},[]]`, `[{"id":1},""]`, `[{"id":1},7]`,
		`[{"id":1.5,"name":"n"}]`, `[{"id":1,"name":"n"},{"id":2}]`, `[{"id":1,"name":"n"},{"id":"2"}]`, `[{"userid":"u2","name":7}]`,
		`[{"dept_id":"1","order":"2"}]`, `[{"dept_id":1,"order":1e2}]`,

		// Characters.
		`"\u003c\u8d75"`, `"赵敏"`, `"\ud83d\ude00"`, `"😀"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83dx"`, `"\uD83D\uDE00"`, `"\u0000"`,
		`"\u2028\u2029"`, "\"\u2028\"", "\"\u007f\"", `"\/\b\f\n\r\t\\\""`, "\"\ufeff\"", `"\uffff"`, "\"\ufffd\"", "\"e\u0301\"",
		"\"\xff\"", "\"a\xe8\xb5\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "\"\xf4\x90\x80\x80\"", "[\"\xff\"]", "{\"\xff\":1}",
		"[{\"id\":1,\"name\":\"\xff\"}]", "\"{\\\"a\\\":\\\"\xff\\\"}\"",
	)
}

// brokenForms returns what is no JSON, and what is nested too deep or too long to be read in full.
func brokenForms() []form {
	all := forms(
		``, `tru`, `nul`, `nulll`, `TRUE`, `True`, `None`, `undefined`, `NaN`, `Infinity`, `-`, `+1`, `01`, `1.`, `.5`, `1e`, `0x1`, `1_0`, `- 1`,
		`'a'`, `"a`, `"\"`, `"\x"`, `"\u12"`, `"\u12G4"`, `"a" "b"`, `1 2`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{a:1}`,
		`{1:1}`, `{,}`, `/**/1`, `1//`, `[}`, `{]`, `]`, `}`, `,`, `:`, `"a\`,
		"\xff", "\"a\nb\"", "\"a\x00b\"", "\"a\x1fb\"", "\x001", "1\x00", "\u00a01", "\ufeff1", "\v1", "\"\\\u8d75\"",
	)
	for _, depth := range []int{2, 100, 9_995, 9_996, 9_997, 9_998, 9_999, 10_000, 50_000} {
		lists := strings.Repeat("[", depth)
		objects := strings.Repeat(`{"a":`, depth)
		all = append(all,
			form{fmt.Sprintf("%d lists", depth), lists + strings.Repeat("]", depth)},
			form{fmt.Sprintf("%d objects", depth), objects + "1" + strings.Repeat("}", depth)},
			form{fmt.Sprintf("%d lists, unclosed", depth), lists},
		)
	}
	return append(all,
		form{"a text of 100,000", `"` + strings.Repeat("a", 100_000) + `"`},
		form{"a number of 1,000 digits", strings.Repeat("7", 1000)},
		form{"a list of 40,000", "[" + strings.Repeat("1,", 39_999) + "1]"},
		form{"a text of 40,000 IDs", `"` + strings.Repeat("1,", 39_999) + `1"`},
	)
}

// memberForms returns the forms of the member with a name: absent, with another name that may be taken for it, and more
// than once.
func memberForms(name string) []form {
	upper, title := strings.ToUpper(name), strings.ToUpper(name[:1])+name[1:]
	escaped := fmt.Sprintf(`\u%04x%s`, name[0], name[1:])
	folded := strings.NewReplacer("s", "ſ", "k", "\u212a").Replace(name)
	member := func(name, value string) string { return `"` + name + `":` + value }
	values := []string{`"17"`, `null`, `{}`, `["a"]`, `[1]`, `[{"id":1,"name":"n"}]`, `{"userid":"u2","corp_id":"c"}`}
	texts := []string{`"x":1`}
	for _, value := range values {
		for _, other := range []string{
			upper, title, escaped, folded, strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(name, "_", "-"), " " + name, name + `\u0000`,
		} {
			if other != name {
				texts = append(texts, member(other, value))
			}
		}
		for _, second := range values {
			texts = append(texts, member(name, value)+","+member(name, second))
		}
		texts = append(texts,
			member(name, value)+","+member(upper, `"18"`),
			member(upper, `"18"`)+","+member(name, value),
			member(escaped, `{"userid":"u3"}`)+","+member(folded, value),
			member(name, `[{"id":3,"name":"m"},{"id":4}]`)+","+member(name, value)+","+member(name, `[{"id":5}]`),
		)
	}
	return forms(slices.Compact(texts)...)
}

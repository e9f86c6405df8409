package provision_test

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// drained reads a list to its end. The errors are those of single rows; one that ends the list is apart.
func collect(list iter.Seq2[provision.Person, error]) (people []provision.Person, rows []*provision.RowError, end error) {
	for p, err := range list {
		if row, bad := errors.AsType[*provision.RowError](err); bad {
			rows = append(rows, row)
			continue
		}
		if err != nil {
			return people, rows, err
		}
		people = append(people, p)
	}
	return people, rows, nil
}

// person is what both kinds of lists below describe.
func samplePerson(line int) provision.Person {
	return provision.Person{
		CreateUserRequest: dingtalk.CreateUserRequest{
			UserID: "zhao.min", Name: `Zhao "Min"`, Mobile: "+852-51234567", HideMobile: true, DeptIDList: []int64{1, platform},
			Title: "Lead, Platform", HiredDate: dingtalk.Millis{Time: time.Date(2026, time.September, 1, 0, 0, 0, 0, time.FixedZone("", 8*60*60))},
			DeptOrderList: []dingtalk.DeptOrder{{DeptID: 1, Order: 176200000000000513}},
			Extension:     dingtalk.NewExtension(map[string]string{"Hobby": "下棋", "T恤": "L"}),
		},
		DeptPaths: []string{"/研发中心/Platform", "/Sales"},
		Clear:     []string{"manager_userid", "senior_mode"},
		Line:      line,
	}
}

func equalPersons(t *testing.T, want, got provision.Person) {
	t.Helper()
	assert.True(t, want.HiredDate.Equal(got.HiredDate.Time), "%v", got.HiredDate.Time)
	want.HiredDate, got.HiredDate = dingtalk.Millis{}, dingtalk.Millis{}
	type plain struct { // without the methods that print little
		Request   plainRequest
		DeptPaths []string
		Clear     []string
		Line      int
	}
	assert.Equal(t,
		plain{plainRequest(want.CreateUserRequest), want.DeptPaths, want.Clear, want.Line},
		plain{plainRequest(got.CreateUserRequest), got.DeptPaths, got.Clear, got.Line})
}

type plainRequest dingtalk.CreateUserRequest

func TestBothKindsOfListsSayTheSame(t *testing.T) {
	t.Parallel()
	const columns = `userid, name,mobile,dept_id_list,hide_mobile,title,hired_date,manager_userid!,senior_mode,email,dept_order_list,extension.Hobby,extension.T恤,#note,`
	const row = `zhao.min,"Zhao ""Min""",+852-51234567,"1,/研发中心/Platform, /Sales,4300000002",TRUE,"Lead, Platform",2026-09-01,,false,,"[{""dept_id"":1,""order"":176200000000000513}]",下棋, L ,ignored,`
	for name, text := range map[string]string{
		"plain":                       columns + "\n" + row + "\n",
		"with a mark":                 "\ufeff" + columns + "\n" + row + "\n",
		"with CRLF":                   columns + "\r\n" + row + "\r\n",
		"without an end":              columns + "\r\n" + row,
		"with empty lines":            columns + "\n" + row + "\n\n" + strings.Repeat(",", 14) + "\n , ,,,,,,,,,,,,,\n",
		"a mark and a quoted heading": "\ufeff\"userid\"" + strings.TrimPrefix(columns, "userid") + "\n" + row,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people, rows, err := collect(provision.CSV(iotest.OneByteReader(strings.NewReader(text))))
			require.NoError(t, err)
			require.Empty(t, rows)
			require.Len(t, people, 1)
			equalPersons(t, samplePerson(2), people[0])
		})
	}
	for name, text := range map[string]string{
		"JSON": `{"userid":"zhao.min","name":"Zhao \"Min\"","mobile":"+852-51234567","dept_id_list":[1,"/研发中心/Platform","/Sales",4300000002],
			"hide_mobile":true,"title":"Lead, Platform","hired_date":"2026-09-01","manager_userid":null,"senior_mode":false,
			"dept_order_list":[{"dept_id":1,"order":176200000000000513}],"extension":{"Hobby":"下棋","T恤":"L"}}`,
		"JSON in other words": `{"userid":"zhao.min","name":"Zhao \u0022Min\u0022","mobile":"+852-51234567","dept_id_list":"1,/研发中心/Platform, /Sales,4300000002",
			"hide_mobile":"true","title":"Lead, Platform","hired_date":1788192000000,"clear":["senior_mode","manager_userid","manager_userid"],
			"dept_order_list":"[{\"dept_id\":1,\"order\":176200000000000513}]","extension":"{\"Hobby\":\"下棋\",\"T恤\":\"L\"}"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text = strings.ReplaceAll(text, "\n\t\t\t", "")
			people, rows, err := collect(provision.JSONLines(strings.NewReader("\ufeff\n" + text + "\r\n  \n")))
			require.NoError(t, err)
			require.Empty(t, rows)
			require.Len(t, people, 1)
			equalPersons(t, samplePerson(2), people[0])
		})
	}
}

func TestAnEmptyCellLeavesAndAColumnThatDecidesEmpties(t *testing.T) {
	t.Parallel()
	people, rows, err := collect(provision.CSV(strings.NewReader(
		"userid,title,remark!,hide_mobile!,extension!\na,,,,\nb,T,R,true,\"{\"\"Hobby\"\":\"\"Go\"\"}\"\n")))
	require.NoError(t, err)
	require.Empty(t, rows)
	assert.Equal(t, []string{"extension", "hide_mobile", "remark"}, people[0].Clear)
	assert.Empty(t, people[0].Title)
	assert.Equal(t, []string{"extension"}, people[1].Clear, "the custom fields are replaced")
	assert.Equal(t, []any{"T", "R", true, dingtalk.Extension(`{"Hobby":"Go"}`)}, []any{people[1].Title, people[1].Remark, people[1].HideMobile, people[1].Extension})

	people, _, err = collect(provision.JSONLines(strings.NewReader(
		`{"userid":"a","title":"","remark":null,"hide_mobile":false,"extension":{},"dept_id_list":[ ]}` + "\n" +
			`{"userid":"b","extension":{"Hobby":"Go"},"clear":["extension"]}`)))
	require.NoError(t, err)
	assert.Equal(t, []string{"dept_id_list", "extension", "hide_mobile", "remark", "title"}, people[0].Clear)
	assert.Equal(t, []string{"extension"}, people[1].Clear)
}

func TestRowsThatSayNothingUsable(t *testing.T) {
	t.Parallel()
	const columns = "userid,mobile,hide_mobile,hired_date,dept_id_list,extension,dept_order_list,\n"
	for row, want := range map[string]string{
		"a,1,,,,,":                             "provision: line 2: 7 cells, but there are 8 columns",
		"a,1,,,,,,,":                           "provision: line 2: 9 cells, but there are 8 columns",
		"a,1,,,,,,x":                           "provision: line 2: column 8 has a value but no name",
		"a,1,ja,,,,,":                          `provision: line 2: hide_mobile: "ja" is neither true nor false`,
		"a,1,,01.09.2026,,,,":                  `provision: line 2: hired_date: "01.09.2026" is neither a date such as 2026-09-01 nor a time in milliseconds`,
		"a,1,,2026-09-31,,,,":                  `provision: line 2: hired_date: "2026-09-31" is neither a date such as 2026-09-01 nor a time in milliseconds`,
		"a,1,,,Sales,,,":                       `provision: line 2: dept_id_list: "Sales" is neither an ID nor a path that begins with /`,
		"a,1,,,99999999999999999999,,,":        `provision: line 2: dept_id_list: "99999999999999999999" is neither an ID nor a path that begins with /`,
		"a,1,,,,Chess,,":                       "provision: line 2: extension: not a JSON object",
		"a,1,,,,,7,":                           "provision: line 2: dept_order_list: not a JSON array",
		"\"a\"b,1,,,,,,":                       "provision: line 2: extraneous or missing \" in quoted-field",
		"\"a\nb\",\"1,,,,,,\nc,1,,,,,,\n":      "provision: line 2: extraneous or missing \" in quoted-field",
		"a,1,,,,,\"[{\"\"dept_id\"\":1.5}]\",": "provision: line 2: dept_order_list: not in the documented form",
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			people, rows, err := collect(provision.CSV(strings.NewReader(columns + row + "\nlast,1,,,,,,\n")))
			require.NoError(t, err)
			require.Len(t, rows, 1)
			require.EqualError(t, rows[0], want)
			if !strings.Contains(row, "\"a\nb\"") { // whose quotes never end
				require.Len(t, people, 1, "the rows after it go on")
				assert.Equal(t, "last", people[0].UserID)
			}
		})
	}
	for text, want := range map[string]string{
		`[1]`:                                    "not a JSON object",
		`"a"`:                                    "not a JSON object",
		`{"userid":"a"`:                          "not a complete JSON object",
		`{"userid":"a",`:                         "not a complete JSON object",
		`{"userid":"a"} {}`:                      "unexpected text after the object",
		`{"userid":"a","userid":"b"}`:            "userid occurs twice",
		`{"userid":1}`:                           "userid: not a string",
		`{"userid":"a","titel":"x"}`:             `"titel" is not a field; the fields are`,
		`{"userid":"a","unionid":"x"}`:           `"unionid" is not a field; the fields are`,
		`{"userid":"a","init_password":"S4711"}`: "passwords do not belong in lists; see ApplyOptions.InitPassword",
		`{"userid":"a","hide_mobile":"ja"}`:      `hide_mobile: "ja" is neither true nor false`,
		`{"userid":"a","hired_date":1.5}`:        `hired_date: "1.5" is neither a date`,
		`{"userid":"a","dept_id_list":[{}]}`:     `dept_id_list: "{}" is neither an ID nor a path that begins with /`,
		`{"userid":"a","extension":[1]}`:         "extension: not a JSON object",
		`{"userid":"a","extension.Hobby":1}`:     "extension.Hobby: not a string",
		`{"userid":"a","extension.Hobby":"x","extension":{"a":"b"}}`: "custom fields are both in extension and in their own columns",
		`{"userid":"a","clear":"title"}`:                             "clear: not a list of names",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			people, rows, err := collect(provision.JSONLines(strings.NewReader(text + "\n" + `{"userid":"last"}`)))
			require.NoError(t, err)
			require.Len(t, rows, 1)
			require.ErrorContains(t, rows[0], "provision: line 1: "+want)
			assert.NotContains(t, rows[0].Error(), "S4711")
			require.Len(t, people, 1, "the rows after it go on")
		})
	}
}

func TestARowThatCannotBeReadSaysOfWhomItIs(t *testing.T) {
	t.Parallel()
	_, rows, err := collect(provision.CSV(strings.NewReader("name,userid,hide_mobile\nA,a,ja\nB,b\n")))
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "a", rows[0].UserID)
	assert.Empty(t, rows[1].UserID, "a cell is missing, and nobody knows which")
	_, rows, err = collect(provision.JSONLines(strings.NewReader(`{"userid":"a","hide_mobile":"ja"}`)))
	require.NoError(t, err)
	assert.Equal(t, "a", rows[0].UserID)
}

func TestListsThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "provision: reading the header: unexpected EOF",
		"\ufeff":                    "provision: reading the header: unexpected EOF",
		"\"userid":                  "provision: reading the header: parse error on line 1, column 8: extraneous or missing \" in quoted-field",
		"name,mobile\n":             "provision: there is no userid column, which identifies the people",
		"userid,userid\n":           "provision: column 2: userid occurs twice",
		"userid,title,title!\n":     "provision: column 3: title occurs twice",
		"userid,mobile!\n":          "provision: column 2: mobile cannot be cleared, so its name takes no !",
		"userid,init_password\n":    "provision: column 2: passwords do not belong in lists; see ApplyOptions.InitPassword",
		"userid,\xd0\xd5\xc3\xfb\n": "provision: the text is not UTF-8; save the list as \"CSV UTF-8\"",
		"userid,姓名\n":               "provision: column 2: \"姓名\" is not a field; the fields are userid, name, mobile, hide_mobile,",
		"userid;name\n":             "provision: column 1: \"userid;name\" is not a field; the fields are",
		"userid,extension.\n":       "provision: column 2: \"extension.\" is not a field; the fields are",
	} {
		people, rows, err := collect(provision.CSV(strings.NewReader(text)))
		require.ErrorContains(t, err, want, "%q", text)
		assert.Empty(t, people)
		assert.Empty(t, rows)
	}
	people, _, err := collect(provision.CSV(strings.NewReader("userid\n")))
	require.NoError(t, err)
	assert.Empty(t, people)
}

func TestAListThatBreaksOffSaysSo(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	read := func(text string) io.Reader { return io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)) }
	people, rows, err := collect(provision.CSV(read("userid\na\nb")))
	require.ErrorIs(t, err, broken)
	assert.Len(t, people, 1)
	assert.Empty(t, rows)
	_, _, err = collect(provision.CSV(read("userid")))
	require.ErrorIs(t, err, broken)
	people, _, err = collect(provision.JSONLines(read("{\"userid\":\"a\"}\n")))
	require.ErrorIs(t, err, broken)
	assert.Len(t, people, 1)
	_, _, err = collect(provision.JSONLines(strings.NewReader("{\"userid\":\"a\"}\n" + strings.Repeat(" ", 1<<20+1))))
	require.ErrorIs(t, err, bufio.ErrTooLong)
	require.ErrorContains(t, err, "line 2")
}

func TestAListIsLeftWhenItsReaderLeavesIt(t *testing.T) {
	t.Parallel()
	for _, list := range []iter.Seq2[provision.Person, error]{
		provision.CSV(strings.NewReader("userid\na\nb\n")),
		provision.JSONLines(strings.NewReader("{\"userid\":\"a\"}\n{\"userid\":\"b\"}\n")),
		provision.List(provision.Person{}, provision.Person{}),
	} {
		n := 0
		for _, err := range list {
			require.NoError(t, err)
			n++
			break
		}
		assert.Equal(t, 1, n)
	}
}

// FuzzLists looks for text that crashes a reader, or of which a value goes astray.
func FuzzLists(f *testing.F) {
	for _, seed := range []string{
		"userid,name,dept_id_list\na,A,\"1,/x\"\n", "\ufeffuserid,title!,extension.Hobby\r\na,,x\r\n", "userid\n\"a\nb\"\n\"",
		`{"userid":"a","dept_id_list":[1,"/x"],"extension":{"a":"b"},"clear":["title"]}`, `{"userid":"a","hired_date":"2026-09-01"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, list := range []iter.Seq2[provision.Person, error]{
			provision.CSV(strings.NewReader(text)), provision.JSONLines(strings.NewReader(text)),
		} {
			people, rows, _ := collect(list)
			lines := strings.Count(text, "\n") + 1
			assert.LessOrEqual(t, len(people)+len(rows), lines)
			last := 0
			for _, p := range people {
				assert.Greater(t, p.Line, last, "lines go up")
				assert.LessOrEqual(t, p.Line, lines)
				assert.Empty(t, p.InitPassword)
				last = p.Line
			}
		}
		var b strings.Builder // as a spreadsheet would write it
		w := csv.NewWriter(&b)
		_ = w.WriteAll([][]string{{"userid", "name"}, {"a", text}})
		people, rows, err := collect(provision.CSV(strings.NewReader(b.String())))
		require.NoError(t, err)
		if len(rows) == 0 {
			require.Len(t, people, 1)
			assert.Equal(t, strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), people[0].Name)
		}
	})
}

package provision_test

import (
	"encoding/csv"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// collect reads a list to its end. It returns the errors of single rows apart from the one that ends the list.
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

// samplePerson returns the person that the lists below describe.
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
	type plain struct { // without the methods that hide values
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

func TestLists_ReadCSVAndJSONAlike(t *testing.T) {
	t.Parallel()
	const columns = `userid, name,mobile,dept_id_list,hide_mobile,title,hired_date,manager_userid!,senior_mode,email,dept_order_list,extension.Hobby,extension.T恤,#note,`
	const row = `zhao.min,"Zhao ""Min""",+852-51234567,"1,/研发中心/Platform, /Sales,4300000002",TRUE,"Lead, Platform",2026-09-01,,false,,"[{""dept_id"":1,""order"":176200000000000513}]",下棋, L ,ignored,`
	for name, text := range map[string]string{
		"plain":                      columns + "\n" + row + "\n",
		"with a byte order mark":     "\ufeff" + columns + "\n" + row + "\n",
		"with CRLF":                  columns + "\r\n" + row + "\r\n",
		"without a final line break": columns + "\r\n" + row,
		"with empty lines":           columns + "\n" + row + "\n\n" + strings.Repeat(",", 14) + "\n , ,,,,,,,,,,,,,\n",
		"with a byte order mark and a quoted name": "\ufeff\"userid\"" + strings.TrimPrefix(columns, "userid") + "\n" + row,
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
		"other spellings in JSON": `{"userid":"zhao.min","name":"Zhao \u0022Min\u0022","mobile":"+852-51234567","dept_id_list":"1,/研发中心/Platform, /Sales,4300000002",
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

func TestLists_ClearFieldsOnlyOnRequest(t *testing.T) {
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

func TestLists_StopWhenTheLoopIsLeft(t *testing.T) {
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

// FuzzLists looks for text that crashes a reader, or of which a value is changed.
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
		if !utf8.ValidString(text) {
			require.ErrorContains(t, err, "not UTF-8")
			return
		}
		require.NoError(t, err)
		if len(rows) == 0 {
			require.Len(t, people, 1)
			assert.Equal(t, strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), people[0].Name)
		}
	})
}

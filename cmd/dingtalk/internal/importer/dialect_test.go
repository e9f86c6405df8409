package importer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// read returns the people of a list in a dialect, and the errors of its rows.
func read(t *testing.T, text string, d *dialect) (people []provision.Person, failed []error) {
	t.Helper()
	rewritten, _, err := d.rewrite([]byte(text))
	require.NoError(t, err)
	for p, err := range (&list{text: rewritten}).people() {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		people = append(people, p)
	}
	return people, failed
}

func comma(headings ...heading) *dialect { return &dialect{delimiter: ',', headings: headings} }

func TestDialect_TakesHeadingsFromTheMap(t *testing.T) {
	t.Parallel()
	people, failed := read(t, "工号, 姓名 ,备注,职位\na,赵敏,x,\n",
		comma(heading{"工号", "userid"}, heading{"姓名", "name"}, heading{"备注", "#"}, heading{"职位", "title!"}))
	require.Empty(t, failed)
	require.Len(t, people, 1)
	require.Equal(t, []string{"a", "赵敏", ""}, []string{people[0].UserID, people[0].Name, people[0].Remark})
	require.Equal(t, []string{"title"}, people[0].Clear)
}

func TestDialect_TakesADelimiter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{";", "|", "tab", `\t`, "\t"} {
		d := comma()
		require.NoError(t, d.setDelimiter(name))
		text := strings.ReplaceAll("userid,name,dept_id_list\na,\"B, b\",\"1,2\"\n\"x\"y,z\n", ",", string(d.delimiter))
		text = strings.ReplaceAll(text, "B"+string(d.delimiter)+" b", "B, b")
		text = strings.ReplaceAll(text, "1"+string(d.delimiter)+"2", "1,2")
		people, failed := read(t, text, d)
		require.Len(t, people, 1, name)
		require.Equal(t, "B, b", people[0].Name)
		require.Equal(t, []int64{1, 2}, []int64(people[0].DeptIDList))
		require.Len(t, failed, 1)
		require.EqualError(t, failed[0], "provision: line 3: extraneous or missing \" in quoted-field")
	}
	for _, name := range []string{"", "x", ";;", "\n", `"`} {
		require.EqualError(t, comma().setDelimiter(name), "choose one of , ; | and tab")
	}
}

func TestDialect_KeepsTheLines(t *testing.T) {
	t.Parallel()
	people, failed := read(t, "\ufeff\n\nuserid,unionid,remark,dept_id_list\r\n\n"+
		"a,u,\"one\r\ntwo\n\nfour\",1\n\n\n"+ // lines 5 to 8
		"b,\"u\n\n\n\",r,1\n"+ // lines 11 to 14, of which an import does not set the longest cell
		"c,u\"x,r,1\n"+
		"d,u,r\n"+
		",,,\n"+
		"e,u,r,Sales\n"+
		"f,u,r,1", comma())
	var lines []int
	for _, p := range people {
		lines = append(lines, p.Line)
	}
	require.Equal(t, []int{5, 11, 19}, lines)
	require.Equal(t, "one\ntwo\n\nfour", people[0].Remark)
	var texts []string
	for _, err := range failed {
		texts = append(texts, err.Error())
	}
	require.Equal(t, []string{
		`provision: line 15: bare " in non-quoted-field`,
		"provision: line 16: 3 cells, but there are 4 columns",
		`provision: line 18: dept_id_list: "Sales" is neither an ID nor a path that begins with /`,
	}, texts)
}

func TestDialect_ReadsWhatExportWrites(t *testing.T) {
	t.Parallel()
	people, failed := read(t, "userid,unionid,name,state_code,mobile,hired_date,departments,senior,role_list,remark\n"+
		"'-a,u,'=1+1,852,51234567,2021-10-01T09:30:00+08:00,/研发中心/R; D; /Sales; 724960204,true,[],''=2\n"+
		"b,u,'t Hooft,86,13800001234,2021-10-01,/,false,,\n"+
		"c,u,C,,,2021/9/1,,false,,\n", comma())
	require.Empty(t, failed)
	require.Len(t, people, 3)
	a, b, c := people[0], people[1], people[2]
	assert.Equal(t, []string{"-a", "=1+1", "+852-51234567", "'=2"}, []string{a.UserID, a.Name, a.Mobile, a.Remark})
	assert.Equal(t, []string{"/研发中心/R; D", "/Sales"}, a.DeptPaths)
	assert.Equal(t, []int64{724960204}, []int64(a.DeptIDList))
	assert.Equal(t, "2021-10-01T01:30:00Z", a.HiredDate.UTC().Format("2006-01-02T15:04:05Z07:00"))
	assert.True(t, a.SeniorMode)
	assert.Equal(t, []string{"'t Hooft", "13800001234"}, []string{b.Name, b.Mobile})
	assert.Equal(t, []string{"/"}, b.DeptPaths)
	assert.Equal(t, "2021-08-31T16:00:00Z", c.HiredDate.UTC().Format("2006-01-02T15:04:05Z07:00"))
	_, skipped, err := comma().rewrite([]byte("userid,unionid,departments,dept_id_list,state_code\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"unionid", "departments"}, skipped)
}

func TestDialect_ExplainsHeadingsThatAreNotFields(t *testing.T) {
	t.Parallel()
	const skip = "say which field it is with -map, as in -map 姓名=name, or skip it, as in -map 备注=#; dingtalk import -h lists the fields"
	for text, want := range map[string]string{
		"":                     "the list is empty: it begins with the names of its columns",
		"\n\n":                 "the list is empty: it begins with the names of its columns",
		"\"userid":             `reading the names of the columns: parse error on line 1, column 8: extraneous or missing " in quoted-field`,
		"userid,姓名,手机,name":    `unknown column "姓名", "手机": ` + skip,
		"userid;name;mobile":   `the columns seem to be separated by ";": add -delimiter ";"`,
		"userid\tname":         `the columns seem to be separated by "tab": add -delimiter "tab"`,
		"userid;name,x":        `unknown column "userid;name", "x": ` + skip,
		"userid,name\na\xff\n": `line 2: the text is not UTF-8; save the list as "CSV UTF-8"`,
	} {
		_, _, err := comma().rewrite([]byte(text))
		require.EqualError(t, err, want, "%q", text)
	}
	_, _, err := (&dialect{delimiter: ';'}).rewrite([]byte("userid,name\n"))
	require.EqualError(t, err, `the columns seem to be separated by ",": add -delimiter ","`)
	_, _, err = comma(heading{"姓名", "name"}).rewrite([]byte("userid,名字\n"))
	require.EqualError(t, err, `-map 姓名=name: the list has no column "姓名"`)
	_, _, err = comma(heading{"姓名", "nam"}).rewrite([]byte("userid,姓名\n"))
	require.EqualError(t, err, `-map 姓名=nam: "nam" is not a field of a list; dingtalk import -h lists the fields`)

	for _, text := range []string{"", "=", "name", "=name", "姓名="} {
		require.ErrorContains(t, comma().addHeading(text), "give a heading and a field, such as 姓名=name")
	}
	d := comma()
	require.NoError(t, d.addHeading("a=b = name"))
	require.Equal(t, []heading{{"a=b", "name"}}, d.headings)
	require.EqualError(t, d.addHeading("a=b=mobile"), `"a=b" already means name`)
}

func TestSettable_AreTheFieldsOfLists(t *testing.T) {
	t.Parallel()
	for p, err := range provision.CSV(strings.NewReader(strings.Join(settable, ",") + "\n" + strings.Repeat(",", len(settable)-1))) {
		require.NoError(t, err)
		require.Empty(t, p)
	}
}

package provision_test

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestLists_ReportUnusableRows(t *testing.T) {
	t.Parallel()
	const columns = "userid,mobile,hide_mobile,hired_date,dept_id_list,extension,dept_order_list,\n"
	for row, want := range map[string]string{
		"a,1,,,,,":                             "provision: line 2: 7 cells, but there are 8 columns",
		"a,1,,,,,,,":                           "provision: line 2: 9 cells, but there are 8 columns",
		"a,1,,,,,,x":                           "provision: line 2: column 8 has a value but no name",
		"a,1,ja,,,,,":                          `provision: line 2: hide_mobile: "ja" is neither true nor false`,
		"a,1,,01.09.2026,,,,":                  `provision: line 2: hired_date: "01.09.2026" is neither a date such as 2026-09-01 nor a time in milliseconds`,
		"a,1,,2026-09-31,,,,":                  `provision: line 2: hired_date: "2026-09-31" is neither a date such as 2026-09-01 nor a time in milliseconds`,
		"a,1,,45536,,,,":                       `provision: line 2: hired_date: "45536" is the number of a day in a spreadsheet; format the column as a date such as 2026-09-01`,
		"a,1,,1.63305E+12,,,,":                 `provision: line 2: hired_date: "1.63305E+12" is neither a date such as 2026-09-01 nor a time in milliseconds`,
		"a,1,,,7.2496E+08,,,":                  `provision: line 2: dept_id_list: "7.2496E+08" is a number that a spreadsheet has shortened; format the column as text`,
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
			if !strings.Contains(row, "\"a\nb\"") { // its quotes never end
				require.Len(t, people, 1, "the following rows are read")
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
			require.Len(t, people, 1, "the following rows are read")
		})
	}
}

func TestLists_IdentifyUnusableRowsByUserID(t *testing.T) {
	t.Parallel()
	_, rows, err := collect(provision.CSV(strings.NewReader("name,userid,hide_mobile\nA,a,ja\nB,b\n")))
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "a", rows[0].UserID)
	assert.Empty(t, rows[1].UserID, "a cell is missing, and it is unknown which")
	_, rows, err = collect(provision.JSONLines(strings.NewReader(`{"userid":"a","hide_mobile":"ja"}`)))
	require.NoError(t, err)
	assert.Equal(t, "a", rows[0].UserID)
}

func TestCSV_RefusesUnusableHeaders(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "provision: reading the header: unexpected EOF",
		"\ufeff":                    "provision: reading the header: unexpected EOF",
		"\"userid":                  "provision: reading the header: parse error on line 1, column 8: extraneous or missing \" in quoted-field",
		"name,mobile\n":             "provision: there is no userid column, which identifies the people",
		"userid,userid\n":           "provision: column 2: userid occurs twice",
		"userid,title,title!\n":     "provision: column 3: title occurs twice",
		"userid,mobile!\n":          "provision: column 2: mobile cannot be cleared: remove the ! after its name",
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

func TestLists_ReportReadErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk failed")
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

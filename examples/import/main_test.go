package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestMain(m *testing.M) {
	if os.Getenv("IMPORT_RUN") != "" { // as the program that the tests kill
		main()
	}
	os.Exit(m.Run())
}

func TestWithoutInputItShowsThePlanOfASample(t *testing.T) {
	t.Parallel()
	code, out, errOut := imports(t.Context(), nil)
	require.Zero(t, code, errOut)
	require.Equal(t, `ACTION  LINE  USERID         NAME        WHAT
create  2     zhao.min       赵敏        mobile: 13800001234; title: 会计; work_place: 杭州 A座; dept_id_list: /APAC/财务部; extension: {"Hobby":"象棋"}; manager_userid: 0164553028412345005
create  3     sun.li         Sun Li      mobile: 13800001235; title: Account Manager; work_place: Remote; dept_id_list: /Sales West, /APAC/Marketing; manager_userid: zhao.min
update  4     anna.costa.12  Anna Costa  title: 设计师 -> Lead Designer
update  5     ping.chen.55   陈平        dept_id_list: /Sales West -> /供应链中心
update  6     yang.sima.25   司马洋      work_place: Remote -> (none)

2 to create, 3 to update, 0 to delete, 1 unchanged, 0 in conflict; 56 of 60 people are not in the list and stay
to apply it takes 9 calls, and at 20 a second to each endpoint 1s at least
`, out)
	require.Equal(t, "import: nothing was written; -apply carries it out\n", errOut)

	code, out, errOut = imports(t.Context(), nil, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\n5 done, 1 with nothing to do\n")
	require.Empty(t, errOut)
	require.NoFileExists(t, ".journal", "the organisation is gone, and nothing to go on with")
}

func TestThePlanNamesEverybodyAndWritesNothing(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, header+
		"zhao.min,赵敏,13700000001,\"/研发中心/Platform,/Sales\",\"Lead; title: CEO\",,boss,Go\n"+
		"li.na,,,/Sales,Lead,,zhao.min,Go\n"+
		"p0,,,,,,,\n"+
		"sun,Sun,13900000002,/Sales,,,,\n"+
		",Nobody,,,,,,\n"+
		"too,few\n"+
		"sun2,\"Sun\tthe\x1bsecond\",13700000002,/Nowhere,,,,\n")
	code, out, errOut := imports(t.Context(), h.env, file)
	require.Equal(t, 1, code)
	require.Equal(t, `ACTION    LINE  USERID    NAME            WHAT
create    2     zhao.min  赵敏            mobile: 13700000001; title: "Lead; title: CEO"; dept_id_list: /研发中心/Platform, /Sales; extension: {"Hobby":"Go"}; manager_userid: boss
update    3     li.na     Li Na           title: Engineer -> Lead
                                          remark: old -> (none)
                                          dept_id_list: /研发中心/Platform -> /Sales
                                          extension.Hobby: Chess -> Go
                                          manager_userid: (none) -> zhao.min
conflict  5     sun       Sun             the mobile number belongs to li.na, who is in the organization
conflict  6               Nobody          there is no userid, which identifies the person
conflict  7                               2 cells, but there are 8 columns
conflict  8     sun2      Sun the second  there is no department /Nowhere

1 to create, 1 to update, 0 to delete, 1 unchanged, 4 in conflict; 20 of 22 people are not in the list and stay
to apply it takes 4 calls, and at 20 a second to each endpoint 1s at least
`, out)
	require.Contains(t, errOut, "nothing was written")
	require.Zero(t, h.writes())
	settled(t, file)
}

func TestAPlanIsKeptShownAndApplied(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	plan := filepath.Join(filepath.Dir(file), "september.json")
	code, shown, errOut := imports(t.Context(), h.env, "-plan", plan, file)
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "the plan is kept in "+plan)
	code, _, errOut = imports(t.Context(), h.env, file, "-plan", plan)
	require.Zero(t, code, errOut, "it may be made anew until it is applied")

	code, out, errOut := imports(t.Context(), nil, "-plan", plan)
	require.Zero(t, code, errOut)
	require.Equal(t, shown, out)
	require.Zero(t, h.writes())

	code, _, errOut = imports(t.Context(), serve(t).env, "-plan", plan, "-apply")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "not for client ID", "the userids of another organisation are other people's")
	code, _, errOut = imports(t.Context(), nil, "-plan", plan, "-apply")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "not for the built-in emulator")

	require.NoError(t, os.Remove(file))
	code, out, errOut = imports(t.Context(), h.env, "-plan", plan, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\n14 done, 3 with nothing to do\n")
	exact(t, h.srv)
	wrote := h.writes()
	code, _, errOut = imports(t.Context(), h.env, "-plan", plan, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "14 of 14 people are done already")
	require.Equal(t, wrote, h.writes())

	file = listFile(t, people())
	code, _, errOut = imports(t.Context(), h.env, file, "-plan", plan)
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "was applied, or begun")
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	h := serve(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return name
	}
	good := file("good.csv", people())
	mine := file("mine", "of value")
	other := file("other.csv", people())
	file("other.csv.journal", "mine as well")
	taken := file("taken.csv", people())
	file("taken.csv.journal.plan", "of value, too")
	for want, args := range map[string][]string{
		"flag provided but not defined":                   {"-x"},
		"one list at a time":                              {good, mine},
		"name the list of people":                         {},
		"no such file":                                    {filepath.Join(dir, "nobody.csv")},
		"are for -apply":                                  {good, "-restart"},
		"either a list, which is planned anew, or":        {good, "-plan", mine, "-apply"},
		"-restart is for a list":                          {"-plan", mine, "-apply", "-restart"},
		"are for making a plan":                           {"-plan", mine, "-delete"},
		"this plan is under way":                          {"-plan", good + ".journal.plan", "-apply"},
		"to make a plan, name a list":                     {"-plan", filepath.Join(dir, "none")},
		"mine is no plan":                                 {"-plan", mine},
		"and not overwritten":                             {good, "-plan", mine},
		"-max-delete-share 0":                             {good, "-max-delete-share", "0"},
		"-max-delete-share 1.5":                           {good, "-max-delete-share", "1.5"},
		"-max-delete-share NaN":                           {good, "-max-delete-share", "NaN"},
		"-qps -1: it is 0 at least":                       {good, "-qps", "-1"},
		`"Sales" is no ID of a department`:                {good, "-dept", "Sales"},
		"department 7 of Options.DeptIDs does not exist":  {good, "-dept", "7"},
		"is not UTF-8":                                    {file("latin.csv", "userid,name\xe9\n")},
		"line 2: the text is not UTF-8; save the list as": {file("gbk.csv", "userid,name\n\xd5\xd4,A\n")},
		`"nickname2" is not a field`:                      {file("typo.csv", "userid,nickname2\n")},
		"there is no userid column":                       {file("nobody.csv.csv", "name\n")},
		"passwords do not belong in lists":                {file("password.csv", "userid,init_password\n")},
		"reading the header":                              {file("empty.csv", "")},
		"no one would be left":                            {file("header.csv", "userid\n"), "-delete"},
		"no outcome of an import":                         {good, "-apply", "-outcome", good},
		"not a directory":                                 {good, "-apply", "-outcome", filepath.Join(good, "x")},
		"belongs to another plan":                         {other, "-apply"},
		"is in the place of the plan, but is none":        {taken, "-apply", "-restart"},
	} {
		code, out, errOut := imports(t.Context(), h.env, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
	require.Zero(t, h.writes())
	for name, text := range map[string]string{
		"mine": "of value", "good.csv": people(), "other.csv.journal": "mine as well", "taken.csv.journal.plan": "of value, too",
	} {
		require.Equal(t, text, contents(t, filepath.Join(dir, name)))
	}
	settled(t, good)

	code, _, errOut := imports(t.Context(), map[string]string{"DINGTALK_CLIENT_ID": "x"})
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET")
	code, _, errOut = imports(t.Context(), nil, "-help")
	require.Zero(t, code)
	require.Contains(t, errOut, "-max-delete-share")
}

func TestAnAppThatMayNotIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"qyapi_get_department_list", "qyapi_manage_addresslist"} {
		h := serve(t, dingtalktest.WithoutScope(point))
		code, _, errOut := imports(t.Context(), h.env, listFile(t, people()), "-apply")
		require.Equal(t, 1, code)
		require.Contains(t, errOut, "what to do: request "+point)
	}
	h := serve(t)
	h.env["DINGTALK_CLIENT_SECRET"] = "wrong"
	file := listFile(t, people())
	code, out, errOut := imports(t.Context(), h.env, file, "-apply")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "check DINGTALK_CLIENT_ID")
	settled(t, file)

	h = serve(t)
	h.srv.Fail("GetToken", dingtalktest.HTTPStatus(http.StatusBadGateway), 100)
	code, out, errOut = imports(t.Context(), h.env, file)
	require.Equal(t, 1, code)
	require.Empty(t, out, "an outage is not everybody's conflict")
	require.Contains(t, errOut, "what to do: try again later")
}

func contents(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name) //nolint:gosec // of the test
	require.NoError(t, err)
	return string(text)
}

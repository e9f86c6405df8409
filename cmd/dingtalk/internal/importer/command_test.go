package importer

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestMain(m *testing.M) {
	if os.Getenv("IMPORT_RUN") != "" { // this process is the program that the tests kill
		apptest.Exec(Command)
	}
	os.Exit(m.Run())
}

func TestImport_PlansASampleWithoutAList(t *testing.T) {
	t.Parallel()
	code, out, errOut := runImport(t.Context(), nil, "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, `ACTION  LINE  USERID         NAME        WHAT
create  2     zhao.min       赵敏        mobile: 13800001234; title: 会计; work_place: 杭州 A座; dept_id_list: /APAC/财务部; extension: {"Hobby":"象棋"}; manager_userid: 0164553028412345005
create  3     sun.li         Sun Li      mobile: 13800001235; title: Account Manager; work_place: Remote; dept_id_list: /Sales West, /APAC/Marketing; manager_userid: zhao.min
update  4     anna.costa.12  Anna Costa  title: 设计师 -> Lead Designer
update  5     ping.chen.55   陈平        dept_id_list: /Sales West -> /供应链中心
update  6     yang.sima.25   司马洋      work_place: Remote -> (none)

2 to create, 3 to update, 0 to delete, 1 unchanged, 0 in conflict; 56 of 60 people are not in the list and are kept
applying it takes 9 calls, at 20 per second to each endpoint at least 1s
`, out)
	require.Equal(t, "dingtalk: nothing was written; -apply carries out the plan\n", errOut)

	code, out, errOut = runImport(t.Context(), nil, "-emulator", "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\n5 done, 1 without a change\n")
	require.Empty(t, errOut)
	require.NoFileExists(t, ".journal", "the organization ended with the program, so nothing can be continued")
}

func TestImport_ShowsThePlanAndWritesNothing(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, header+
		"zhao.min,赵敏,13700000001,\"/研发中心/Platform,/Sales\",\"Lead; title: CEO\",,boss,Go\n"+
		"li.na,,,/Sales,Lead,,zhao.min,Go\n"+
		"p0,,,,,,,\n"+
		"sun,Sun,13900000002,/Sales,,,,\n"+
		",No One,,,,,,\n"+
		"too,few\n"+
		"sun2,\"Sun\tthe\x1bsecond\",13700000002,/Nowhere,,,,\n")
	code, out, errOut := runImport(t.Context(), h.env, file)
	require.Equal(t, 1, code)
	require.Equal(t, `ACTION    LINE  USERID    NAME            WHAT
create    2     zhao.min  赵敏            mobile: 13700000001; title: "Lead; title: CEO"; dept_id_list: /研发中心/Platform, /Sales; extension: {"Hobby":"Go"}; manager_userid: boss
update    3     li.na     Li Na           title: Engineer -> Lead
                                          remark: old -> (none)
                                          dept_id_list: /研发中心/Platform -> /Sales
                                          extension.Hobby: Chess -> Go
                                          manager_userid: (none) -> zhao.min
conflict  5     sun       Sun             the mobile number belongs to li.na, who is in the organization
conflict  6               No One          there is no userid, which identifies the person
conflict  7                               2 cells, but there are 8 columns
conflict  8     sun2      Sun the second  there is no department /Nowhere

1 to create, 1 to update, 0 to delete, 1 unchanged, 4 in conflict; 20 of 22 people are not in the list and are kept
applying it takes 4 calls, at 20 per second to each endpoint at least 1s
`, out)
	require.Contains(t, errOut, "nothing was written")
	require.Zero(t, h.writes())
	checkNoState(t, file)
}

func TestImport_StoresShowsAndAppliesAPlan(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	plan := filepath.Join(filepath.Dir(file), "september.json")
	code, shown, errOut := runImport(t.Context(), h.env, "-plan", plan, file)
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "the plan is stored in "+plan)
	code, _, errOut = runImport(t.Context(), h.env, file, "-plan", plan)
	require.Zero(t, code, errOut, "a plan that was not started may be replaced")

	code, out, errOut := runImport(t.Context(), nil, "-plan", plan)
	require.Zero(t, code, errOut)
	require.Equal(t, shown, out)
	require.Contains(t, errOut, "dingtalk: the plan in "+plan+" is for client ID "+h.srv.ClientID()+" at ")
	require.Zero(t, h.writes())

	code, _, errOut = runImport(t.Context(), serve(t).env, "-plan", plan, "-apply")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "not for client ID", "the same userids are other people in another organization")
	code, _, errOut = runImport(t.Context(), nil, "-emulator", "-plan", plan, "-apply")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "not for the built-in emulator")

	require.NoError(t, os.Remove(file))
	code, out, errOut = runImport(t.Context(), h.env, "-plan", plan, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\n14 done, 3 without a change\n")
	checkImported(t, h.srv)
	wrote := h.writes()
	code, _, errOut = runImport(t.Context(), h.env, "-plan", plan, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "14 of 14 people are already done")
	require.Equal(t, wrote, h.writes())

	file = listFile(t, people())
	code, _, errOut = runImport(t.Context(), h.env, file, "-plan", plan)
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "was applied or started")
}

func TestImport_RefusesWrongUsage(t *testing.T) {
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
		"one list at a time":      {good, mine},
		"name the list of people": {},
		"no such file":            {filepath.Join(dir, "missing.csv")},
		"require -apply":          {good, "-restart"},
		"either a list, for which it makes a plan, or":      {good, "-plan", mine, "-apply"},
		"-restart requires a list":                          {"-plan", mine, "-apply", "-restart"},
		"are for making a plan":                             {"-plan", mine, "-delete"},
		"this plan is in progress":                          {"-plan", good + ".journal.plan", "-apply"},
		"to make a plan, name a list":                       {"-plan", filepath.Join(dir, "none")},
		"mine is not a plan":                                {"-plan", mine},
		"and is not overwritten":                            {good, "-plan", mine},
		"-max-delete-share 0":                               {good, "-max-delete-share", "0"},
		"-max-delete-share 1.5":                             {good, "-max-delete-share", "1.5"},
		"-max-delete-share NaN":                             {good, "-max-delete-share", "NaN"},
		"-qps -1: it must be 0 or more":                     {good, "-qps", "-1"},
		`"Sales" is not the ID of a department`:             {good, "-dept", "Sales"},
		"department 7 of Options.DeptIDs does not exist":    {good, "-dept", "7"},
		"is not UTF-8":                                      {file("latin.csv", "userid,name\xe9\n")},
		"line 2: the text is not UTF-8; save the list as":   {file("gbk.csv", "userid,name\n\xd5\xd4,A\n")},
		`the list is a workbook: save it as "CSV UTF-8"`:    {file("list.xlsx", "PK\x03\x04\x14\x00")},
		`unknown column "nickname2": `:                      {file("typo.csv", "userid,nickname2\n")},
		"there is no userid column":                         {file("no-userid.csv", "name\n")},
		"export it with -output csv, which can be imported": {file("export.jsonl", `{"userid":"a","unionid":"x","name":"A"}`+"\n")},
		"passwords do not belong in lists":                  {file("password.csv", "userid,init_password\n")},
		"the list is empty: it begins with":                 {file("empty.csv", "")},
		"no one would be left":                              {file("header.csv", "userid\n"), "-delete"},
		"is not the outcome of an import":                   {good, "-apply", "-outcome", good},
		"not a directory":                                   {good, "-apply", "-outcome", filepath.Join(good, "x")},
		"belongs to a plan that is missing":                 {other, "-apply"},
		"is in the place of the plan, but is not a plan":    {taken, "-apply", "-restart"},
	} {
		code, out, errOut := runImport(t.Context(), h.env, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
	require.Zero(t, h.writes())
	for name, text := range map[string]string{
		"mine": "of value", "good.csv": people(), "other.csv.journal": "mine as well", "taken.csv.journal.plan": "of value, too",
	} {
		require.Equal(t, text, readFile(t, filepath.Join(dir, name)))
	}
	checkNoState(t, good)

}

func TestImport_WantsAListBeforeAConfirmation(t *testing.T) {
	t.Parallel()
	h := serve(t)
	code, out, errOut := clitest.Run(t.Context(), apptest.Name, apptest.Main(Command), h.env, "", "-apply")
	require.Equal(t, 2, code)
	require.Empty(t, out)
	require.Equal(t, "dingtalk: name the list of people: dingtalk import people.csv\n", errOut)
	require.Empty(t, h.srv.Calls(""))
}

func TestImport_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	newcomer := listFile(t, "userid,name,mobile,dept_id_list\nzhao.min,Zhao Min,13800001234,1\n")
	clitest.CheckConventions(t, clitest.Program{
		Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command), TakesArgs: true, Writes: true,
		OnService: []string{newcomer, "-apply", "-qps", "0", "-journal", filepath.Join(t.TempDir(), "journal")},
	})
}

func TestImport_AsksOnlyBeforeItWrites(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	code, _, errOut := clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), h.env, "", file, "-qps", "0")
	require.Zero(t, code, errOut)
	require.NotContains(t, errOut, "?")

	code, out, errOut := clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), h.env, "n\n", file, "-qps", "0", "-apply")
	require.Equal(t, 1, code)
	require.Contains(t, out, " to create, ", "the plan is known before the question")
	require.Contains(t, errOut, "dingtalk: carry this plan out in Organization (client ID ")
	require.Zero(t, h.writes())
	checkNoState(t, file)

	code, _, errOut = clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), h.env, "y\n", file, "-qps", "0", "-apply")
	require.Zero(t, code, errOut)
	checkImported(t, h.srv)
	code, _, errOut = clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), h.env, "", file, "-qps", "0", "-apply")
	require.Zero(t, code, errOut)
	require.NotContains(t, errOut, "?", "there is nothing to do")
}

func TestImport_GivesAdviceOnMissingPermissions(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"qyapi_get_department_list", "qyapi_manage_addresslist"} {
		h := serve(t, dingtalktest.WithoutScope(point))
		code, _, errOut := runImport(t.Context(), h.env, listFile(t, people()), "-apply")
		require.Equal(t, 1, code)
		require.Contains(t, errOut, "what to do: request "+point)
	}
	h := serve(t)
	h.env["DINGTALK_CLIENT_SECRET"] = "wrong"
	file := listFile(t, people())
	code, out, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "check DINGTALK_CLIENT_ID")
	checkNoState(t, file)

	h = serve(t)
	h.srv.Fail("GetToken", dingtalktest.HTTPStatus(http.StatusBadGateway), 100)
	code, out, errOut = runImport(t.Context(), h.env, file)
	require.Equal(t, 1, code)
	require.Empty(t, out, "an outage is not a conflict of each person")
	require.Contains(t, errOut, "what to do: try again later")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name) //nolint:gosec // of the test
	require.NoError(t, err)
	return string(text)
}

package importer

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestImport_BringsTheOrganizationInLine(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	code, out, errOut := runImport(t.Context(), h.env, "-apply", file)
	require.Zero(t, code, errOut)
	require.Contains(t, out, "8 to create, 6 to update, 0 to delete, 3 unchanged, 0 in conflict; 13 of 22 people are not in the list and are kept\n")
	require.Contains(t, out, "\n14 done, 3 without a change\n")
	require.Empty(t, errOut)
	checkImported(t, h.srv)
	checkNoState(t, file)

	wrote := h.writes()
	code, out, errOut = runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "there is nothing to do\n0 done, 17 without a change\n")
	require.Equal(t, wrote, h.writes())
}

func TestImport_ReadsLinesOfJSON(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := filepath.Join(t.TempDir(), "people.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(`{"userid":"p0","title":"Seller","dept_id_list":["/研发中心"]}`+"\n"), 0o600))
	code, out, errOut := runImport(t.Context(), h.env, file, "-apply")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "1 done")
	u, _ := h.srv.User("p0")
	require.Equal(t, []any{"Seller", []int64{research}}, []any{u.Title, u.DeptIDList})
}

func TestImport_DeletesUnlistedPeopleIfPermitted(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	code, out, errOut := runImport(t.Context(), h.env, file, "-delete")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "-apply will refuse to delete 12 of 22 people: -max-delete-share is 0.05")
	require.Contains(t, out, "keep          boss      Chen Boss  is the manager of zhao.min in the list")
	require.Contains(t, out, "delete        p8        Person 8   mobile: 13800000008; dept_id_list: /Sales")

	for _, share := range []string{"0.05", "0.54"} {
		code, _, errOut = runImport(t.Context(), h.env, file, "-delete", "-apply", "-max-delete-share", share)
		require.Equal(t, 1, code)
		require.Contains(t, errOut, "permit more with -max-delete-share; nothing was written")
		require.Zero(t, h.writes())
		checkNoState(t, file)
	}
	code, out, errOut = runImport(t.Context(), h.env, file, "-delete", "-apply", "-max-delete-share", "0.55")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\n26 done, 4 without a change\n")
	checkImported(t, h.srv, unlisted...)
}

// unlisted are the people who are not in the list, except the administrator.
var unlisted = []string{"p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", "p16", "p17", "p18", "p19"}

func TestImport_CanBeLimitedToADepartment(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, "userid,title\nzhao.min,\n")
	code, out, errOut := runImport(t.Context(), h.env, file, "-dept", "724960202, 724960201", "-delete", "-max-delete-share", "1")
	require.Equal(t, 1, code, errOut)
	require.Contains(t, out, "delete          li.na     Li Na  mobile")
	require.Contains(t, out, "1 to delete")
	require.NotContains(t, out, "p0")
}

func TestImport_WritesTheOutcome(t *testing.T) {
	t.Parallel()
	h := serve(t)
	h.srv.Fail("UpdateUser", dingtalktest.Code(400002), 1)
	file := listFile(t, header+"zhao.min,\"=1+1\",13700000001,/Sales,Lead,,,\nli.na,,,,Lead,,,\np0,,,,,,,\nsun,Sun,13900000001,/Sales,,,,\n")
	outcome := filepath.Join(filepath.Dir(file), "outcome.csv")
	code, out, errOut := runImport(t.Context(), h.env, file, "-apply", "-outcome", outcome)
	require.Equal(t, 1, code)
	rows, err := csv.NewReader(strings.NewReader(readFile(t, outcome))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, strings.Split(strings.Join(outcomeColumns, ","), ","), rows[0])
	require.Equal(t, []string{"zhao.min", "'=1+1", "2", "create", "done", "", ""}, rows[1])
	require.Equal(t, []string{"li.na", "Li Na", "3", "update", "failed"}, rows[2][:5])
	require.Contains(t, rows[2][5], "400002")
	require.NotEmpty(t, rows[2][6])
	require.Equal(t, []string{"p0", "Person 0", "4", "unchanged", "no change", "", ""}, rows[3])
	require.Equal(t, []string{"sun", "Sun", "5", "conflict", "conflict", "the mobile number belongs to boss, who is in the organization", ""}, rows[4])
	require.Len(t, rows, 5)

	require.Contains(t, out, "failed    3     li.na   Li Na  ")
	require.Contains(t, out, rows[2][6], "the request ID, for DingTalk's support")
	require.Contains(t, out, "conflict  5     sun     Sun    the mobile number belongs to boss")
	require.Contains(t, out, "\n1 done, 1 without a change, 1 failed, 1 in conflict\n")
	require.Contains(t, errOut, "1 person is not done; the same command tries again")

	code, out, errOut = runImport(t.Context(), h.env, file, "-apply", "-outcome", outcome)
	require.Equal(t, 1, code, "because of the conflict")
	require.Contains(t, errOut, "1 of 2 people are already done")
	require.Contains(t, errOut, "conflicts were left unchanged; correct the list")
	require.Contains(t, out, "\n2 done, 1 without a change, 1 in conflict\n")
	require.Contains(t, readFile(t, outcome), "\nli.na,Li Na,3,update,done,,\n")
	require.NotContains(t, readFile(t, outcome), "failed")
	require.Len(t, h.srv.Calls("CreateUser"), 1)
	checkNoState(t, file)
}

func TestImport_SkipsPeopleWhoChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, people())
	plan := file + ".json"
	code, _, errOut := runImport(t.Context(), h.env, file, "-plan", plan)
	require.Zero(t, code, errOut)
	code, _, errOut = runImport(t.Context(), h.env, listFile(t, "userid,title\np0,Buyer\n"), "-apply")
	require.Zero(t, code, errOut)
	code, out, errOut := runImport(t.Context(), h.env, "-plan", plan, "-apply")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "left unchanged")
	require.Contains(t, out, "title was changed since the plan was made")
	u, _ := h.srv.User("p0")
	require.Equal(t, "Buyer", u.Title)
	users := h.srv.Users()
	require.True(t, slices.ContainsFunc(users, func(u dingtalktest.User) bool { return u.UserID == "zhao.min" }), "the other people are imported")
}

func TestImport_PrintsRecordsOfThePlanAndTheResults(t *testing.T) {
	t.Parallel()
	h := serve(t)
	file := listFile(t, header+"li.na,,,/Sales,=1+1,,,\np0,,,,,,,\nsun,Sun,13900000002,/Sales,,,,\n")
	code, out, errOut := runImport(t.Context(), h.env, file, "-o", "csv")
	require.Equal(t, 1, code)
	require.Equal(t, "action,line,userid,name,what\n"+
		"update,2,li.na,Li Na,title: Engineer -> =1+1; remark: old -> (none); dept_id_list: /研发中心/Platform -> /Sales\n"+
		"conflict,4,sun,Sun,\"the mobile number belongs to li.na, who is in the organization\"\n", out)
	require.Contains(t, errOut, "dingtalk: 0 to create, 1 to update, 0 to delete, 1 unchanged, 1 in conflict; ")

	code, out, _ = runImport(t.Context(), h.env, file, "-o", "json")
	require.Equal(t, 1, code)
	var it provision.Item
	require.NoError(t, json.Unmarshal([]byte(strings.SplitAfter(out, "\n")[0]), &it))
	require.Equal(t, []string{"li.na", string(provision.ActionUpdate)}, []string{it.UserID, string(it.Action)})

	code, out, errOut = runImport(t.Context(), h.env, file, "-o", "json", "-apply")
	require.Equal(t, 1, code)
	require.Equal(t, `{"userid":"li.na","name":"Li Na","line":2,"action":"update","result":"done"}`+"\n"+
		`{"userid":"p0","name":"Person 0","line":3,"action":"unchanged","result":"no change"}`+"\n"+
		`{"userid":"sun","name":"Sun","line":4,"action":"conflict","result":"conflict","reason":"the mobile number belongs to li.na, who is in the organization"}`+"\n", out)
	require.Contains(t, errOut, "dingtalk: 1 done, 1 without a change, 1 in conflict\n")
}

package lookup

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

const research, sales = 724960201, 724960202

// seed adds two departments and three people, two of them with names that are hard to print.
func seed(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: research, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: `Sales "EMEA"`})
	srv.AddUser(dingtalktest.User{
		UserID: "lin", UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", Name: "林悦", Mobile: "13900005678", Title: "总监", DeptIDList: []int64{research, sales},
	})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", Name: "Zhao\n<Min> 🚀", Mobile: "+852-51234567", Title: "Engineer", DeptIDList: []int64{sales},
	})
	srv.AddUser(dingtalktest.User{UserID: "-x", Name: "X", DeptIDList: []int64{1}})
}

func TestLookup_FindsPeopleByEachKind(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	seed(srv)
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "",
		"13900005678", "zhao.min", "ghost", "Kd83hQpLmZx7TtYc2RbWgiEiE", "+852-51234567", "13900009999", "--", "-x", "lin")
	require.Equal(t, 1, code)
	require.Equal(t, "dingtalk: 6 of 8 found\n", errOut)
	require.Equal(t, ""+
		"QUERY                      USERID    NAME           TITLE     DEPARTMENTS\n"+
		"13900005678                lin       林悦           总监      研发中心, Sales \"EMEA\"\n"+
		"zhao.min                   zhao.min  Zhao <Min> 🚀  Engineer  Sales \"EMEA\"\n"+
		"ghost                      ✗ not found\n"+
		"Kd83hQpLmZx7TtYc2RbWgiEiE  lin       林悦           总监      研发中心, Sales \"EMEA\"\n"+
		"+852-51234567              zhao.min  Zhao <Min> 🚀  Engineer  Sales \"EMEA\"\n"+
		"13900009999                ✗ not found\n"+
		"-x                         -x        X                        Organization\n"+
		"lin                        lin       林悦           总监      研发中心, Sales \"EMEA\"\n", out)
	require.Len(t, srv.Calls("GetDepartment"), 1+3, "each name is read once, after that of the organization")
}

func TestLookup_TakesTheKindFromTheFlag(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	srv.AddUser(dingtalktest.User{UserID: "13900005678", Name: "Digits", DeptIDList: []int64{1}})
	srv.AddUser(dingtalktest.User{UserID: "short", UnionID: "short", Name: "Short", DeptIDList: []int64{1}})
	for _, test := range []struct{ flag, text, want string }{
		{"-userid", "13900005678", "Digits"},
		{"-mobile", "13900005678", "林悦"},
		{"-unionid", "short", "Short"},
	} {
		code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "", test.flag, test.text)
		require.Zero(t, code, errOut)
		require.Contains(t, out, test.want)
	}
}

func TestLookup_ReadsStandardInput(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "\ufefflin\r\n\r\n  13900005678\nghost", "-o", "json")
	require.Equal(t, 1, code)
	require.Equal(t, "dingtalk: 2 of 3 found\n", errOut)
	var results []result
	for line := range strings.Lines(out) {
		var r result
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		results = append(results, r)
	}
	departments := []department{{research, "研发中心"}, {sales, `Sales "EMEA"`}}
	require.Equal(t, []result{
		{Query: "lin", Kind: "userid", UserID: "lin", Name: "林悦", Title: "总监", Departments: departments},
		{Query: "13900005678", Kind: "mobile", UserID: "lin", Name: "林悦", Title: "总监", Departments: departments},
		{Query: "ghost", Kind: "userid", UserID: "ghost", Error: "not found"},
	}, results)

	code, out, errOut = lookup(t.Context(), clitest.Environment(t, srv), "")
	require.Zero(t, code)
	require.Empty(t, out)
	require.Equal(t, "dingtalk: 0 of 0 found\n", errOut)
}

func TestLookup_KeepsTheOrderOfTheQueries(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	var in, want strings.Builder
	for i := range 20 { // as many as the client looks up at once
		userid, number := fmt.Sprintf("u%03d", i), fmt.Sprintf("139%08d", i)
		srv.AddUser(dingtalktest.User{UserID: userid, Name: "N" + userid, Mobile: number})
		fmt.Fprintln(&in, []string{userid, number}[i%2])
		fmt.Fprintln(&want, "N"+userid)
	}
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), in.String(), "-o", "json")
	require.Zero(t, code, errOut)
	var got strings.Builder
	for line := range strings.Lines(out) {
		var r result
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		fmt.Fprintln(&got, r.Name)
	}
	require.Equal(t, want.String(), got.String())
}

func TestLookup_ReportsWhatIsOutsideTheVisibleRange(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithContactScope([]int64{research}, nil))
	seed(srv)
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "", "lin", "zhao.min", "+852-51234567", "+852-1")
	require.Equal(t, 1, code)
	require.Contains(t, out, "研发中心, 724960202\n", "a department outside the visible range is shown by its ID")
	require.Contains(t, out, "zhao.min       ✗ outside the app's visible range\n")
	require.Contains(t, out, "+852-51234567  ✗ outside the app's visible range\n")
	require.Contains(t, out, "+852-1         ✗ not accepted (errcode 40104")
	require.Equal(t, 1, strings.Count(errOut, "widen the app's visible range"))
}

func TestLookup_AdvisesAnAppWithoutPermission(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_get_member_by_mobile"))
	seed(srv)
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "", "13900005678", "lin", "13900005679")
	require.Equal(t, 1, code)
	require.Equal(t, 2, strings.Count(out, "✗ the app lacks qyapi_get_member_by_mobile"))
	require.Contains(t, out, "林悦")
	require.Equal(t, 1, strings.Count(errOut, "what to do: request qyapi_get_member_by_mobile"))

	srv = dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_get_department_list"))
	seed(srv)
	code, out, errOut = lookup(t.Context(), clitest.Environment(t, srv), "", "lin", "zhao.min")
	require.Zero(t, code, "people are found without names of departments")
	require.Contains(t, out, "724960201, 724960202")
	require.Contains(t, errOut, "departments are without their names")
	require.Len(t, srv.Calls("GetDepartment"), 1+1)
}

func TestLookup_RetriesAThrottledCall(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	srv.Fail("GetUser", dingtalktest.Throttled, 1)
	code, out, errOut := lookup(t.Context(), clitest.Environment(t, srv), "", "lin")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "林悦")
}

func TestLookup_MarksQueriesThatWereInterrupted(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	code, out, _ := lookup(ctx, clitest.Environment(t, srv), "", "lin", "zhao.min")
	require.Equal(t, 1, code)
	require.Equal(t, 2, strings.Count(out, "✗ interrupted"))
}

func lookup(ctx context.Context, env map[string]string, in string, args ...string) (code int, out, errOut string) {
	return apptest.Run(ctx, Command, env, in, args...)
}

func TestLookup_LetsNoNameControlTheTerminal(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "a", Name: "A\u009b31m\u202e\x1b[2J赵", Title: "T\u2028\x07", DeptIDList: []int64{1}})
	for _, args := range [][]string{{"a"}, {"-o", "json", "a"}} {
		code, out, errOut := clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), clitest.Environment(t, srv), "", args...)
		require.Zero(t, code, errOut)
		require.Contains(t, out, "赵")
		require.NotRegexp(t, `[\p{Cc}\p{Cf}\x{2028}]`, strings.ReplaceAll(out+errOut, "\n", ""))
	}
}

func TestLookup_PrintsCSV(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	srv.AddUser(dingtalktest.User{UserID: "formula", Name: "=1+1", DeptIDList: []int64{1}})
	code, out, _ := lookup(t.Context(), clitest.Environment(t, srv), "", "-o", "csv", "lin", "ghost", "formula")
	require.Equal(t, 1, code)
	require.Equal(t, "query,userid,name,title,departments,error\nlin,lin,林悦,总监,\"研发中心, Sales \"\"EMEA\"\"\",\nghost,ghost,,,,not found\n"+
		"formula,formula,'=1+1,,Organization,\n", out)
}

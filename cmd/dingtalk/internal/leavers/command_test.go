package leavers

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// daysAgo returns a time and its date as the program prints it.
func daysAgo(n int) (at time.Time, date string) {
	at = time.Now().AddDate(0, 0, -n)
	return at, at.In(chinatime.Zone).Format(time.DateOnly)
}

// seed adds a person who moved, one who came back, one whom Smart HR alone knows, and one who left long ago.
func seed(srv *dingtalktest.Server) (moved, back, hr string) {
	sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
	east := srv.AddDepartment(dingtalktest.Department{Name: "East", ParentID: sales})
	for _, u := range []dingtalktest.User{{UserID: "u-1999", Name: "He\nPing"}, {UserID: "u-2041", Name: "林悦"}, {UserID: "u-3"}, {UserID: "u-4"}} {
		u.DeptIDList = []int64{east}
		srv.AddUser(u)
	}
	leave := func(id string, days int, l dingtalktest.Leave) (date string) {
		l.Time, date = daysAgo(days)
		srv.Leave(id, l)
		return date
	}
	moved = leave("u-1999", 9, dingtalktest.Leave{Reason: "delete", VoluntaryReasons: []string{"family"}, ReasonMemo: "moved"})
	back = leave("u-2041", 6, dingtalktest.Leave{})
	srv.Rehire("u-2041")
	hr = leave("u-3", 2, dingtalktest.Leave{OnlySmartHR: true})
	leave("u-4", 60, dingtalktest.Leave{})
	return moved, back, hr
}

func TestLeavers_PrintsWhoLeftAndWhoCameBack(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	moved, back, hr := seed(srv)
	code, out, errOut := leavers(t.Context(), clitest.Environment(t, srv))
	require.Zero(t, code, errOut)
	require.Equal(t, moved+"  He Ping  u-1999  Sales-East  deleted by an administrator: family, moved\n"+
		back+"  林悦     u-2041  -           left by themselves; REHIRED\n"+
		hr+"  u-3      u-3     Sales-East  left, says Smart HR alone\n", out)
	require.Equal(t, "dingtalk: 3 left, of whom 1 returned\n", errOut)

	code, out, _ = leavers(t.Context(), clitest.Environment(t, srv), "-days", "61")
	require.Zero(t, code)
	require.Equal(t, 4, strings.Count(out, "\n"))
	code, out, errOut = leavers(t.Context(), clitest.Environment(t, srv), "-days", "1")
	require.Zero(t, code)
	require.Equal(t, "No one has left.\n", out)
	require.Equal(t, "dingtalk: 0 left\n", errOut)
}

func TestLeavers_PrintsTheSampleOrganization(t *testing.T) {
	t.Parallel()
	code, out, errOut := leavers(t.Context(), nil, "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, 5, strings.Count(out, "\n"))
	require.Equal(t, 1, strings.Count(out, "; REHIRED\n"))
	require.Equal(t, "dingtalk: 5 left, of whom 1 returned\n", errOut)
}

func TestLeavers_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		option dingtalktest.Option
		code   int
		rows   int
		stderr []string
	}{
		"the organization has no Smart HR": {dingtalktest.WithoutSmartHR(), cli.OK, 2, []string{"this is what Contacts knows", "corpNotOpenHrm"}},
		"the app may not use it":           {dingtalktest.WithoutScope("qyapi_hrm_read_user"), cli.OK, 2, []string{"this is what Contacts knows", "qyapi_hrm_read_user"}},
		"the app may not see the records": {
			dingtalktest.WithoutScope("Contact.Common.Read"), cli.Failed, 2,
			[]string{"not everything could be read: ", "what to do: request Contact.Common.Read"},
		},
		"the app may not read people": {
			dingtalktest.WithoutScope("qyapi_get_member"), cli.Failed, 1, []string{"what to do: request qyapi_get_member"},
		},
	} {
		srv := dingtalktest.New(t, tt.option)
		seed(srv)
		code, out, errOut := leavers(t.Context(), clitest.Environment(t, srv))
		assert.Equal(t, tt.code, code, name)
		assert.Equal(t, tt.rows, strings.Count(out, "\n"), "%s: %s", name, out)
		for _, text := range tt.stderr {
			assert.Contains(t, errOut, text, name)
		}
	}
}

func TestLeavers_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command)})
}

func TestLeavers_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-days 0: it must be 1 to 365":   {"-days", "0"},
		"-days 366: it must be 1 to 365": {"-days", "366"},
	} {
		code, out, errOut := leavers(t.Context(), nil, args...)
		assert.Equal(t, cli.Usage, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	var errText strings.Builder
	require.Equal(t, cli.Failed, apptest.Main(Command)(t.Context(), cli.Process{
		Name: apptest.Name, Args: []string{"-emulator"}, Getenv: func(string) string { return "" }, Stdout: clitest.FullDisk{}, Stderr: &errText,
	}))
	require.Contains(t, errText.String(), "no space left")
}

func leavers(ctx context.Context, env map[string]string, args ...string) (code int, out, errOut string) {
	code, out, errOut = clitest.Run(ctx, apptest.Name, apptest.Main(Command), env, "", args...)
	return code, out, clitest.CutPlace(apptest.Name, errOut)
}

func TestLeavers_PrintsARecordForEachPerson(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	moved, back, hr := seed(srv)
	code, out, errOut := leavers(t.Context(), clitest.Environment(t, srv), "-o", "csv")
	require.Zero(t, code, errOut)
	require.Equal(t, "left,name,userid,department,reason,rehired,error\n"+
		moved+",\"He\nPing\",u-1999,Sales-East,\"deleted by an administrator: family, moved\",false,\n"+
		back+",林悦,u-2041,,left by themselves,true,\n"+
		hr+",u-3,u-3,Sales-East,\"left, says Smart HR alone\",false,\n", out)
	code, out, errOut = leavers(t.Context(), clitest.Environment(t, srv), "-o", "json", "-days", "7")
	require.Zero(t, code, errOut)
	require.Equal(t, `{"left":"`+back+`","name":"林悦","userid":"u-2041","reason":"left by themselves","rehired":true}`+"\n"+
		`{"left":"`+hr+`","name":"u-3","userid":"u-3","department":"Sales-East","reason":"left, says Smart HR alone","rehired":false}`+"\n", out)
	code, out, _ = leavers(t.Context(), clitest.Environment(t, dingtalktest.New(t)), "-o", "csv")
	require.Zero(t, code)
	require.Equal(t, "left,name,userid,department,reason,rehired,error\n", out)
}

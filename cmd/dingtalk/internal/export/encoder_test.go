package export

import (
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestCSV_HoldsEveryDocumentedField(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	code, out, errOut := runExport(t.Context(), environment(t, srv), "-o", "csv", "-bom", "-raw")
	require.Zero(t, code, errOut)
	header, rest, _ := strings.Cut(out, "\n")
	require.Equal(t, "\ufeffuserid,unionid,name,avatar,state_code,mobile,hide_mobile,telephone,job_number,title,email,org_email,"+
		"org_email_type,work_place,remark,extension,extension_i18n,manager_userid,hired_date,dept_id_list,departments,"+
		"dept_order_list,dept_position_list,leader_in_dept,role_list,active,real_authed,senior,admin,boss,exclusive_account,"+
		"exclusive_account_type,login_id,nickname,exclusive_account_corp_name,exclusive_account_corp_id,disable_status,"+
		"union_emp_ext,create_time", header)

	rows := table(t, header+"\n"+rest)
	require.ElementsMatch(t, userIDs(srv), slices.Collect(maps.Keys(rows)))
	for _, u := range srv.Users() {
		row := rows[u.UserID]
		for name, want := range map[string]string{
			"name": u.Name, "title": u.Title, "remark": u.Remark, "job_number": u.JobNumber, "mobile": u.Mobile,
			"extension": u.Extension, "unionid": u.UnionID, "manager_userid": u.ManagerUserID,
		} {
			assert.Equal(t, want, row[name], "%s of %s", name, u.UserID)
		}
	}
	require.Equal(t, "2021-10-01", rows["hired"]["hired_date"])
	require.Equal(t, "724960201,724960204", rows["newline"]["dept_id_list"])
	require.Equal(t, "/研发中心; /Sales", rows["newline"]["departments"])
	require.Equal(t, `/研发中心/Platform/R&D "disks"; <b>`, rows["hired"]["departments"])
	require.Contains(t, rows["roles"]["role_list"], `"name":"Driver","group_name":"Safety"`)
	require.Equal(t, "true", rows["boss"]["boss"])
	require.Empty(t, rows["boss"]["role_list"])
	require.Len(t, strings.Split(rows["everywhere"]["dept_id_list"], ","), 10)
	require.Len(t, strings.Split(rows["everywhere"]["departments"], "; /"), 10)
}

func TestCSV_NeutralizesFormulas(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	code, out, errOut := runExport(t.Context(), environment(t, srv), "-o", "csv")
	require.Zero(t, code, errOut)
	rows := table(t, out)
	for userid, row := range rows {
		for name, cell := range row {
			if cell != "" {
				assert.NotContains(t, "=+-@\t\r\n＝＋－＠", string([]rune(cell)[0]), "%s of %s", name, userid)
			}
		}
	}
	require.Equal(t, "'=cmd|'/c calc'!A1", rows["formula"]["name"])
	require.Equal(t, "''+1", rows["formula"]["title"])
	require.Equal(t, "'-7", rows["formula"]["job_number"])
	require.Equal(t, "'t Hooft", rows["apostrophe"]["name"], "harmless text is unchanged")
	require.Equal(t, "'''=2", rows["apostrophe"]["title"])
	require.Contains(t, rows, "'-minus")
	require.Equal(t, "/Sales/=1+1", rows["formula"]["departments"])
}

func TestCSV_HasTheColumnsOfUserListsWithFast(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	code, out, errOut := runExport(t.Context(), environment(t, srv), "-o", "csv", "-fast")
	require.Zero(t, code, errOut)
	header, _, _ := strings.Cut(out, "\n")
	require.True(t, strings.HasSuffix(header, ",disable_status,dept_id"), header)
	require.NotContains(t, header, "manager_userid")
	require.Len(t, table(t, out), 12)
}

func TestDate_IsADayInChina(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]time.Time{
		"":                              {},
		"2022-10-19":                    time.Date(2022, time.October, 18, 16, 0, 0, 0, time.UTC),
		"1969-12-31":                    time.Date(1969, time.December, 30, 16, 0, 0, 0, time.UTC),
		"2022-10-19T00:00:00.001+08:00": time.Date(2022, time.October, 18, 16, 0, 0, 1e6, time.UTC),
		"2022-10-18T08:00:00+08:00":     time.Date(2022, time.October, 18, 0, 0, 0, 0, time.UTC),
	} {
		assert.Equal(t, want, date(dingtalk.Millis{Time: at}))
	}
}

// table returns the cells of a CSV by userid and column.
func table(t *testing.T, text string) map[string]map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	rows := map[string]map[string]string{}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		require.NotContains(t, rows, record[0], "no one occurs twice")
		rows[record[0]] = row
	}
	return rows
}

func TestCSV_LetsNoCellControlATerminal(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "a", Name: "A\x1b[2J\u009b", Remark: "\x1b]0;title\x07\r", DeptIDList: []int64{1}})
	env := environment(t, srv)
	code, out, errOut := clitest.RunOnTerminal(t.Context(), apptest.Name, apptest.Main(Command), env, "", "-o", "csv", "-q")
	require.Zero(t, code, errOut)
	require.NotRegexp(t, `[\p{Cc}\p{Cf}]`, strings.ReplaceAll(out, "\n", ""))
	_, out, _ = clitest.Run(t.Context(), apptest.Name, apptest.Main(Command), env, "", "-o", "csv", "-q")
	require.Contains(t, out, "A\x1b[2J", "a file or a pipe gets what the service has")
}

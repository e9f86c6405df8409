package tree

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// The departments of the tests.
const (
	research int64 = 724960201 + iota
	platform
	storage
	sales
	abroad
)

func seed(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{
		ID: research, Name: "研发中心", Order: 1, DeptManagerUserIDList: []string{"lin", "left", "zhao"},
	})
	srv.AddDepartment(dingtalktest.Department{ID: platform, Name: "<Platform> \"1\"\n\x1b[31m", ParentID: research})
	srv.AddDepartment(dingtalktest.Department{ID: storage, Name: "存储 🚀", ParentID: platform})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales", Order: 2, DeptManagerUserIDList: []string{"zhao"}})
	srv.AddDepartment(dingtalktest.Department{ID: abroad, Name: "海外", ParentID: sales})
	srv.AddUser(dingtalktest.User{UserID: "lin", Name: "林悦", DeptIDList: []int64{research}})
	srv.AddUser(dingtalktest.User{UserID: "zhao", Name: "Zhao\nMin", DeptIDList: []int64{research, sales, storage}})
}

const whole = `Organization (1): 0 people, 2 with sub-departments
├── 研发中心 (724960201): 2 people, led by 林悦 and left and Zhao Min
│   └── <Platform> "1"  [31m (724960202): 0 people, 1 with sub-departments
│       └── 存储 🚀 (724960203): 1 person
└── Sales (724960204): 1 person, led by Zhao Min
    └── 海外 (724960205): 0 people
`

func TestTree_ShowsDepartmentsBelowTheirParents(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	seed(srv)
	for _, test := range []struct {
		want string
		args []string
	}{
		{whole, nil},
		{whole, []string{"-dept", "1", "-depth", "3"}},
		{strings.NewReplacer(", led by 林悦 and left and Zhao Min", "", ", led by Zhao Min", "").Replace(whole), []string{"-managers=false"}},
		{`Organization (1): 0 people, 2 with sub-departments
├── 研发中心 (724960201): 2 people, led by 林悦 and left and Zhao Min
└── Sales (724960204): 1 person, led by Zhao Min
`, []string{"-depth", "1"}},
		{`研发中心 (724960201): 2 people, led by 林悦 and left and Zhao Min
└── <Platform> "1"  [31m (724960202): 0 people, 1 with sub-departments
    └── 存储 🚀 (724960203): 1 person
`, []string{"-dept", "724960201"}},
		{"海外 (724960205): 0 people\n", []string{"-dept", "724960205"}},
	} {
		code, out, errOut := printTree(t.Context(), clitest.Environment(t, srv), test.args...)
		assert.Zero(t, code, test.args)
		assert.Empty(t, errOut, test.args)
		assert.Equal(t, test.want, out, test.args)
	}
}

func TestTree_ShowsTheSampleOrganization(t *testing.T) {
	t.Parallel()
	code, out, errOut := printTree(t.Context(), nil, "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, 17, strings.Count(out, "\n"))
	require.Contains(t, out, "\n│   │   └── ")
}

func TestTree_AdvisesAnAppWithoutPermission(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_get_department_list"))
	code, out, errOut := printTree(t.Context(), clitest.Environment(t, srv))
	require.Equal(t, 1, code)
	require.Equal(t, "✗ department 1: the app lacks qyapi_get_department_list\n", out)
	require.Contains(t, errOut, "what to do: request qyapi_get_department_list")

	srv = dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_get_member"))
	seed(srv)
	code, out, errOut = printTree(t.Context(), clitest.Environment(t, srv))
	require.Equal(t, 1, code)
	require.Contains(t, out, "led by lin and left and zhao")
	require.Equal(t, 1, strings.Count(errOut, "dingtalk: "))
	require.Contains(t, errOut, "what to do: request qyapi_get_member")

	env := clitest.Environment(t, srv)
	env["DINGTALK_CLIENT_SECRET"] = "wrong"
	code, out, errOut = printTree(t.Context(), env)
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "what to do: check DINGTALK_CLIENT_ID")
}

func TestTree_RetriesAThrottledCall(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	var throttled atomic.Bool
	env := intercept(t, srv, func(w http.ResponseWriter, _ *http.Request, body string) bool {
		if !strings.Contains(body, "724960201") || throttled.Swap(true) {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"errcode":90002,"errmsg":"too many calls","request_id":"1a2b3c4d5e6f"}`)
		return true
	})
	code, out, errOut := printTree(t.Context(), env)
	require.True(t, throttled.Load())
	require.Zero(t, code, errOut)
	require.Equal(t, whole, out)
}

func TestTree_ShowsWhatWasReadBeforeAnInterruption(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	ctx, interrupt := context.WithCancel(t.Context())
	env := intercept(t, srv, func(_ http.ResponseWriter, _ *http.Request, body string) bool {
		if strings.Contains(body, "724960203") {
			interrupt()
		}
		return false
	})
	code, out, errOut := printTree(ctx, env)
	require.Equal(t, 1, code)
	require.True(t, strings.HasPrefix(out, "Organization (1)"), out)
	require.Contains(t, errOut, "context canceled")
	require.NotContains(t, errOut, "what to do")
}

func TestTree_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command)})
}

func TestTree_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-dept -1: an ID is above 0":      {"-dept", "-1"},
		"-depth -1: it must be 0 or more": {"-depth", "-1"},
		"invalid value":                   {"-dept", "研发中心"},
	} {
		code, out, errOut := printTree(t.Context(), nil, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	var errText strings.Builder
	require.Equal(t, 1, apptest.Main(Command)(t.Context(), cli.Process{
		Name: apptest.Name, Args: []string{"-emulator"}, Getenv: func(string) string { return "" }, Stdout: clitest.FullDisk{}, Stderr: &errText,
	}))
	require.Contains(t, errText.String(), "no space left")
}

func printTree(ctx context.Context, env map[string]string, args ...string) (code int, out, errOut string) {
	code, out, errOut = clitest.Run(ctx, apptest.Name, apptest.Main(Command), env, "", args...)
	return code, out, clitest.CutPlace(apptest.Name, errOut)
}

func TestTree_PrintsARecordForEachDepartment(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	code, out, errOut := printTree(t.Context(), clitest.Environment(t, srv), "-o", "csv", "-dept", "724960201")
	require.Zero(t, code, errOut)
	require.Equal(t, "dept_id,parent_id,name,level,people,people_with_sub_departments,managers,error\n"+
		"724960201,1,研发中心,0,2,2,\"林悦, left, Zhao\nMin\",\n"+
		"724960202,724960201,\"<Platform> \"\"1\"\"\n\x1b[31m\",1,0,1,,\n"+
		"724960203,724960202,存储 🚀,2,1,1,,\n", out)

	code, out, errOut = printTree(t.Context(), refuse(t, srv, "department/get", "724960203", `{"errcode":60003,"errmsg":"部门不存在"}`), "-o", "json", "-managers=false")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "see the reasons at the departments (1)")
	require.Equal(t, 6, strings.Count(out, "\n"))
	require.Contains(t, out, `{"dept_id":724960203,"level":3,"people":0,"people_with_sub_departments":0,"error":"not found"}`+"\n")
	require.NotContains(t, out, "managers")
}

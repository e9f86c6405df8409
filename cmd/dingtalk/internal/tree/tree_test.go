package tree

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestTree_DoesNotReadBelowItsDepth(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for range 200 {
		srv.AddDepartment(dingtalktest.Department{ParentID: srv.AddDepartment(dingtalktest.Department{})})
	}
	tree := newTree(srv.Client(), 1)
	tree.read(t.Context(), 0)
	require.Empty(t, tree.failed)
	require.Len(t, tree.nodes, 201)
	require.Less(t, len(srv.Calls("GetDepartment")), 300)
}

func TestTree_ShowsAFailedDepartmentInItsPlace(t *testing.T) {
	t.Parallel()
	const refused = `{"errcode":400002,"errmsg":"参数错误","request_id":"1a2b3c4d5e6f"}`
	srv := dingtalktest.New(t)
	seed(srv)
	for _, test := range []struct {
		refuse string // parts of the path and of the body of the request that fails
		want   string
	}{
		{"department/get 724960202", `Organization (1): 0 people, 2 with sub-departments
├── 研发中心 (724960201): 2 people
│   └── ✗ department 724960202: not accepted (errcode 400002: 参数错误)
│       └── 存储 🚀 (724960203): 1 person
└── Sales (724960204): 1 person
    └── 海外 (724960205): 0 people
`},
		{"department/listsubid 724960201", `Organization (1): 0 people, 2 with sub-departments
├── 研发中心 (724960201): 2 people
│   └── ✗ sub-departments could not be listed: not accepted (errcode 400002: 参数错误)
└── Sales (724960204): 1 person
    └── 海外 (724960205): 0 people
`},
		{"department/get :1}", `✗ department 1: not accepted (errcode 400002: 参数错误)
├── 研发中心 (724960201): 2 people
│   └── <Platform> "1"  [31m (724960202): 0 people, 1 with sub-departments
│       └── 存储 🚀 (724960203): 1 person
└── Sales (724960204): 1 person
    └── 海外 (724960205): 0 people
`},
		{"department/ 724960202", `Organization (1): 0 people, 2 with sub-departments
├── 研发中心 (724960201): 2 people
└── Sales (724960204): 1 person
    └── 海外 (724960205): 0 people
at an unknown place:
└── ✗ department 724960202: not accepted (errcode 400002: 参数错误)
`},
	} {
		path, body, _ := strings.Cut(test.refuse, " ")
		env := refuse(t, srv, path, body, refused)
		code, out, errOut := printTree(t.Context(), env, "-managers=false")
		assert.Equal(t, 1, code, test.refuse)
		assert.Equal(t, "dingtalk: not everything could be read: see the reasons at the departments (1)\n", errOut)
		assert.Equal(t, test.want, out, test.refuse)
	}

	code, out, errOut := printTree(t.Context(), refuse(t, srv, "department/get", "724960203", refused), "-depth", "1")
	require.Zero(t, code, errOut)
	require.NotContains(t, out, "✗", "a department below the depth may fail")
}

func TestTree_BeginsAtTheVisibleRange(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithContactScope([]int64{platform, abroad}, []string{"lin"}))
	seed(srv)
	code, out, errOut := printTree(t.Context(), clitest.Environment(t, srv))
	require.Zero(t, code, errOut)
	require.Equal(t, `<Platform> "1"  [31m (724960202): 0 people, 1 with sub-departments
└── 存储 🚀 (724960203): 1 person
海外 (724960205): 0 people
`, out)

	code, out, errOut = printTree(t.Context(), clitest.Environment(t, srv), "-dept", "724960201")
	require.Equal(t, 1, code)
	require.True(t, strings.HasPrefix(out, "✗ department 724960201: outside the app's visible range\n└── <Platform>"), out)
	require.Contains(t, errOut, "what to do: widen the app's visible range")
}

// refuse returns the environment for a server behind a proxy, which responds itself to requests of a path and body.
func refuse(t *testing.T, srv *dingtalktest.Server, path, content, response string) map[string]string {
	t.Helper()
	return intercept(t, srv, func(w http.ResponseWriter, r *http.Request, body string) bool {
		if !strings.Contains(r.URL.Path, path) || !strings.Contains(body, content) {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, response)
		return true
	})
}

// intercept returns the environment for a server behind a proxy, which passes on the requests that respond does not
// handle.
func intercept(t *testing.T, srv *dingtalktest.Server, respond func(w http.ResponseWriter, r *http.Request, body string) bool) map[string]string {
	t.Helper()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has disconnected
		}
		if !respond(w, r, string(body)) {
			r.Body = io.NopCloser(bytes.NewReader(body))
			srv.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(host.Close)
	env := clitest.Environment(t, srv)
	env["DINGTALK_BASE_URL"] = host.URL
	return env
}

package doctor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/survey"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// probed runs doctor with -probe on a server, and returns the text of the file and its report.
func probed(t *testing.T, srv *dingtalktest.Server) (text string, r survey.Report) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "probe.json")
	users, departments := srv.Users(), srv.Departments()
	code, out, errOut := apptest.Run(t.Context(), Command, clitest.Environment(t, srv), "", "-probe", file)
	require.Zero(t, code, out+errOut)
	require.Contains(t, errOut, "without names, numbers, IDs and secrets: look through it")
	require.Equal(t, users, srv.Users(), "nothing is changed")
	require.Equal(t, departments, srv.Departments(), "nothing is changed")
	content, err := os.ReadFile(file) //nolint:gosec // of the test
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &r))
	return string(content), r
}

func TestProbe_FindsTheAnswersOfTheEmulator(t *testing.T) {
	t.Parallel()
	_, r := probed(t, dingtalktest.New(t, dingtalktest.WithSampleOrg(16, 60, 1)))
	assert.Equal(t, "other", r.Region)
	assert.Equal(t, "0s", strings.TrimPrefix(strings.Replace(r.ClockSkew, "1s", "0s", 1), "-"))
	assert.Equal(t, map[string]string{
		"token-repeated":      "the same: true; expires_in 7200, then 7200",
		"wrong-secret":        "errcode 40096, without a request ID",
		"wrong-app":           "errcode 40096, without a request ID",
		"wrong-token":         "errcode 40014, without a request ID",
		"wrong-token-new":     "HTTP 400 InvalidAuthentication, with a request ID",
		"unknown-call":        "errcode 22, with a request ID",
		"unknown-call-new":    "HTTP 404 InvalidAction.NotFound, with a request ID",
		"unknown-user":        "errcode 60121, with a request ID",
		"unknown-unionid":     "errcode 60121, with a request ID",
		"unknown-department":  "errcode 60003, with a request ID",
		"unknown-in-app-code": "errcode 40078, with a request ID",
		"unknown-login-code":  "HTTP 400 invalidParameter.authCode.notFound, with a request ID",
		"list-of-101":         "errcode 40035, with a request ID",
		"empty-list":          "empty",
		"search-of-201":       "HTTP 400 parameter.error, with a request ID",
		"search-offset":       "records",
		"external-defaults":   "success",
		"leave-order":         "oldest first",
		"leave-end":           "success",
		"department-shape":    "success",
		"user-shape":          "success",
	}, r.Answers)
	require.Len(t, r.Questions, len(r.Answers))
	asked := map[string]bool{}
	for _, e := range r.Exchanges {
		asked[e.Question] = true
		assert.NotEmpty(t, e.Path)
		assert.True(t, e.Shape != nil || e.Body != "", "%v", e)
	}
	require.Len(t, asked, len(r.Answers), "each answer has its exchanges")
}

func TestProbe_EndsAtABan(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(16, 60, 1))
	srv.Fail("GetUserIDByUnionID", dingtalktest.BanJSON, 1)
	_, r := probed(t, srv)
	require.Contains(t, r.Answers, "unknown-unionid")
	require.NotContains(t, r.Answers, "unknown-department", "no call is made after a ban")
}

func TestProbe_WritesNoPersonalData(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(16, 60, 1))
	text, _ := probed(t, srv)
	for _, u := range srv.Users() {
		for _, private := range []string{u.UserID, u.UnionID, u.Name, u.Mobile, u.Email, u.OrgEmail, u.JobNumber, u.Telephone, u.Nickname, u.Remark} {
			assert.False(t, len(private) > 1 && strings.Contains(text, private), "%q is in the file", private)
		}
	}
	for _, d := range srv.Departments() {
		assert.NotContains(t, text, d.Name)
		if d.ID != 1 {
			assert.NotContains(t, text, strconv.FormatInt(d.ID, 10))
		}
	}
	for _, secret := range []string{srv.ClientID(), srv.ClientSecret(), srv.CorpID()} {
		assert.NotContains(t, text, secret)
	}
	for _, call := range srv.Calls("GetToken") {
		assert.NotContains(t, text, call.Query.Get("appsecret"))
	}
	assert.False(t, slices.ContainsFunc(strings.Fields(text), func(word string) bool { return strings.Contains(word, "no-user-") }))
}

func TestProbe_OverwritesNoFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	for want, name := range map[string]string{"exists: choose another file": file, "does not exist": filepath.Join(file+"s", "x")} {
		code, out, errOut := apptest.Run(t.Context(), Command, nil, "", "-emulator", "-probe", name)
		assert.Equal(t, 2, code)
		assert.Empty(t, out)
		assert.Contains(t, errOut, want)
	}
}

func TestProbe_IsNotRunWithoutAToken(t *testing.T) {
	t.Parallel()
	env := clitest.Environment(t, dingtalktest.New(t))
	env["DINGTALK_CLIENT_SECRET"] = "wrong"
	file := filepath.Join(t.TempDir(), "probe.json")
	code, _, errOut := apptest.Run(t.Context(), Command, env, "", "-probe", file)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "nothing was probed: there is no token")
	require.NoFileExists(t, file)
}

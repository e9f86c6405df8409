package emulator

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const (
	leavesPath      = "/v1.0/contact/empLeaveRecords"
	dismissionsPath = "/v1.0/hrm/employees/dismissions"
	dismissionPath  = "/v1.0/hrm/employees/dimissionInfos"
)

// readV1 makes a read of the new API.
func (a *app) readV1(path string, query url.Values) (status int, body jsonBody) {
	a.t.Helper()
	res, text, err := a.sendWith(a.token, http.MethodGet, path+"?"+query.Encode(), "", "")
	require.NoError(a.t, err)
	return res.StatusCode, parse(a.t, text)
}

func TestLeave_RefusesWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, -n).Format(time.RFC3339) }
	records := func(start, end, token, size string) url.Values {
		q := url.Values{"startTime": {start}, "maxResults": {size}, "nextToken": {token}}
		if end != "" {
			q.Set("endTime", end)
		}
		return q
	}
	for name, tt := range map[string]struct {
		path  string
		query url.Values
		code  string // empty: accepted
	}{
		"a year":                    {leavesPath, records(day(364), "", "0", "50"), ""},
		"an earlier span":           {leavesPath, records(day(700), day(400), "0", "1"), ""},
		"more than a year":          {leavesPath, records(day(366), "", "0", "50"), "invalidParameter.param.invalid"},
		"a span of more":            {leavesPath, records(day(500), day(100), "0", "50"), "invalidParameter.param.invalid"},
		"the end before the start":  {leavesPath, records(day(3), day(4), "0", "50"), "invalidParameter.param.invalid"},
		"a malformed start":         {leavesPath, records("2026-03-01", "", "0", "50"), "invalidParameter.param.invalid"},
		"a malformed end":           {leavesPath, records(day(3), "now", "0", "50"), "invalidParameter.param.invalid"},
		"a token of no page":        {leavesPath, records(day(3), "", "50", "50"), "invalidParameter.param.invalid"},
		"a page of 51":              {leavesPath, records(day(3), "", "0", "51"), "invalidParameter.param.invalid"},
		"a page of 0":               {leavesPath, records(day(3), "", "0", "0"), "invalidParameter.param.invalid"},
		"no start":                  {leavesPath, url.Values{"maxResults": {"50"}}, "MissingstartTime"},
		"no size":                   {leavesPath, url.Values{"startTime": {day(3)}}, "MissingmaxResults"},
		"dismissions as they are":   {dismissionsPath, nil, ""},
		"dismissions by 50":         {dismissionsPath, url.Values{"maxResults": {"50"}, "nextToken": {"0"}}, ""},
		"dismissions by 51":         {dismissionsPath, url.Values{"maxResults": {"51"}}, "invalidParameter"},
		"dismissions by 0":          {dismissionsPath, url.Values{"maxResults": {"0"}}, "invalidParameter"},
		"dismissions before all":    {dismissionsPath, url.Values{"nextToken": {"-1"}}, "invalidParameter"},
		"people as texts":           {dismissionPath, url.Values{"userIdList": {`["1","a"]`}}, ""},
		"people as numbers":         {dismissionPath, url.Values{"userIdList": {`[1]`}}, "MissingString"},
		"people joined by commas":   {dismissionPath, url.Values{"userIdList": {`a,b`}}, "MissingString"},
		"no people":                 {dismissionPath, url.Values{"userIdList": {`[]`}}, "invalidParameter"},
		"people who are not listed": {dismissionPath, nil, "invalidParameter"},
		"51 people":                 {dismissionPath, url.Values{"userIdList": {texts(51)}}, "invalidParameter"},
		"50 people":                 {dismissionPath, url.Values{"userIdList": {texts(50)}}, ""},
	} {
		status, body := a.readV1(tt.path, tt.query)
		if tt.code == "" {
			assert.Equal(t, http.StatusOK, status, "%s: %v", name, body)
			continue
		}
		assert.Equal(t, http.StatusBadRequest, status, "%s: %v", name, body)
		assert.Equal(t, tt.code, body["code"], name)
	}
}

// texts returns a JSON array of n texts.
func texts(n int) string {
	text := `["a"`
	for range n - 1 {
		text += `,"a"`
	}
	return text + "]"
}

func TestLeave_RecordsHowPeopleLeave(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, id := range []string{"by.app", "by.admin", "by.self"} {
		a.seed(directory.User{UserID: id, Mobile: ""})
	}
	require.Equal(t, "0", a.post(deletePath, `{"userid":"by.app"}`).code())
	_, refused := a.server.Administer(t.Context(), "DeleteUser", map[string]any{"userid": "by.admin"})
	require.Nil(t, refused)
	require.NoError(t, a.server.Leave("by.self", directory.Leave{}))
	require.ErrorContains(t, a.server.Leave("by.self", directory.Leave{}), "the user does not exist")

	var got []string
	for _, l := range a.server.Leaves() {
		got = append(got, l.UserID+" "+l.Reason)
	}
	assert.Equal(t, []string{"by.app oapi", "by.admin delete", "by.self leave"}, got)

	require.NoError(t, a.server.Rehire("by.self"))
	require.ErrorContains(t, a.server.Rehire("by.self"), "taken")
	require.ErrorContains(t, a.server.Rehire("never.here"), "no such person has left")
	status, body := a.readV1(dismissionPath, url.Values{"userIdList": {`["\"by.self\"","by.app"]`}})
	require.Equal(t, http.StatusOK, status)
	assert.Len(t, body["result"], 2, "also with a second pair of quotes")
	_, body = a.readV1(dismissionsPath, nil)
	assert.Equal(t, []any{"by.app", "by.admin"}, body["userIdList"])

	require.NoError(t, a.server.Reset())
	assert.Empty(t, a.server.Leaves())
}

func TestLeave_OfAProgramIsRestoredByAConsole(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithConsole(func(*Server) http.Handler { return http.NotFoundHandler() }))
	for _, id := range []string{"left", "back"} {
		_, err := s.AddUser(directory.User{UserID: id})
		require.NoError(t, err)
		require.NoError(t, s.Leave(id, directory.Leave{ReasonMemo: "moved"}))
	}
	require.NoError(t, s.Rehire("back"))
	before := s.Leaves()
	require.NoError(t, s.Reset())
	assert.Equal(t, before, s.Leaves())
	_, left := s.User("left")
	_, back := s.User("back")
	assert.Equal(t, []bool{false, true}, []bool{left, back})
}

func TestLeave_SampleHasLeavers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.September, 20, 4, 0, 0, 0, time.UTC)
	s := newServer(t, WithSampleOrg(16, 60, 1), WithClock(func() time.Time { return now }))
	recent, back := 0, 0
	for _, l := range s.Leaves() {
		if l.Time.After(now.AddDate(0, 0, -30)) {
			recent++
		}
		if _, found := s.User(l.UserID); found {
			back++
		}
		assert.NotEmpty(t, l.Name)
	}
	assert.Equal(t, []int{8, 5, 1}, []int{len(s.Leaves()), recent, back})
	assert.Len(t, s.Users(), 60)
	again := newServer(t, WithSampleOrg(16, 60, 1), WithClock(func() time.Time { return now }))
	assert.Equal(t, s.Leaves(), again.Leaves())
}

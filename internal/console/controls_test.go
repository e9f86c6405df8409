package console

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// send submits a form of a control.
func send(tb testing.TB, h http.Handler, control string, values url.Values, header ...string) *http.Response {
	tb.Helper()
	return submitted(tb, h, "/console/controls/"+control, values, header...)
}

// formOf returns a form of names and values in turn.
func formOf(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// state holds all that the controls change.
type state struct {
	Faults       []emulator.QueuedFault
	Ahead        time.Duration
	Settings     emulator.Settings
	Users, Depts int
	Token        bool
}

// bench is a server with something for each control to change, and its console.
type bench struct {
	*emulator.Server
	console http.Handler
	token   string
}

func newBench(t *testing.T) bench {
	t.Helper()
	s := newServer(t, emulator.WithQPS(50))
	s.Advance(time.Minute)
	require.NoError(t, s.SetLimit(40))
	require.NoError(t, s.SetAddressLimit(10_000))
	for _, userid := range []string{"u1", "u2"} {
		_, err := s.AddUser(directory.User{UserID: userid})
		require.NoError(t, err)
	}
	require.NoError(t, s.Fail("GetUser", emulator.Hang, 1))
	require.NoError(t, s.Fail("CreateUser", emulator.BadJSON, 2))
	return bench{s, New(s, ""), fetchToken(t, s)}
}

func (b bench) state(t *testing.T) state {
	t.Helper()
	sendRaw(t, b.Server, subPath+"?access_token="+b.token, `{"dept_id":1}`)
	_, ahead := b.Clock()
	return state{
		Faults: b.Faults(), Ahead: ahead, Settings: b.Settings(), Users: len(b.Users()), Depts: len(b.Departments()),
		Token: b.Log(emulator.LogFilter{Op: "ListSubDepartmentIDs"}, 0, 1)[0].Code == 0,
	}
}

// turned holds a form for each control and its effect on the state.
var turned = []struct {
	control string
	form    url.Values
	change  func(*state)
}{
	{"fault", formOf("operation", "DeleteUser", "fault", "Code", "code", " 60121 ", "times", "3"), func(s *state) {
		s.Faults = append(s.Faults[:1:1], emulator.QueuedFault{Op: "DeleteUser", Fault: emulator.Code(60121), Times: 3}, s.Faults[1])
	}},
	{"fault", formOf("operation", "GetUser", "fault", "HTTPStatus", "status", "502", "times", "1", "after", "on"), func(s *state) {
		s.Faults = append(s.Faults, emulator.QueuedFault{Op: "GetUser", Fault: emulator.HTTPStatus(502).AfterWork(), Times: 1})
	}},
	{"clear-faults", formOf("operation", "GetUser"), func(s *state) { s.Faults = s.Faults[:1] }},
	{"clear-faults", nil, func(s *state) { s.Faults = nil }},
	{"revoke", nil, func(s *state) { s.Token = false }},
	{"advance", formOf("seconds", "7"), func(s *state) { s.Ahead += 7 * time.Second }},
	{"limit", formOf("qps", "20"), func(s *state) { s.Settings.QPS = 20 }},
	{"limit", formOf("qps", "0"), func(s *state) { s.Settings.QPS = 0 }},
	{"address-limit", formOf("calls", "7"), func(s *state) { s.Settings.AddressLimit = 7 }},
	{"jitter", formOf("least", "0", "most", "1"), func(s *state) { s.Settings.MaxDelay = time.Millisecond }},
	{"permissions", grantedBut(contract.GetMember, contract.GetMemberByMobile), func(s *state) {
		s.Settings.MissingPoints = []string{contract.GetMember, contract.GetMemberByMobile}
	}},
	{"scope", formOf("scope_departments", "", "scope_users", "u1, u2"), func(s *state) {
		s.Settings.ScopeDepartments, s.Settings.ScopeUsers = nil, []string{"u1", "u2"}
	}},
	{"scope", formOf("scope_departments", "x", "scope_users", "y", "whole", "1"), func(s *state) { s.Settings.ScopeUsers = nil }},
	{"reset", formOf("confirmed", "1"), func(s *state) {
		*s = state{Settings: emulator.Settings{QPS: 50, ScopeDepartments: []int64{1}}, Depts: 1}
	}},
	{"reseed", formOf("departments", "3", "users", "9", "seed", "18446744073709551615", "confirmed", "1"), func(s *state) { s.Users, s.Depts = 9, 4 }},
}

// grantedBut returns the form of the permission points in which all but the named ones are checked.
func grantedBut(missing ...string) url.Values {
	form := url.Values{}
	for _, point := range emulator.PermissionPoints() {
		if !slices.Contains(missing, point) {
			form.Add("point", point)
		}
	}
	return form
}

func TestControls_DoOnlyWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, test := range turned {
		b := newBench(t)
		want := b.state(t)
		res := send(t, b.console, test.control, test.form)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, test.control)
		to, err := res.Location()
		require.NoError(t, err)
		assert.Equal(t, []string{"/console/controls", test.control}, []string{to.Path, to.Query().Get("done")})
		test.change(&want)
		assert.Equal(t, want, b.state(t), "%s %v", test.control, test.form)

		said := allMessages()["controls.done."+test.control]
		assert.Contains(t, get(t, b.console, res.Header.Get("Location")), `id="notice" role="status">✓ `+said.en)
		assert.Contains(t, get(t, b.console, res.Header.Get("Location"), "Accept-Language", "zh"), said.zh)
	}
	assert.NotContains(t, get(t, newBench(t).console, "/console/controls?done=x"), `id="notice"`)
}

func TestControls_RefuseOtherSites(t *testing.T) {
	t.Parallel()
	foreign := [][]string{
		{"Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-site"},
		{"Origin", "http://evil.example"}, {"Origin", "null"},
	}
	b := newBench(t)
	before := b.state(t)
	for _, test := range turned {
		for _, header := range foreign {
			res := send(t, b.console, test.control, test.form, header...)
			assert.Equal(t, http.StatusForbidden, res.StatusCode, "%s %q", test.control, header)
		}
		res := ask(t, b.console, http.MethodGet, "/console/controls/"+test.control+"?"+test.form.Encode())
		assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, "a link is no form")
	}
	assert.Equal(t, before, b.state(t))

	own := [][]string{
		{"Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, {"Origin", "http://example.com"},
		nil, // not a browser
	}
	for _, header := range own {
		res := send(t, b.console, "advance", formOf("seconds", "1"), header...)
		assert.Equal(t, http.StatusSeeOther, res.StatusCode, "%q", header)
	}
	assert.Equal(t, before.Ahead+time.Duration(len(own))*time.Second, b.state(t).Ahead)
}

func TestControls_LimitTheClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 200 {
		send(t, b.console, "advance", formOf("seconds", "31622400"))
	}
	_, ahead := b.Clock()
	assert.Equal(t, time.Minute+99*366*24*time.Hour, ahead)
	res := send(t, b.console, "advance", formOf("seconds", "31622400"))
	assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
	assert.Contains(t, bodyOf(t, res), "cannot be moved further than a hundred years")
}

func TestControls_LimitTheSizeOfForms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	before := b.state(t)
	res := send(t, b.console, "advance", formOf("seconds", "1", "x", strings.Repeat("x", maxForm)))
	assert.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	assert.Equal(t, http.StatusBadRequest, send(t, b.console, "advance", formOf("seconds", "1"), "Content-Type", "x;;").StatusCode)
	assert.Equal(t, http.StatusUnprocessableEntity, send(t, b.console, "advance?seconds=5", nil).StatusCode, "an address is no form")
	assert.Equal(t, http.StatusNotFound, send(t, b.console, "explode", nil).StatusCode)
	assert.Equal(t, http.StatusUnprocessableEntity, send(t, b.console, "clear-faults", formOf("operation", "GetUsr")).StatusCode)
	assert.Equal(t, before, b.state(t))
}

func TestControls_PageShowsTheState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		body := html.UnescapeString(get(t, h, "/console/controls"))
		assert.Contains(t, body, time.Now().Local().Format("2006-01-02 15:04:05.000 -07:00</span></dd>"))
		assert.Contains(t, body, "None: calls are handled as usual.")
		assert.Equal(t, 4, strings.Count(body, "<dd>none</dd>"))
		assert.Contains(t, body, "<dd>the whole organization</dd>")

		s.Advance(90 * time.Minute)
		require.NoError(t, s.SetLimit(20))
		require.NoError(t, s.SetAddressLimit(300))
		require.NoError(t, s.SetJitter(20*time.Millisecond, time.Second))
		require.NoError(t, s.SetMissingPoints([]string{contract.GetMember}))
		require.NoError(t, s.SetContactScope([]int64{1 << 40}, []string{"a", "<b>"}))
		body = html.UnescapeString(get(t, h, "/console/controls"))
		assert.Contains(t, body, time.Now().Add(90*time.Minute).Local().Format("2006-01-02 15:04:05.000 -07:00</span>"))
		assert.Contains(t, body, "ahead by 1h30m0s")
		assert.Contains(t, body, "20 calls per second and operation")
		assert.Contains(t, body, "300 calls in 20 seconds")
		assert.Contains(t, body, "20ms to 1s")
		assert.Contains(t, body, `<span class="badge warn">qyapi_get_member</span>`)
		assert.Contains(t, body, "departments: 1, people: 2")
		page := open(t, h, "/console/controls")
		for field, value := range map[string]string{
			"qps": "20", "calls": "300", "least": "20", "most": "1000", "scope_departments": "1099511627776", "scope_users": "a, <b>",
		} {
			assert.Equal(t, value, page.one(t, "input", "id", field).attr("value"), field)
		}
		for _, point := range emulator.PermissionPoints() {
			assert.Equal(t, point != contract.GetMember, page.one(t, "input", "id", "point-"+point).has("checked"), point)
		}
	})
}

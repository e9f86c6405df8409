package console

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// submitted sends a form to an address.
func submitted(tb testing.TB, h http.Handler, target string, values url.Values, header ...string) *http.Response {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, target, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "en")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// formOn returns what a browser sends of the form with an action, if nothing is entered.
func formOn(tb testing.TB, page element, action string) url.Values {
	tb.Helper()
	form := page.one(tb, "form", "action", action)
	values := url.Values{}
	for _, e := range form.all("input", "name") {
		if e.attr("type") != "checkbox" || e.has("checked") {
			values.Add(e.attr("name"), e.attr("value"))
		}
	}
	for _, e := range form.all("textarea") {
		values.Add(e.attr("name"), strings.ReplaceAll(e.raw(), "\n", "\r\n")) // as browsers do
	}
	return values
}

// filled returns the form on an existing page, with names and values in turn entered instead.
func filled(tb testing.TB, h http.Handler, page, action string, entered ...string) url.Values {
	tb.Helper()
	values := formOn(tb, open(tb, h, page), action)
	for i := 0; i < len(entered); i += 2 {
		values.Set(entered[i], entered[i+1])
	}
	return values
}

// sent returns the body of the latest call.
func sent(tb testing.TB, s *emulator.Server) map[string]any {
	tb.Helper()
	latest, _ := s.JournalEntry(s.Log(emulator.LogFilter{}, 0, 1)[0].Number)
	assert.True(tb, latest.Admin, "made in the console")
	assert.Empty(tb, latest.From)
	var body map[string]any
	require.NoError(tb, json.Unmarshal([]byte(latest.Body), &body))
	return body
}

const (
	newPerson, editPerson, deletePerson = "/console/edit/create-user", "/console/edit/update-user", "/console/edit/delete-user"
	newDept, editDept, deleteDept       = "/console/edit/create-department", "/console/edit/update-department", "/console/edit/delete-department"
)

// The app's limits do not hold for the administrator who uses the console.
func TestEdit_CreatesAPerson(t *testing.T) {
	t.Parallel()
	s := staffed(t, emulator.WithoutScope(contract.ManageAddressList), emulator.WithContactScope(nil, nil), emulator.Strict())
	h := New(s, "")
	page := open(t, h, "/console/departments/20")
	var links []string
	for _, a := range page.all("a", "class", "button") {
		links = append(links, a.attr("href"))
	}
	assert.Contains(t, links, newPerson+"?department=20")

	values := filled(t, h, newPerson+"?department=20", newPerson,
		"name", "Ada 🌻", "mobile", "+852-91234567", "userid", "ada", "hide_mobile", "true", "title", "Countess", "job_number", "E-1",
		"manager_userid", "boss", "hired_date", "2024-02-29", "senior_mode", "true", "email", "ada@example.com", "org_email", "a@corp.example.com",
		"telephone", "12", "work_place", "Hall 2", "remark", "one\r\ntwo", "extension", `{"Hobby":"Chess"}`)
	values["dept_id_list"] = append(values["dept_id_list"], "30")
	res := submitted(t, h, newPerson, values)
	require.Equal(t, http.StatusSeeOther, res.StatusCode, bodyOf(t, res))
	assert.Equal(t, "/console/users/ada?done=create-user", res.Header.Get("Location"))
	u, found := s.User("ada")
	require.True(t, found)
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, contract.ServiceZone)
	assert.True(t, day.Equal(u.HiredDate), u.HiredDate)
	assert.Equal(t, []any{"Ada 🌻", "852", "91234567", true, "Countess", "E-1", "boss", true}, []any{
		u.Name, u.StateCode, u.Mobile, u.HideMobile, u.Title, u.JobNumber, u.ManagerUserID, u.Senior,
	})
	assert.Equal(t, []any{"ada@example.com", "a@corp.example.com", "12", "Hall 2", "one\ntwo", `{"Hobby":"Chess"}`, []int64{20, 30}}, []any{
		u.Email, u.OrgEmail, u.Telephone, u.WorkPlace, u.Remark, u.Extension, u.DeptIDList,
	})
	shown := open(t, h, res.Header.Get("Location"))
	assert.Equal(t, "✓ The person was created.", shown.one(t, "p", "id", "notice").text())
	assert.Equal(t, "✓ 人员已创建。", open(t, h, res.Header.Get("Location"), "Accept-Language", "zh").one(t, "p", "id", "notice").text())

	values = filled(t, h, newPerson, newPerson, "name", "B", "mobile", "13900000009")
	res = submitted(t, h, newPerson, values)
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	assert.Equal(t, map[string]any{"name": "B", "mobile": "13900000009", "dept_id_list": "1"}, sent(t, s), "what is empty is not sent")
	get(t, h, res.Header.Get("Location"))
}

func TestEdit_SendsOnlyWhatWasChanged(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	before, _ := s.User("zhao.min")
	update := func(entered ...string) *http.Response {
		return submitted(t, h, editPerson, filled(t, h, editPerson+"?userid=zhao.min", editPerson, entered...))
	}
	res := update()
	assert.Equal(t, "/console/users/zhao.min?done=update-user", res.Header.Get("Location"))
	assert.Equal(t, map[string]any{"userid": "zhao.min"}, sent(t, s))
	after, _ := s.User("zhao.min")
	assert.Equal(t, before, after)

	update("title", "Architect", "remark", "a\r\nb", "hired_date", "2023-01-02")
	assert.Equal(t, map[string]any{
		"userid": "zhao.min", "title": "Architect", "remark": "a\nb",
		"hired_date": float64(time.Date(2023, 1, 2, 0, 0, 0, 0, contract.ServiceZone).UnixMilli()),
	}, sent(t, s))

	update("manager_userid", "", "org_email", "", "email", "")
	assert.Equal(t, map[string]any{
		"userid": "zhao.min", "manager_userid": "", "org_email": "", "email": "", "force_update_fields": "manager_userid,org_email",
	}, sent(t, s))
	after, _ = s.User("zhao.min")
	assert.Equal(t, []string{"", "", ""}, []string{after.ManagerUserID, after.OrgEmail, after.Email})

	values := filled(t, h, editPerson+"?userid=zhao.min", editPerson)
	values["dept_id_list"] = []string{"20", "10, 1"}
	values.Del("hide_mobile")
	require.Equal(t, http.StatusSeeOther, submitted(t, h, editPerson, values).StatusCode)
	assert.Equal(t, map[string]any{"userid": "zhao.min", "dept_id_list": "20,10,1", "hide_mobile": false}, sent(t, s))
	after, _ = s.User("zhao.min")
	assert.Equal(t, []int64{20, 10, 1}, after.DeptIDList)
}

// A form may be open for long, and the organization changes meanwhile.
func TestEdit_KeepsWhatOthersChangedMeanwhile(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	values := filled(t, h, editPerson+"?userid=zhao.min", editPerson, "title", "Architect")
	call(t, s, "/topapi/v2/user/update", `{"userid":"zhao.min","job_number":"E-9","dept_id_list":"10"}`)
	require.Equal(t, http.StatusSeeOther, submitted(t, h, editPerson, values).StatusCode)
	u, _ := s.User("zhao.min")
	assert.Equal(t, []any{"Architect", "E-9", []int64{10}}, []any{u.Title, u.JobNumber, u.DeptIDList})

	values = filled(t, h, editPerson+"?userid=zhao.min", editPerson, "title", "Gone")
	call(t, s, "/topapi/v2/user/delete", `{"userid":"zhao.min"}`)
	res := submitted(t, h, editPerson, values)
	assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
	page := parsePage(t, bodyOf(t, res))
	assert.Contains(t, page.one(t, "div", "id", "notice").text(), "60121 找不到该用户 (the user does not exist)")
	assert.Equal(t, "Gone", page.one(t, "input", "id", "title").attr("value"))
}

func TestEdit_CreatesAndMovesDepartments(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	values := filled(t, h, newDept+"?department=10", newDept, "name", "Rockets", "order", "7", "brief", "B", "hide_dept", "true",
		"dept_permits", "20， 30", "user_permits", "boss, zhao.min", "create_dept_group", "true", "extension", `{"a":"b"}`)
	res := submitted(t, h, newDept, values)
	require.Equal(t, http.StatusSeeOther, res.StatusCode, bodyOf(t, res))
	to, err := res.Location()
	require.NoError(t, err)
	assert.Equal(t, "create-department", to.Query().Get("done"))
	page := open(t, h, to.String())
	assert.Equal(t, "Rockets", page.one(t, "h1").text())
	assert.Equal(t, "✓ The department was created.", page.one(t, "p", "id", "notice").text())
	made := s.Departments()[4]
	assert.Equal(t, []any{int64(10), int64(7), "B", true, []int64{20, 30}, []string{"boss", "zhao.min"}, true}, []any{
		made.ParentID, made.Order, made.Brief, made.HideDept, made.DeptPermits, made.UserPermits, made.CreateDeptGroup,
	})

	edit := editDept + "?dept_id=20"
	res = submitted(t, h, editDept, filled(t, h, edit, editDept, "parent_id", "30", "name", "Lab", "dept_manager_userid_list", "zhao.min", "org_dept_owner", "zhao.min"))
	require.Equal(t, http.StatusSeeOther, res.StatusCode, bodyOf(t, res))
	assert.Equal(t, "/console/departments/20?done=update-department", res.Header.Get("Location"))
	assert.Equal(t, map[string]any{
		"dept_id": 20.0, "parent_id": 30.0, "name": "Lab", "dept_manager_userid_list": "zhao.min", "org_dept_owner": "zhao.min",
	}, sent(t, s))
	submitted(t, h, editDept, filled(t, h, edit, editDept, "dept_manager_userid_list", " "))
	lab, _ := s.Department(20)
	assert.Equal(t, []any{int64(30), "Lab", []string{}}, []any{lab.ParentID, lab.Name, lab.DeptManagerUserIDList})
}

func TestEdit_DeletesOnlyWhatWasConfirmed(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	_, err := s.AddDepartment(directory.Department{ID: 40, Name: "Empty", ParentID: 10})
	require.NoError(t, err)
	for _, test := range []struct {
		action, key, id, name, after string
		exists                       func() bool
	}{
		{deletePerson, "userid", "zhao.min", "赵敏", "/console/departments/30?done=delete-user", func() bool { _, found := s.User("zhao.min"); return found }},
		{deleteDept, "dept_id", "40", "Empty", "/console/departments/10?done=delete-department", func() bool { _, found := s.Department(40); return found }},
	} {
		key := url.Values{test.key: {test.id}}
		for _, page := range []element{open(t, h, test.action+"?"+key.Encode()), parsePage(t, bodyOf(t, submitted(t, h, test.action, key)))} {
			assert.Contains(t, page.one(t, "main").text(), test.name+" "+test.id)
			values := formOn(t, page, test.action)
			assert.Equal(t, key, values, "the confirmation is the button's")
		}
		require.True(t, test.exists(), "it only asked")
		key.Set("confirmed", "1")
		res := submitted(t, h, test.action, key)
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
		assert.Equal(t, test.after, res.Header.Get("Location"))
		assert.False(t, test.exists())
		get(t, h, res.Header.Get("Location"))
		sent(t, s)

		res = submitted(t, h, test.action, key)
		assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
		assert.Contains(t, bodyOf(t, res), `id="notice" role="alert"`)
		assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, test.action+"?"+key.Encode()).StatusCode)
	}
	res := submitted(t, h, deleteDept, url.Values{"dept_id": {"10"}, "confirmed": {"1"}}, "Accept-Language", "zh")
	assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
	assert.Contains(t, parsePage(t, bodyOf(t, res)).one(t, "div", "id", "notice").text(), "60006 不允许删除有子部门的部门")
}

package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestEdit_ShowsRefusalsBesideTheirFields(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	users, departments := s.Users(), s.Departments()
	person := []string{"userid", "new", "name", "N", "mobile", "13900000001"}
	for _, test := range []struct {
		page, action string
		entered      []string
		field        string
		en, zh       string
	}{
		{newPerson, newPerson, []string{"mobile", "13900000001"}, "name", "400002 参数错误: name is missing", "400002 参数错误: name is missing"},
		{newPerson, newPerson, append(person, "mobile", "1"), "mobile", "60103 手机号码不合法 (the mobile number is malformed)", "60103 手机号码不合法"},
		{newPerson, newPerson, append(person, "mobile", "+852-51234567"), "mobile", "60104 手机号码在公司中已存在 (the mobile number is taken) · It belongs to 赵敏", "60104 手机号码在公司中已存在 · 使用者： 赵敏"},
		{newPerson, newPerson, append(person, "userid", "boss"), "userid", "60102 UserID在公司中已存在 (the userid is taken)", "60102 UserID在公司中已存在"},
		{newPerson, newPerson, append(person, "hired_date", "soon"), "hired_date", "400002 参数错误: hired_date is malformed", "400002 参数错误: hired_date is malformed"},
		{newPerson, newPerson, append(person, "dept_id_list", "99"), "dept_id_list", "60003 部门不存在 (the department does not exist)", "60003 部门不存在"},
		{newPerson, newPerson, append(person, "dept_id_list", "x"), "dept_id_list", "40066 不合法的部门列表: dept_id_list is malformed", "40066 不合法的部门列表: dept_id_list is malformed"},
		{newPerson, newPerson, append(person, "dept_id_list", ""), "dept_id_list", "400002 参数错误: dept_id_list is missing", "400002 参数错误: dept_id_list is missing"},
		{newPerson, newPerson, append(person, "extension", "x"), "extension", "60122 ", "60122 "},
		{newPerson, newPerson, append(person, "title", strings.Repeat("长", 201)), "title", "400002 参数错误: title is longer than 200 characters", "400002 参数错误: title is longer than 200 characters"},
		{editPerson + "?userid=zhao.min", editPerson, []string{"manager_userid", "nowhere"}, "manager_userid", "60128 无效的主管id (the manager does not exist)", "60128 无效的主管id"},
		{editPerson + "?userid=zhao.min", editPerson, []string{"name", ""}, "name", "400002 参数错误: name is empty", "400002 参数错误: name is empty"},
		{editPerson + "?userid=zhao.min", editPerson, []string{"hired_date", ""}, "hired_date", "A call cannot clear this field.", "接口不支持清空此字段。"},
		{editPerson + "?userid=zhao.min", editPerson, []string{"dept_id_list", " "}, "dept_id_list", "A person is in one department at least.", "人员至少属于一个部门。"},
		{newDept + "?department=10", newDept, []string{"name", "A-B"}, "name", "60001 不合法的部门名称 (the department name is malformed)", "60001 不合法的部门名称"},
		{newDept, newDept, []string{"name", "Sales"}, "name", "60021 父部门下该部门名称已存在 (a sibling department has the name)", "60021 父部门下该部门名称已存在"},
		{newDept, newDept, []string{"name", "A", "parent_id", "1.5"}, "parent_id", "400002 参数错误: parent_id is malformed", "400002 参数错误: parent_id is malformed"},
		{editDept + "?dept_id=10", editDept, []string{"parent_id", "20"}, "parent_id", "60010 ", "60010 "},
		{editDept + "?dept_id=10", editDept, []string{"order", ""}, "order", "A call cannot clear this field.", "接口不支持清空此字段。"},
		{editDept + "?dept_id=10", editDept, []string{"dept_manager_userid_list", "boss"}, "dept_manager_userid_list", "60111 UserID不存在", "60111 UserID不存在"},
		{editDept + "?dept_id=10", editDept, []string{"hide_dept", "true", "user_permits", "ghost"}, "user_permits", "60109 ", "60109 "},
	} {
		for lang, want := range map[string]string{"en": test.en, "zh": test.zh} {
			values := filled(t, h, test.page, test.action, test.entered...)
			res := submitted(t, h, test.action, values, "Accept-Language", lang)
			page := parsePage(t, bodyOf(t, res))
			assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, "%s %q", test.action, test.entered)
			assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
			wrong := page.one(t, "p", "class", "error")
			assert.Equal(t, "error-"+test.field, wrong.attr("id"), "%s %q", test.action, test.entered)
			assert.Contains(t, wrong.text(), "✗ "+want)
			at := page.one(t, "", "id", test.field)
			assert.Equal(t, []string{"true", "error-" + test.field}, []string{at.attr("aria-invalid"), at.attr("aria-describedby")})
			assert.Equal(t, "alert", page.one(t, "div", "id", "notice").attr("role"))
			if test.field != "dept_id_list" {
				again := formOn(t, page, test.action)
				assert.Equal(t, values, again, "what was entered is kept")
			}
		}
	}
	assert.Equal(t, users, s.Users())
	assert.Equal(t, departments, s.Departments())
}

func TestEdit_LanguageCanBeChosenWithErrors(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	for _, page := range []string{newPerson, editPerson + "?userid=zhao.min", editDept + "?dept_id=10", deletePerson + "?userid=boss"} {
		action, _, _ := strings.Cut(page, "?")
		values := formOn(t, open(t, h, page), action)
		values.Set("name", "")
		for _, choice := range parsePage(t, bodyOf(t, submitted(t, h, action, values))).all("a", "hreflang") {
			get(t, h, choice.attr("href"))
		}
	}
}

func TestEdit_HasANotFoundPage(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	for _, target := range []string{
		"/console/edit/nothing", editPerson, editPerson + "?userid=ghost", editDept, editDept + "?dept_id=99", editDept + "?dept_id=x",
		deletePerson + "?userid=ghost", deleteDept + "?dept_id=-",
	} {
		assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, target).StatusCode, target)
	}
	assert.Equal(t, http.StatusNotFound, submitted(t, h, "/console/edit/nothing", nil).StatusCode)
	assert.Equal(t, http.StatusRequestEntityTooLarge, submitted(t, h, newPerson, url.Values{"x": {strings.Repeat("x", maxForm)}}).StatusCode)
	get(t, h, newPerson+"?department=99")
}

// The root department belongs to the service.
func TestEdit_OfTheRootIsNotOffered(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	body := get(t, h, "/console/")
	assert.Contains(t, body, newDept+"?department=1")
	assert.NotContains(t, body, editDept)
	assert.NotContains(t, body, deleteDept)
	res := submitted(t, h, editDept, url.Values{"dept_id": {"1"}, "name": {"Mine"}})
	assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
	assert.Contains(t, parsePage(t, bodyOf(t, res)).one(t, "div", "id", "notice").text(), "60018")
}

func TestEdit_SuggestsAFewDepartmentsOfVeryMany(t *testing.T) {
	t.Parallel()
	s := newServer(t, emulator.WithSampleOrg(1000, 5, 1))
	h := New(s, "")
	user := s.Users()[0]
	page := open(t, h, editPerson+"?userid="+url.QueryEscape(user.UserID))
	options := page.one(t, "datalist", "id", "departments").all("option")
	assert.LessOrEqual(t, len(options), maxOptions)
	suggested := map[string]string{}
	for _, option := range options {
		suggested[option.attr("value")] = option.attr("label")
	}
	assert.Equal(t, "Organization", suggested["1"])
	small := open(t, New(staffed(t), ""), newPerson).one(t, "datalist", "id", "departments").all("option")
	require.Len(t, small, 4)
	assert.Equal(t, []string{"20", "Organization / Research / Lab & <Co>"}, []string{small[2].attr("value"), small[2].attr("label")})
}

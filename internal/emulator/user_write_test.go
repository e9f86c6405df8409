package emulator

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// crowd returns an app of two departments and two people who hold unique values.
func crowd(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := newApp(t, opts...)
	a.department(directory.Department{ID: 724960197})
	a.department(directory.Department{ID: 724960198})
	a.seed(directory.User{UserID: "boss", Name: "Head", Mobile: "13800000001", Telephone: "100", Email: "head@example.com"})
	a.seed(directory.User{
		UserID: "clerk", Mobile: "+852-91234567", Telephone: "200", Email: "clerk@example.com",
		DeptIDList: []int64{1, 724960197}, ManagerUserID: "boss", OrgEmail: "clerk@corp.example.com",
		Title: "Clerk", Extension: `{"Hobby":"Chess","Car":"none"}`,
		LeaderInDept:  []directory.DeptLeader{{DeptID: 724960197, Leader: true}},
		DeptOrderList: []directory.DeptOrder{{DeptID: 1, Order: 11}, {DeptID: 724960197, Order: 22}},
		DeptTitleList: []directory.DeptTitle{{DeptID: 1, Title: "Writer"}},
	})
	return a
}

func TestCreateUser_ChecksInFixedOrder(t *testing.T) {
	t.Parallel()
	person := func(fields string) string {
		return `{"name":"N","mobile":"13900000000","dept_id_list":"1"` + fields + `}`
	}
	enterprise := func(fields string) string {
		return `{"name":"N","dept_id_list":"1","exclusive_account":true` + fields + `}`
	}
	const dingtalk = `,"exclusive_account_type":"dingtalk","login_id":"l"`
	for _, tt := range []struct{ name, body, code, detail string }{
		{"nothing wrong", person(""), "0", ""},
		{"no name", `{"mobile":"13900000000","dept_id_list":"1"}`, "400002", "name is missing"},
		{"an empty name", `{"name":"","mobile":"13900000000","dept_id_list":"1"}`, "400002", "name is missing"},
		{"no mobile", `{"name":"N","dept_id_list":"1"}`, "400002", "mobile is missing"},
		{"no departments", `{"name":"N","mobile":"13900000000"}`, "400002", "dept_id_list is missing"},
		{"not JSON", `{"name":`, "400002", "the body is neither"},
		{"null", `null`, "400002", "name is missing"},
		{"an array", `[]`, "400002", "the body is neither"},
		{"empty", ``, "400002", "name is missing"},

		{"name of 80 characters", `{"name":"` + strings.Repeat("赵", 80) + `","mobile":"13900000000","dept_id_list":"1"}`, "0", ""},
		{"name of 81 characters", `{"name":"` + strings.Repeat("赵", 81) + `","mobile":"13900000000","dept_id_list":"1"}`, "400002", "name is longer than 80"},
		{"userid of 65 characters", person(`,"userid":"` + strings.Repeat("u", 65) + `"`), "400002", "userid is longer"},
		{"remark of 2001 characters", person(`,"remark":"` + strings.Repeat("r", 2001) + `"`), "400002", "remark is longer"},
		{"title in a position", person(`,"dept_position_list":[{"dept_id":1,"title":"` + strings.Repeat("t", 201) + `"}]`), "400002", "title is longer"},
		{"101 departments", `{"name":"N","mobile":"13900000000","dept_id_list":"1` + strings.Repeat(",1", 100) + `"}`, "40066", "more than 100"},
		{"departments that are no numbers", `{"name":"N","mobile":"13900000000","dept_id_list":"1,a"}`, "40066", "malformed"},
		{"hired before time began", person(`,"hired_date":0`), "400002", "hired_date is less"},
		{"hired on a word", person(`,"hired_date":"today"`), "400002", "hired_date is malformed"},
		{"hired on a fraction", person(`,"hired_date":1.5`), "400002", "hired_date is malformed"},
		{"a flag that is none", person(`,"hide_mobile":1`), "400002", "hide_mobile is malformed"},
		{"a kind that is none", person(`,"org_email_type":"premium"`), "400002", "org_email_type must be"},
		{"an order without a department", person(`,"dept_order_list":[{"order":1}]`), "400002", "dept_order_list has an entry without"},

		{"mobile too short", `{"name":"N","mobile":"1390000000","dept_id_list":"1"}`, "60103", ""},
		{"mobile of words", `{"name":"N","mobile":"+852-nine","dept_id_list":"1"}`, "60103", ""},
		{"form before departments", `{"name":"N","mobile":"1","dept_id_list":"99","userid":"boss"}`, "60103", ""},
		{"departments before userid", `{"name":"N","mobile":"13800000001","dept_id_list":"1,99","userid":"boss"}`, "60003", ""},
		{"userid before mobile", `{"name":"N","mobile":"13800000001","dept_id_list":"1","userid":"boss","telephone":"100"}`, "60102", ""},
		{"mobile before telephone", `{"name":"N","mobile":"13800000001","dept_id_list":"1","telephone":"100"}`, "60104", ""},
		{"the same mobile in full", `{"name":"N","mobile":"+86-13800000001","dept_id_list":"1"}`, "60104", ""},
		{"a mobile abroad", `{"name":"N","mobile":"+852-91234567","dept_id_list":"1"}`, "60104", ""},
		{"the same digits in another country", `{"name":"N","mobile":"+853-91234567","dept_id_list":"1"}`, "0", ""},
		{"telephone before mail", person(`,"telephone":"100","email":"head@example.com"`), "40100", ""},
		{"mail before manager", person(`,"email":"head@example.com","manager_userid":"absent"`), "40101", ""},
		{"manager before custom fields", person(`,"manager_userid":"absent","extension":"x"`), "60128", ""},
		{"custom fields that are text", person(`,"extension":"x"`), "60122", "not a JSON object"},
		{"custom fields that are null", person(`,"extension":"null"`), "60122", "not a JSON object"},
		{"translations that are text", person(`,"extension_i18n":"x"`), "60122", "extension_i18n"},
		{"no custom fields", person(`,"extension":"{}"`), "0", ""},

		{"enterprise account", enterprise(`,"exclusive_account_type":"sso"`), "0", ""},
		{"enterprise account of no kind", enterprise(``), "400002", "exclusive_account_type is missing"},
		{"enterprise account of a new kind", enterprise(`,"exclusive_account_type":"x"`), "400002", "must be one of"},
		{"enterprise account with a mobile", enterprise(`,"exclusive_account_type":"sso","mobile":"13900000000"`), "400002", "mobile cannot"},
		{"enterprise account with a mail login", enterprise(`,"exclusive_account_type":"sso","login_email":"a@example.com"`), "400002", "login_email cannot"},
		{"no login name", enterprise(`,"exclusive_account_type":"dingtalk","init_password":"passw0rd"`), "400002", "login_id is missing"},
		{"no password", enterprise(dingtalk), "400002", "init_password is missing"},
		{"a good password", enterprise(dingtalk + `,"init_password":"passw0rd"`), "0", ""},
		{"a short password", enterprise(dingtalk + `,"init_password":"passw0r"`), "400002", "too weak"},
		{"a password of letters", enterprise(dingtalk + `,"init_password":"password"`), "400002", "too weak"},
		{"a password of digits", enterprise(dingtalk + `,"init_password":"12345678"`), "400002", "too weak"},
		{"a password to send that is none", enterprise(`,"exclusive_account_type":"sso","send_password_to_user":true`), "0", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := crowd(t)
			before := a.server.Users()
			got := a.post(createPath, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			if tt.detail != "" {
				assert.Contains(t, got["errmsg"], tt.detail)
			}
			if tt.code == "0" {
				assert.Len(t, a.server.Users(), len(before)+1)
			} else {
				assert.Equal(t, before, a.server.Users(), "a refused call changes nothing")
			}
		})
	}
}

func TestCreateUser_StoresAllFields(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	got := a.post(createPath, `{"name":"Zhao Min","mobile":"+852-61234567","hide_mobile":true,"telephone":"300",
		"job_number":"E-1","title":"Engineer","email":"z@example.com","org_email":"z@corp.example.com",
		"org_email_type":"base","work_place":"Building 3","remark":"transfer","dept_id_list":"1,724960197,1",
		"dept_order_list":[{"dept_id":724960197,"order":9007199254740993}],
		"dept_title_list":[{"dept_id":1,"title":"Lead"}],
		"dept_position_list":[{"dept_id":1,"is_main":true,"title":"Lead","work_place":"Here"}],
		"extension":"{\"Hobby\":\"Chess\"}","extension_i18n":"{\"Hobby\":{\"en_US\":\"Chess\"}}",
		"senior_mode":true,"hired_date":1666143772000,"manager_userid":"boss","login_email":"l@example.com",
		"check_user_protect":true,"no_such_field":1}`)
	require.Equal(t, "0", got.code(), "%v", got)
	id := got.result()["userid"].(string)
	assert.Regexp(t, `^\d+$`, id)
	assert.Regexp(t, `^[0-9A-Za-z]+iE$`, got.result()["unionId"])
	assert.NotContains(t, got.result(), "unionid")

	u := a.stored(id)
	assert.False(t, u.CreateTime.IsZero())
	u.CreateTime = time.Time{}
	require.Len(t, u.DeptOrderList, 2)
	assert.Greater(t, u.DeptOrderList[0].Order, int64(176e15))
	u.DeptOrderList[0].Order = 0
	assert.Equal(t, directory.User{
		UserID: id, UnionID: got.result()["unionId"].(string), Name: "Zhao Min", StateCode: "852",
		Mobile: "61234567", HideMobile: true, Telephone: "300", JobNumber: "E-1", Title: "Engineer",
		Email: "z@example.com", OrgEmail: "z@corp.example.com", OrgEmailType: "base",
		LoginEmail: "l@example.com", WorkPlace: "Building 3", Remark: "transfer",
		Extension: `{"Hobby":"Chess"}`, ExtensionI18n: `{"Hobby":{"en_US":"Chess"}}`, ManagerUserID: "boss",
		HiredDate: time.UnixMilli(1666143772000).UTC(), DeptIDList: []int64{1, 724960197},
		DeptOrderList:    []directory.DeptOrder{{DeptID: 1, Order: 0}, {DeptID: 724960197, Order: 9007199254740993}},
		DeptTitleList:    []directory.DeptTitle{{DeptID: 1, Title: "Lead"}},
		DeptPositionList: []directory.DeptPosition{{DeptID: 1, IsMain: true, Title: "Lead", WorkPlace: "Here"}},
		LeaderInDept:     []directory.DeptLeader{{DeptID: 1, Leader: false}, {DeptID: 724960197, Leader: false}},
		Senior:           true,
	}, u)
}

func TestCreateUser_DefaultOrdersExceedAFloat64(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for range 100 {
		order := a.seed(directory.User{}).DeptOrderList[0].Order
		assert.NotEqual(t, order, int64(float64(order)))
	}
}

func TestCreateUser_NamesTheHolderOfATakenMobile(t *testing.T) {
	t.Parallel()
	const body = `{"name":"N","mobile":"13800000001","dept_id_list":"1"}`
	assert.Equal(t, "boss", crowd(t).post(createPath, body)["userid"])
	silent := crowd(t, WithoutHolderUserID()).post(createPath, body)
	assert.Equal(t, "60104", silent.code())
	assert.NotContains(t, silent, "userid")
}

func TestCustomFields_MustExist(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCustomFields("Hobby"), WithCustomFields("Car"))
	create := func(extension string) string {
		return a.post(createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"1","extension":"`+extension+`"}`).code()
	}
	assert.Equal(t, "60122", create(`{\"Pet\":\"Cat\"}`))
	assert.Equal(t, "0", create(`{\"Hobby\":\"Chess\",\"Car\":\"none\"}`))
}

func TestUpdateUser_ChecksInFixedOrder(t *testing.T) {
	t.Parallel()
	clerk := func(fields string) string { return `{"userid":"clerk"` + fields + `}` }
	for _, tt := range []struct{ name, body, code string }{
		{"nothing", clerk(""), "0"},
		{"no userid", `{"name":"N"}`, "400002"},
		{"absent", `{"userid":"absent"}`, "60121"},
		{"an empty name", clerk(`,"name":""`), "400002"},
		{"a long title", clerk(`,"title":"` + strings.Repeat("t", 201) + `"`), "400002"},
		{"another mobile", clerk(`,"mobile":"13900000000"`), "41054"},
		{"the same digits at home", clerk(`,"mobile":"13800000001"`), "41054"},
		{"the same mobile", clerk(`,"mobile":"+852-91234567"`), "0"},
		{"a mobile that is none", clerk(`,"mobile":"x"`), "60103"},
		{"300 departments", clerk(`,"dept_id_list":"1` + strings.Repeat(",1", 299) + `"`), "0"},
		{"301 departments", clerk(`,"dept_id_list":"1` + strings.Repeat(",1", 300) + `"`), "40066"},
		{"no such department", clerk(`,"dept_id_list":"99"`), "60003"},
		{"a telephone of another person", clerk(`,"telephone":"100"`), "40100"},
		{"their own telephone", clerk(`,"telephone":"200"`), "0"},
		{"a mail of another person", clerk(`,"email":"head@example.com"`), "40101"},
		{"no such manager", clerk(`,"manager_userid":"absent"`), "60128"},
		{"custom fields that are text", clerk(`,"extension":"x"`), "60122"},
		{"merged custom fields that are text", clerk(`,"extension":"x","ext_attrs_update_mode":1`), "60122"},
		{"merged custom fields that are null", clerk(`,"extension":"null","ext_attrs_update_mode":1`), "60122"},
		{"a mode that is none", clerk(`,"extension":"{}","ext_attrs_update_mode":2`), "400002"},
		{"a field that cannot be forced", clerk(`,"force_update_fields":"manager_userid,title"`), "400002"},
		{"a language that is none", clerk(`,"language":"tlh"`), "400002"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := crowd(t)
			before := a.server.Users()
			got := a.post(updatePath, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			assert.NotContains(t, got, "result")
			if tt.code != "0" {
				assert.Equal(t, before, a.server.Users(), "a refused call changes nothing")
			}
		})
	}
}

func TestUpdateUser_ChangesOnlyWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, fields string
		change       func(*directory.User)
	}{
		{"nothing", ``, func(*directory.User) {}},
		{"null is nothing", `,"title":null,"dept_id_list":null`, func(*directory.User) {}},
		{"a title", `,"title":"Chief"`, func(u *directory.User) { u.Title = "Chief" }},
		{"an empty title", `,"title":""`, func(u *directory.User) { u.Title = "" }},
		{"flags", `,"hide_mobile":true,"senior_mode":true`, func(u *directory.User) { u.HideMobile, u.Senior = true, true }},
		{"an empty manager", `,"manager_userid":""`, func(*directory.User) {}},
		{"an empty manager by force", `,"manager_userid":"","force_update_fields":"manager_userid"`,
			func(u *directory.User) { u.ManagerUserID = "" }},
		{"force alone", `,"force_update_fields":"manager_userid,org_email"`,
			func(u *directory.User) { u.ManagerUserID, u.OrgEmail = "", "" }},
		{"force of one alone", `,"org_email":null,"force_update_fields":"org_email"`, func(u *directory.User) { u.OrgEmail = "" }},
		{"an empty mailbox", `,"org_email":"","manager_userid":"boss","force_update_fields":"manager_userid"`, func(*directory.User) {}},
		{"an empty mailbox by force", `,"org_email":"","force_update_fields":"org_email"`, func(u *directory.User) { u.OrgEmail = "" }},
		{"custom fields", `,"extension":"{\"Hobby\":\"Go\"}"`, func(u *directory.User) { u.Extension = `{"Hobby":"Go"}` }},
		{"merged custom fields", `,"extension":"{\"Hobby\":\"Go\",\"Pet\":\"<Cat>\"}","ext_attrs_update_mode":1`,
			func(u *directory.User) { u.Extension = `{"Car":"none","Hobby":"Go","Pet":"<Cat>"}` }},
		{"no custom fields", `,"extension":"{}","ext_attrs_update_mode":0`, func(u *directory.User) { u.Extension = "" }},
		{"no custom fields merged", `,"extension":"{}","ext_attrs_update_mode":1`,
			func(u *directory.User) { u.Extension = `{"Car":"none","Hobby":"Chess"}` }},
		{"an order", `,"dept_order_list":[{"dept_id":1,"order":176200000000000999},{"dept_id":724960198,"order":3}]`,
			func(u *directory.User) { u.DeptOrderList[0].Order = 176200000000000999 }},
		{"positions", `,"dept_position_list":[{"dept_id":1,"is_main":true,"title":"T","work_place":"W"},{"dept_id":724960198}]`,
			func(u *directory.User) {
				u.DeptPositionList = []directory.DeptPosition{{DeptID: 1, IsMain: true, Title: "T", WorkPlace: "W"}}
			}},
		{"titles", `,"dept_title_list":[{"dept_id":724960197,"title":"T"}]`,
			func(u *directory.User) { u.DeptTitleList = []directory.DeptTitle{{DeptID: 724960197, Title: "T"}} }},
		{"fields of another kind of account", `,"nickname":"N","loginId":"L","init_password":"weak"`, func(*directory.User) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := crowd(t)
			want := a.stored("clerk")
			require.Equal(t, "0", a.post(updatePath, `{"userid":"clerk"`+tt.fields+`}`).code())
			tt.change(&want)
			assert.Equal(t, want, a.stored("clerk"))
		})
	}
}

func TestUpdateUser_MovesBetweenDepartments(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	require.Equal(t, "0", a.post(updatePath, `{"userid":"clerk","dept_id_list":"724960198,724960197"}`).code())
	u := a.stored("clerk")
	assert.Equal(t, []int64{724960198, 724960197}, u.DeptIDList)
	assert.Equal(t, directory.DeptOrder{DeptID: 724960197, Order: 22}, u.DeptOrderList[1], "kept where the membership is")
	assert.Equal(t, int64(724960198), u.DeptOrderList[0].DeptID)
	assert.Greater(t, u.DeptOrderList[0].Order, int64(176e15))
	assert.Equal(t, []directory.DeptLeader{{DeptID: 724960198, Leader: false}, {DeptID: 724960197, Leader: true}}, u.LeaderInDept)
	assert.Empty(t, u.DeptTitleList, "nothing is left of a department that was left")
}

func TestUniqueValues_AreFreed(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	person := `{"name":"N","mobile":"13900000000","dept_id_list":"1","telephone":"200"}`
	require.Equal(t, "40100", a.post(createPath, person).code())
	require.Equal(t, "0", a.post(updatePath, `{"userid":"clerk","telephone":""}`).code())
	assert.Equal(t, "0", a.post(createPath, person).code())
	assert.Equal(t, "40100", a.post(updatePath, `{"userid":"clerk","telephone":"200"}`).code())
}

func TestDeleteUser_RemovesThePerson(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	got := a.post(deletePath, `{"userid":"boss"}`)
	assert.Equal(t, "0", got.code())
	assert.NotContains(t, got, "result")
	assert.Equal(t, "60121", a.post(deletePath, `{"userid":"boss"}`).code())
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"boss"}`).code())
	assert.Equal(t, "60121", a.post(updatePath, `{"userid":"boss"}`).code())
	_, there := a.server.User("boss")
	assert.False(t, there)

	assert.Equal(t, "0", a.post(updatePath, `{"userid":"clerk","title":"T","manager_userid":"boss"}`).code(),
		"a manager who has left is no obstacle")
	assert.Equal(t, "0", a.post(createPath, `{"userid":"boss","name":"N","mobile":"13800000001","telephone":"100","email":"head@example.com","dept_id_list":"1"}`).code())
}

func TestUnknownUserCode_IsAnOption(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithUnknownUserCode(33012))
	for _, path := range []string{getPath, updatePath, deletePath} {
		got := a.post(path, `{"userid":"absent"}`)
		assert.Equal(t, "33012", got.code(), path)
		assert.Equal(t, "无效的USERID", got["errmsg"])
	}
}

func TestEnterpriseAccount_Updates(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	create := `{"userid":"e","name":"N","dept_id_list":"1","exclusive_account":true,"exclusive_account_type":"dingtalk",
		"login_id":"first","init_password":"passw0rd","nickname":"Nick","exclusive_mobile":"+86-13900000000"}`
	require.Equal(t, "0", a.post(createPath, create).code())
	assert.Equal(t, "60107", a.post(createPath, strings.Replace(create, `"e"`, `"f"`, 1)).code())
	assert.Equal(t, "400002", a.post(updatePath, `{"userid":"e","init_password":"weak"}`).code())
	assert.Equal(t, "400002", a.post(updatePath, `{"userid":"e","send_password_to_user":true}`).code())
	assert.Equal(t, "0", a.post(updatePath, `{"userid":"e","loginId":"second","init_password":"passw0rd","nickname":"Nicky"}`).code())
	u := a.stored("e")
	assert.Equal(t, "second", u.LoginID)
	assert.Equal(t, "Nicky", u.Nickname)
	assert.Empty(t, u.Mobile)
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"e","login_id":"first"}`).code())
	got := a.post(getPath, `{"userid":"absent","login_id":"second"}`)
	assert.Equal(t, "e", got.result()["userid"], "the login name goes before the userid")
}

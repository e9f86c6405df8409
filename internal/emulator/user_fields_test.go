package emulator

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The fields of a response about a person, from the documentation and from live responses: those that are documented to
// be always present, and those that are present without a value.
var (
	alwaysThere = []string{"userid", "unionid", "hide_mobile", "dept_id_list", "dept_order_list", "leader_in_dept"}
	thereEmpty  = []string{
		"avatar", "job_number", "active", "real_authed", "senior", "admin", "boss", "exclusive_account",
		"union_emp_ext",
	}
	withMobile = []string{"name", "state_code", "mobile", "create_time"}
	enterprise = []string{
		"name", "create_time", "exclusive_account_type", "exclusive_account_corp_name",
		"exclusive_account_corp_id", "disable_status",
	}
)

func TestGetUser_OmitsFieldsWithoutValue(t *testing.T) {
	t.Parallel()
	const (
		ordinary = `{"userid":"u","name":"N","mobile":"13900000000","dept_id_list":"1"}`
		sso      = `{"userid":"u","name":"N","dept_id_list":"1","exclusive_account":true,"exclusive_account_type":"sso"}`
		login    = `{"userid":"u","name":"N","dept_id_list":"1","exclusive_account":true,
			"exclusive_account_type":"dingtalk","login_id":"l","init_password":"passw0rd"}`
		emptied = `{"userid":"u","telephone":"","job_number":"","title":"","email":"","org_email":"","work_place":"",
			"remark":"","extension":"{}","extension_i18n":"","manager_userid":"","dept_position_list":[],
			"force_update_fields":"manager_userid,org_email"}`
		moved = `{"userid":"u","dept_id_list":"724960197,1"}`
	)
	seed := func(u directory.User) func(*app) {
		u.UserID = "u"
		return func(a *app) { a.seed(u) }
	}
	post := func(path, body string) func(*app) {
		return func(a *app) { require.Equal(a.t, "0", a.post(path, body).code(), body) }
	}
	full := everything
	full.ExclusiveAccount, full.RoleList = false, nil
	for _, tt := range []struct {
		name  string
		opts  []Option
		make  []func(*app)
		extra []string // beside alwaysThere and thereEmpty
	}{
		{"created", nil, []func(*app){post(createPath, ordinary)}, withMobile},
		{"created strictly", []Option{Strict()}, []func(*app){post(createPath, ordinary)}, withMobile},
		{"seen without the field permissions", []Option{WithoutMobileField(), WithoutPersonalInfo()},
			[]func(*app){post(createPath, ordinary)}, []string{"name", "create_time"}},
		{"an enterprise account without a login", nil, []func(*app){post(createPath, sso)}, enterprise},
		{"an enterprise account with one", nil, []func(*app){post(createPath, login)}, append([]string{"login_id"}, enterprise...)},
		{"seeded", nil, []func(*app){seed(directory.User{})}, []string{"name", "create_time"}},
		{"seeded in the mainland", nil, []func(*app){seed(directory.User{Mobile: "13900000000"})}, withMobile},
		{"seeded in two departments", nil, []func(*app){seed(directory.User{DeptIDList: []int64{724960197, 1}})}, []string{"name", "create_time"}},
		{"moved", nil, []func(*app){post(createPath, ordinary), post(updatePath, moved)}, withMobile},
		{"emptied", nil, []func(*app){seed(full), post(updatePath, emptied)}, append([]string{"hired_date", "org_email_type"}, withMobile...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tt.opts...)
			a.department(directory.Department{ID: 724960197})
			a.seed(directory.User{UserID: "boss"})
			for _, step := range tt.make {
				step(a)
			}
			got := a.post(getPath, `{"userid":"u"}`).result()
			assert.ElementsMatch(t, slices.Concat(alwaysThere, thereEmpty, tt.extra), slices.Collect(maps.Keys(got)))
			for _, name := range alwaysThere {
				assert.NotNil(t, got[name], "%s is not null", name)
			}
			departments := got["dept_id_list"].([]any)
			assert.Len(t, got["dept_order_list"], len(departments))
			assert.Len(t, got["leader_in_dept"], len(departments))
		})
	}
}

func TestUpdateUser_EmptyValues(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	require.Equal(t, "0", a.post(createPath, `{"userid":"u","name":"N","mobile":"13900000000","dept_id_list":"1"}`).code())
	bare := a.post(getPath, `{"userid":"u"}`).result()
	assert.Equal(t, "", bare["avatar"])
	assert.Equal(t, "", bare["job_number"])
	assert.Equal(t, map[string]any{}, bare["union_emp_ext"])
	for _, name := range []string{"hide_mobile", "active", "real_authed", "senior", "admin", "boss", "exclusive_account"} {
		assert.Equal(t, false, bare[name], name)
	}
}

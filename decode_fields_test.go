package dingtalk

import (
	"context"
	"time"
)

// decodedField is a field of a response whose forms are decoded: one of each type, at each place that responses have.
type decodedField struct {
	name, of string
	body     string // $ is the place of the member, @ that of another one
	other    string // a member of another field, in a form that is not the documented one
	call     func(context.Context, *Client) (any, error)
}

// decodedFields returns a field of each Go type of a response's field, and of each place of the payload in a response.
func decodedFields() []decodedField {
	const user, page = `{"errcode":0,"result":{@"userid":"u",$}}`, `{"errcode":0,"result":{@"has_more":false,$}}`
	return []decodedField{
		{"name", "User", user, `"senior":"0",`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.Name })},
		{"hide_mobile", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.HideMobile })},
		{"hired_date", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.HiredDate })},
		{"extension", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.Extension })},
		{"extension_i18n", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.ExtensionI18n })},
		{"dept_id_list", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.DeptIDList })},
		{"role_list", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.RoleList })},
		{"union_emp_ext", "User", user, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.UnionEmpExt })},
		{"userid", "User, required", `{"errcode":0,"result":{@$}}`, `"name":7,`, field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.UserID })},
		{
			"order", "an entry of a User's list", `{"errcode":0,"result":{@"userid":"u","dept_order_list":[{"dept_id":1},{$,"dept_id":2}]}}`, `"name":7,`,
			field((*Client).GetUser, GetUserRequest{}, func(u *User) any { return u.DeptOrderList }),
		},
		{
			"union_dept_ext", "Department", `{"errcode":0,"result":{@"dept_id":1,"name":"n",$}}`, `"order":"1",`,
			field((*Client).GetDepartment, GetDepartmentRequest{}, func(d *Department) any { return d.UnionDeptExt }),
		},
		{
			"dept_manager_userid_list", "Department", `{"errcode":0,"result":{@"dept_id":1,"name":"n",$}}`, `"order":"1",`,
			field((*Client).GetDepartment, GetDepartmentRequest{}, func(d *Department) any { return d.DeptManagerUserIDList }),
		},
		{
			"dept_id", "Department, required", `{"errcode":0,"result":{@"name":"n",$}}`, `"order":"1",`,
			field((*Client).GetDepartment, GetDepartmentRequest{}, func(d *Department) any { return d.DeptID }),
		},
		{
			"next_cursor", "a page", `{"errcode":0,"result":{@"list":[],$}}`, `"has_more":"false",`,
			field((*Client).ListUsers, ListUsersRequest{}, func(p *ListUsersResponse) any { return p.NextCursor }),
		},
		{
			"list", "a page", page, `"next_cursor":"1",`,
			field((*Client).ListUsers, ListUsersRequest{}, func(p *ListUsersResponse) any { return p.List }),
		},
		{
			"extension", "an entry of a page", `{"errcode":0,"result":{"has_more":false,"list":[{"userid":"u1"},{@"userid":"u2",$}]}}`, `"boss":"false",`,
			field((*Client).ListUsers, ListUsersRequest{}, func(p *ListUsersResponse) any { return p.List }),
		},
		{
			"result", "a list of structs", `{"errcode":0,$}`, `"request_id":7,`,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ListSubDepartments(ctx, ListSubDepartmentsRequest{})
			},
		},
		{
			"dept_id", "an entry of a result", `{"errcode":0,"result":[{@"name":"n",$}]}`, `"auto_add_user":"false",`,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ListSubDepartments(ctx, ListSubDepartmentsRequest{})
			},
		},
		{
			"result", "a struct", `{@"errcode":0,$}`, `"request_id":7,`,
			field((*Client).GetUserIDByMobile, GetUserIDByMobileRequest{}, func(r *GetUserIDByMobileResponse) any { return *r }),
		},
		{
			"roleId", "beside errcode", `{"errcode":0,$}`, "",
			field((*Client).CreateRole, CreateRoleRequest{}, func(r *CreateRoleResponse) any { return r.RoleID }),
		},
		{
			"role_group", "beside errcode", `{"errcode":0,$}`, "",
			field((*Client).GetRoleGroup, GetRoleGroupRequest{}, func(r *GetRoleGroupResponse) any { return r.RoleGroup }),
		},
		{"result", "no payload", `{@"errcode":0,$}`, `"request_id":7,`, func(ctx context.Context, c *Client) (any, error) {
			return nil, c.UpdateUser(ctx, UpdateUserRequest{})
		}},
		{"access_token", "a token", `{"errcode":0,@$}`, `"expires_in":"7200",`, appToken},
		{"expires_in", "a token", `{"errcode":0,"access_token":"t",$}`, "", appToken},
		{"accessToken", "a token of the new API", `{@$}`, `"expireIn":"7200",`, oauth2Token},
		{"expireIn", "a token of the new API", `{"accessToken":"t",$}`, "", oauth2Token},
	}
}

// field returns a function that calls a method of the client, and returns a part of the result.
func field[Req, Res any](method func(*Client, context.Context, Req) (*Res, error), req Req, part func(*Res) any) func(context.Context, *Client) (any, error) {
	return func(ctx context.Context, c *Client) (any, error) {
		res, err := method(c, ctx, req)
		if err != nil {
			return nil, err
		}
		return part(res), nil
	}
}

// heldToken is a token as the outcomes show it.
type heldToken struct {
	Value string
	Life  time.Duration
}

func appToken(ctx context.Context, c *Client) (any, error) {
	return held(ctx, appTokenSource{client: c})
}

func oauth2Token(ctx context.Context, c *Client) (any, error) {
	return held(ctx, appTokenSource{client: c, oauth2: true})
}

func held(ctx context.Context, src appTokenSource) (any, error) {
	t, err := src.Token(ctx)
	if err != nil {
		return nil, err
	}
	return heldToken{t.Value.Reveal(), time.Until(t.Expires).Round(time.Minute)}, nil
}

package event

import (
	"strconv"
	"strings"
)

// decodeUser returns the user that a body of a third-party app describes, or nil for a body of an internal app.
func decodeUser(r *reader) *User {
	if r.first([]string{"errcode", "unionid", "dingid", "name", "department"}) == nil {
		return nil
	}
	f := lenient{r.fields}
	ext := lenient{f.object("unionempext")}
	u := &User{
		UserID: f.text("userid"), UnionID: f.text("unionid"), DingID: f.text("dingid"), Name: f.text("name"), Active: f.bool("active"),
		Avatar: f.text("avatar"), IsAdmin: f.bool("isadmin"), IsBoss: f.bool("isboss"), IsSenior: f.bool("issenior"),
		IsHide: f.bool("ishide"), JobNumber: f.text("jobnumber"), Position: f.text("position"), Department: f.ints("department"),
		OrderInDepts:     inDepartments(f.fields["orderindepts"], toInt),
		IsLeaderInDepts:  inDepartments(f.fields["isleaderindepts"], toBool),
		ExclusiveAccount: f.bool("exclusiveaccount"), RealAuthed: f.bool("realauthed"), ManagerUserID: f.text("manageruserid"),
		UnionEmpExt: UnionEmpExt{CorpID: ext.text("corpid"), StaffID: ext.text("staffid")},
	}
	for _, role := range f.objects("roles") {
		u.Roles = append(u.Roles, UserRole{
			ID: role.int("id"), Name: role.text("name"), GroupName: role.text("groupname"), Type: role.int("type"),
		})
	}
	for _, m := range ext.objects("unionempmaplist") {
		u.UnionEmpExt.UnionEmpMapList = append(u.UnionEmpExt.UnionEmpMapList, UnionEmpMap{m.text("corpid"), m.text("staffid")})
	}
	return u
}

// decodeDepartment returns the department that a body of a third-party app describes, or nil for a body of an internal app.
func decodeDepartment(r *reader) *Department {
	if r.first([]string{"name", "parentid"}) == nil {
		return nil
	}
	f := lenient{r.fields}
	return &Department{
		ID: f.int("id"), Name: f.text("name"), ParentID: f.int("parentid"), Order: f.int("order"), Brief: f.text("brief"),
		CreateDeptGroup: f.bool("createdeptgroup"), AutoAddUser: f.bool("autoadduser"), DeptHiding: f.bool("depthiding"),
		DeptPermits: f.joined("deptpermits", "deptperimits"), // the second is in the documentation
		UserPermits: f.joined("userpermits"), OuterDept: f.bool("outerdept"),
		OuterPermitDepts: f.joined("outerpermitdepts"), OuterPermitUsers: f.joined("outerpermitusers"),
		DeptManagerUserIDList: f.joined("deptmanageruseridlist"), AutoApproveApply: f.bool("autoapproveapply"),
		GroupContainSubDept: f.bool("groupcontainsubdept"), OrgDeptOwner: f.text("orgdeptowner"),
	}
}

func decodeSuiteRole(r *reader) any {
	c := &RoleChange{RoleIDs: r.ints("roleid"), At: r.time("timestamp")}
	if f := (lenient{r.fields}); f.text("rolename") != "" {
		c.After = []RoleLabel{{ID: f.int("roleid"), Name: f.text("rolename"), ParentID: f.int("groupid")}}
	}
	return c
}

func decodeExternalContact(r *reader) any {
	f := lenient{r.fields}
	return &ExternalContactChange{
		UserID: r.text("userid"), Name: f.text("name"), Mobile: f.text("mobile"), StateCode: f.text("statecode"),
		CompanyName: f.text("companyname"), FollowerUserID: f.text("followeruserid"), LabelIDs: f.ints("labelids"),
		ShareUserIDs: f.texts("shareuserids"), ShareDeptIDs: f.ints("sharedeptids"),
	}
}

// lenient reads the fields of an object. A field of another kind than it should have is zero, and does no harm to the others.
type lenient struct{ fields object }

// read returns what a method of a reader returns, or zero if the reader did not like it.
func read[T any](f lenient, get func(*reader) T) T {
	r := &reader{fields: f.fields}
	v := get(r)
	if r.bad {
		var zero T
		return zero
	}
	return v
}

func (f lenient) text(name string) string {
	return read(f, func(r *reader) string { return r.text(name) })
}
func (f lenient) int(name string) int64 { return read(f, func(r *reader) int64 { return r.int(name) }) }
func (f lenient) bool(name string) bool { return read(f, func(r *reader) bool { return r.bool(name) }) }
func (f lenient) ints(name string) []int64 {
	return read(f, func(r *reader) []int64 { return r.ints(name) })
}

func (f lenient) texts(names ...string) []string {
	return read(f, func(r *reader) []string { return r.texts(names...) })
}

func (f lenient) object(name string) object {
	return read(f, func(r *reader) object { return r.in(name).fields })
}

func (f lenient) objects(name string) (all []lenient) {
	for _, r := range read(f, func(r *reader) []*reader { return r.list(name) }) {
		all = append(all, lenient{r.fields})
	}
	return all
}

// joined returns the texts of a list, or of a text in which "|" separates them.
func (f lenient) joined(names ...string) (all []string) {
	for _, text := range f.texts(names...) {
		all = append(all, strings.Split(text, "|")...)
	}
	return all
}

// inDepartments returns the values by department of a text such as {1234:12345}, which is no JSON, or of an object. It returns
// nil for anything else.
func inDepartments[T any](v any, value func(any) (T, bool)) map[int64]T {
	pairs := map[string]any{}
	if text, ok := v.(string); ok {
		for pair := range strings.SplitSeq(strings.Trim(text, "{} "), ",") {
			id, value, _ := strings.Cut(pair, ":")
			pairs[id] = strings.Trim(value, ` "`)
		}
	} else if fields, ok := toObject(v); ok {
		pairs = fields
	}
	all := make(map[int64]T, len(pairs))
	for id, v := range pairs {
		n, err := strconv.ParseInt(strings.Trim(id, ` "`), 10, 64)
		parsed, ok := value(v)
		if err != nil || !ok {
			return nil
		}
		all[n] = parsed
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// toBool returns a boolean, also one in quotes.
func toBool(v any) (bool, bool) {
	s, _ := toText(v)
	b, err := strconv.ParseBool(s)
	return b, err == nil
}

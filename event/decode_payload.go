package event

import "encoding/json"

// payloads are the decoders of the bodies by type. The body of a third-party app differs from that of an internal one,
// and both have one decoder: a user's own fields include userid, a department's id.
var payloads = map[Type]func(r *reader) any{
	UserAddOrg: decodeUsers, UserModifyOrg: decodeUsers, UserLeaveOrg: decodeUsers, UserActiveOrg: decodeUsers,
	OrgAdminAdd: decodeUsers, OrgAdminRemove: decodeUsers, UserDeptChange: decodeUsers, UserRoleChange: decodeUsers,
	OrgDeptCreate: decodeDepartments, OrgDeptModify: decodeDepartments, OrgDeptRemove: decodeDepartments,
	OrgRoleAdd: decodeSuiteRole, OrgRoleModify: decodeSuiteRole, OrgRoleRemove: decodeSuiteRole,
	ContactAddOrg: decodeExternalContact, ContactModifyOrg: decodeExternalContact, ContactLeaveOrg: decodeExternalContact,
	OrgChange: decodeOrganization, OrgRemove: decodeOrganization,
	LabelUserChange: decodeRoleHolders,
	LabelConfAdd:    decodeRoles, LabelConfDel: decodeRoles, LabelConfModify: decodeRoles,
	InnerAppScopesChange: decodeScope, InnerAppStatusChange: decodeStatus,
	SuiteTicketPush: decodeTicket, OrgSuiteAuth: decodeSuiteAuth, OrgSuiteChange: decodeSuiteAuth,
	OrgSuiteRelieve: decodeSuiteChange, SuiteRelieve: decodeSuiteChange, ChangeAuth: decodeSuiteChange,
}

func decodeUsers(r *reader) any {
	c := &UserChange{UserIDs: r.texts("userid"), At: r.time("timestamp"), User: decodeUser(r)}
	for _, d := range r.list("diffinfo") {
		c.Diff = append(c.Diff, UserDiff{UserID: d.text("userid"), Before: decodeDiff(d, "prev"), After: decodeDiff(d, "curr")})
		r.bad = r.bad || d.bad
	}
	return c
}

// diffNames are the fields of diffInfo that have been seen, for a spelling in another case.
var diffNames = map[string]string{
	"jobnumber": "jobNumber", "workplace": "workPlace", "hireddate": "hiredDate", "manageruserid": "managerUserid",
	"extfields": "extFields",
}

// decodeDiff returns the fields of one side of a change; a value that is not a text as JSON.
func decodeDiff(r *reader, side string) map[string]string {
	o := r.in(side).fields
	if o == nil {
		return nil
	}
	fields := make(map[string]string, len(o))
	for name, v := range o {
		text, ok := toText(v)
		if !ok {
			encoded, err := json.Marshal(v)
			r.bad = r.bad || err != nil
			text = string(encoded)
		}
		if known, ok := diffNames[name]; ok {
			name = known
		}
		fields[name] = text
	}
	return fields
}

func decodeDepartments(r *reader) any {
	return &DepartmentChange{DeptIDs: r.ints("deptid", "id"), At: r.time("timestamp"), Department: decodeDepartment(r)}
}

func decodeOrganization(r *reader) any { return &OrganizationChange{At: r.time("timestamp")} }

func decodeRoleHolders(r *reader) any {
	return &RoleHolderChange{
		UserIDs: r.texts("useridlist"), RoleIDs: r.ints("labelidlist"), Action: r.text("action"), At: r.time("timestamp"),
	}
}

func decodeRoles(r *reader) any {
	return &RoleChange{
		RoleIDs: r.ints("labelidlist"), Before: decodeLabels(r, "prelabellist"), After: decodeLabels(r, "postlabellist"),
		At: r.time("timestamp"),
	}
}

func decodeLabels(r *reader, name string) []RoleLabel {
	var all []RoleLabel
	for _, l := range r.list(name) {
		all = append(all, RoleLabel{
			ID: l.int("id"), Name: l.text("name"), ParentID: l.int("parentid"), Level: l.int("level"), Scope: l.int("scope"),
			Color: l.int("color"), Hidden: l.bool("hidden"), Deleted: l.bool("deleted"),
		})
		r.bad = r.bad || l.bad
	}
	return all
}

func decodeScope(r *reader) any {
	return &ScopeChange{
		UserIDs: r.texts("userids"), DeptIDs: r.ints("deptids"), RoleIDs: r.ints("roleids"),
		OperatorUnionID: r.text("operatorunionid"), UnifiedAppID: r.text("unifiedappid"),
	}
}

func decodeStatus(r *reader) any {
	return &AppStatusChange{
		Status: r.text("status"), OperatorUnionID: r.text("operatorunionid"), UnifiedAppID: r.text("unifiedappid"),
	}
}

func decodeTicket(r *reader) any {
	return &SuiteTicket{SuiteKey: r.text("suitekey"), Ticket: NewSecret(r.text("suiteticket")), At: r.time("timestamp")}
}

func decodeSuiteAuth(r *reader) any {
	corp, user, scope, apps := r.in("authcorpinfo"), r.in("authuserinfo"), r.in("authscope"), r.in("authinfo")
	seen := scope.in("authorgscopes")
	a := &SuiteAuth{
		CorpID: corp.text("corpid"), CorpName: corp.text("corpname"), PermanentCode: NewSecret(r.text("permanentcode")),
		UserID: user.text("userid"), DeptIDs: seen.ints("autheddept"), UserIDs: seen.texts("autheduser"),
	}
	for _, agent := range apps.list("agent") {
		a.AgentIDs = append(a.AgentIDs, agent.int("agentid"))
		r.bad = r.bad || agent.bad
	}
	r.bad = r.bad || corp.bad || user.bad || scope.bad || seen.bad || apps.bad
	return a
}

func decodeSuiteChange(r *reader) any {
	return &SuiteChange{SuiteKey: r.text("suitekey"), CorpID: r.text("authcorpid"), At: r.time("timestamp")}
}

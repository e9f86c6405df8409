package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// routes returns the routes of all endpoints.
func routes() []*route {
	token := on(&contract.GetToken, (*Server).getToken)
	token.aliases = map[string]string{"corpid": "appkey", "corpsecret": "appsecret"}
	update := on(&contract.UpdateUser, (*Server).updateUser)
	update.legacy = []contract.Field{{Name: "mobile", Type: contract.String}} // in the official Java SDK still
	me := onCall(&contract.GetMe, (*Server).getMe)
	me.below = profilesPath
	corpToken := onCall(&contract.GetCorpToken, (*Server).getCorpToken)
	corpToken.around = [2]string{corpTokensPath, "/token"}
	return []*route{
		token,
		on(&contract.GetOAuth2Token, (*Server).getOAuth2Token),
		corpToken,
		on(&contract.GetSuiteCorpToken, (*Server).getSuiteCorpToken),
		on(&contract.GetSuiteToken, (*Server).getSuiteToken),
		on(&contract.GetAuthInfo, (*Server).getAuthInfo),
		on(&contract.GetSuiteAuthInfo, (*Server).getSuiteAuthInfo),
		on(&contract.GetAuthScopes, (*Server).getAuthScopes),
		on(&contract.GetOrgAuthInfo, (*Server).getOrgAuthInfo),
		on(&contract.GetInviteInfo, (*Server).getInviteInfo),
		on(&contract.GetUserAccessToken, (*Server).getUserAccessToken),
		me,
		onCall(&contract.GetUserAuthRules, (*Server).getUserAuthRules),
		on(&contract.GetUserByTmpCode, (*Server).getUserByTmpCode),
		on(&contract.GetSSOToken, (*Server).getSSOToken),
		on(&contract.GetAdminByCode, (*Server).getAdminByCode),
		on(&contract.GetJSAPITicket, (*Server).getJSAPITicket),

		on(&contract.CreateUser, (*Server).createUser),
		on(&contract.GetUser, (*Server).getUser),
		update,
		onCall(&contract.DeleteUser, (*Server).deleteUser),
		on(&contract.ListUsers, (*Server).listUsers),
		on(&contract.ListUserBriefs, (*Server).listUserBriefs),
		on(&contract.ListUserIDs, (*Server).listUserIDs),
		on(&contract.GetUserIDByMobile, (*Server).getUserIDByMobile),
		on(&contract.GetUserIDByUnionID, (*Server).getUserIDByUnionID),
		on(&contract.GetUserByCode, (*Server).getUserByCode),
		on(&contract.SearchUsers, (*Server).searchUsers),
		on(&contract.SearchDepartments, (*Server).searchDepartments),
		on(&contract.CountUsers, (*Server).countUsers),
		on(&contract.EnableOrgAccount, (*Server).enableOrgAccount),
		on(&contract.DisableOrgAccount, (*Server).disableOrgAccount),
		on(&contract.SignOutOrgAccount, (*Server).signOutOrgAccount),
		on(&contract.GetOrgAccountStatus, (*Server).getOrgAccountStatus),
		on(&contract.ListOwnedOrganizations, (*Server).listOwnedOrganizations),
		on(&contract.GetSeniorSettings, (*Server).getSeniorSettings),
		on(&contract.UpdateSeniorSettings, (*Server).updateSeniorSettings),
		on(&contract.ListAdmins, (*Server).listAdmins),
		on(&contract.GetAdminScope, (*Server).getAdminScope),
		on(&contract.ListInactiveUserIDs, (*Server).listInactiveUserIDs),

		on(&contract.ListLeaveRecords, (*Server).listLeaveRecords),
		on(&contract.ListDismissedUserIDs, (*Server).listDismissedUserIDs),
		on(&contract.GetDismissionInfo, (*Server).getDismissionInfo),
		on(&contract.ListOnJobUserIDs, (*Server).listOnJobUserIDs),

		on(&contract.CreateDepartment, (*Server).createDepartment),
		on(&contract.UpdateDepartment, (*Server).updateDepartment),
		on(&contract.DeleteDepartment, (*Server).deleteDepartment),
		on(&contract.GetDepartment, (*Server).getDepartment),
		on(&contract.ListSubDepartments, (*Server).listSubDepartments),
		on(&contract.ListSubDepartmentIDs, (*Server).listSubDepartmentIDs),
		on(&contract.ListParentDepartmentsByDepartment, (*Server).listParentDepartmentsByDepartment),
		on(&contract.ListParentDepartmentsByUser, (*Server).listParentDepartmentsByUser),

		on(&contract.CreateExternalContact, (*Server).createExternalContact),
		on(&contract.UpdateExternalContact, (*Server).updateExternalContact),
		on(&contract.DeleteExternalContact, (*Server).deleteExternalContact),
		on(&contract.GetExternalContact, (*Server).getExternalContact),
		on(&contract.ListExternalContacts, (*Server).listExternalContacts),
		on(&contract.ListExternalContactLabelGroups, (*Server).listLabelGroups),

		on(&contract.CreateRoleGroup, (*Server).createRoleGroup),
		on(&contract.CreateRole, (*Server).createRole),
		on(&contract.UpdateRole, (*Server).updateRole),
		on(&contract.DeleteRole, (*Server).deleteRole),
		on(&contract.ListRoles, (*Server).listRoles),
		on(&contract.GetRole, (*Server).getRole),
		on(&contract.GetRoleGroup, (*Server).getRoleGroup),
		on(&contract.AddRolesToUsers, (*Server).addRolesToUsers),
		on(&contract.RemoveRolesFromUsers, (*Server).removeRolesFromUsers),
		on(&contract.UpdateRoleScope, (*Server).updateRoleScope),
		on(&contract.ListRoleUsers, (*Server).listRoleUsers),

		posting(onCall(&contract.RegisterCallback, (*Server).registerCallback)),
		posting(onCall(&contract.UpdateCallback, (*Server).updateCallback)),
		on(&contract.GetCallback, (*Server).getCallback),
		on(&contract.DeleteCallback, (*Server).deleteCallback),
		on(&contract.GetFailedCallbacks, (*Server).getFailedCallbacks),

		onCall(&contract.SendWorkNotification, (*Server).sendWorkNotification),
	}
}

// routeOf returns the route of a call, or nil. Where a path has one operation alone, the method does not matter.
func (s *Server) routeOf(method, path string) *route {
	for _, key := range []string{method + " " + path, path} {
		if rt := s.routes[key]; rt != nil {
			return rt
		}
	}
	if i := strings.LastIndex(path, "/"); i+1 < len(path) {
		if rt := s.below[path[:i+1]]; rt != nil {
			return rt
		}
	}
	return s.around(path)
}

// around returns the route of a path with a segment in its middle, or nil.
func (s *Server) around(path string) *route {
	for _, rt := range s.ops {
		segment, begins := strings.CutPrefix(path, rt.around[0])
		segment, ends := strings.CutSuffix(segment, rt.around[1])
		if rt.around[0] != "" && begins && ends && segment != "" && !strings.Contains(segment, "/") {
			return rt
		}
	}
	return nil
}

// perform admits a call, checks it against the endpoint table and runs its handler.
func (s *Server) perform(r *request, rt *route) (any, error) {
	if err := s.admit(r, rt); err != nil {
		return nil, err
	}
	fields, err := s.fields(r, rt)
	if err != nil {
		return nil, err
	}
	a, err := decoder{strict: s.config.strict, query: r.method == http.MethodGet}.object(s.spec(rt), fields)
	if err != nil {
		return nil, err
	}
	if err := rt.check(a); err != nil {
		return nil, err
	}
	if r.tenant != nil {
		defer s.actFor(r.tenant)()
	}
	return rt.run(s, r, a)
}

// fields returns what was sent: the query of a GET, the body of a POST. Reads documented as POST work by GET as well.
// The new API is not known to be as liberal.
func (s *Server) fields(r *request, rt *route) (fields, error) {
	exact := s.config.strict || rt.API == contract.New
	switch {
	case rt.Method == http.MethodGet && r.method != http.MethodGet:
		return nil, refuse(43001)
	case rt.Method == http.MethodGet:
		query := textFields(r.query)
		if rt.Credential != contract.NoToken {
			delete(query, "access_token")
		}
		return rt.rename(query, s.config.strict), nil
	case r.method == http.MethodGet && !rt.Write && !exact:
		query := textFields(r.query)
		delete(query, "access_token")
		return query, nil
	case r.method != http.MethodPost:
		return nil, refuse(43002)
	case rt.API == contract.New && len(rt.Request) == 0:
		return nil, nil // whatever the body is
	case rt.API == contract.New && (!r.declaredJSON || len(r.rawBody) == 0):
		return nil, rt.missing("body")
	case r.malformed:
		return nil, refuse(400002, "the body is neither a JSON object nor a form")
	case exact && r.isForm:
		return nil, refuse(400002, "the body is a form")
	case exact && !r.declaredJSON:
		return nil, refuse(400002, "the content type is not application/json")
	case s.config.strict && r.isNull:
		return nil, refuse(400002, "the body is null")
	}
	if s.config.strict {
		for name := range r.query {
			isSignature := rt.Credential == contract.Signature && slices.Contains(signatureFields, name) ||
				rt.Credential == contract.SuiteSignature && slices.Contains(suiteSignatureFields, name)
			if name != "access_token" && !isSignature {
				return nil, refuse(400002, name+" is in the query")
			}
		}
	}
	return r.body, nil
}

// rename moves the values of old names to the documented ones.
func (rt *route) rename(in fields, strict bool) fields {
	if strict {
		return in
	}
	for alias, name := range rt.aliases {
		if _, sent := in[name]; !sent && in[alias] != nil {
			in[name] = in[alias]
		}
	}
	return in
}

// spec returns the fields that an operation takes.
func (s *Server) spec(rt *route) []contract.Field {
	if s.config.strict || rt.legacy == nil {
		return rt.Request
	}
	return append(append([]contract.Field{}, rt.Request...), rt.legacy...)
}

// missing refuses a call without a required field. Outside the gateway the text names the old name of the parameter
// first.
func (rt *route) missing(name string) error {
	if code := missingCodes[rt.Name][name]; code != 0 {
		return refuse(code, name+" is missing")
	}
	switch {
	case rt.API == contract.New:
		return &refusal{code: 40035, parameter: name}
	case isGatewayPath(rt.Path):
		return refuse(400002, name+" is missing")
	}
	for alias, current := range rt.aliases {
		if current == name {
			name = alias + " or " + name
		}
	}
	return &refusal{code: 40035, text: "缺少参数 " + name}
}

// apiName returns the name that the gateway has for a path: dingtalk.oapi.v2.user.get.
func apiName(path string) string {
	return "dingtalk.oapi." + strings.ReplaceAll(strings.TrimPrefix(path, gatewayPrefix), "/", ".")
}

// Operations returns the names of all operations, in the order of the documentation.
func Operations() []string {
	var names []string
	for _, e := range endpoints() {
		names = append(names, e.Name)
	}
	return append(names, signInPage.Name)
}

// endpoints returns all endpoints that the server has.
func endpoints() []*contract.Endpoint {
	return slices.Concat(contract.All(), contract.WithoutMethod(), streamEndpoints(), historicalEndpoints())
}

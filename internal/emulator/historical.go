package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The reads of the first version of the Contacts API, and the predecessors of two endpoints for signing in. Their pages
// are historical: DingTalk grants no new permissions for them, but they go on working, and programs in many languages
// still call them. The client does not have them.
//
// Assumed: A historical read needs the permission point of its successor. Its order, offset and size are checked like
// those of the successor. lang is ignored.

// historicalDoc returns the address of a page.
func historicalDoc(name string) contract.Doc {
	return contract.Doc{Chinese: "https://open.dingtalk.com/document/development/" + name}
}

// historicalRead returns a read of the organization, which is a GET.
func historicalRead(name, page, path, permission string, fields ...contract.Field) contract.Endpoint {
	return contract.Endpoint{
		Name: "Historical" + name, Title: "Historical: " + path, Doc: historicalDoc(page),
		Method: "GET", Path: path, Permission: permission, Repeat: contract.Always, Payload: contract.TopLevel,
		Request: append(slices.Clone(fields), contract.Field{Name: "lang", Type: contract.String}),
	}
}

// historicalPages are the parameters of a list of people. offset and size are effective together only.
func historicalPages(required bool) []contract.Field {
	return []contract.Field{
		{Name: "department_id", Type: contract.Int64, Required: true, Code: 40035},
		{Name: "offset", Type: contract.Int64, Required: required, Code: 40068},
		{Name: "size", Type: contract.Int64, Required: required, Min: 1, Max: 100, Code: 40069},
		{Name: "order", Type: contract.String, Enum: contract.ListUserBriefs.Request[3].Enum},
	}
}

var (
	historicalGetUser = historicalRead("GetUser", "queries-user-details", "/user/get", contract.GetMember,
		contract.Field{Name: "userid", Type: contract.String, Required: true})
	historicalListUserBriefs = historicalRead("ListUserBriefs", "obtain-the-basic-information-of-department-users",
		"/user/simplelist", contract.GetDepartmentMember, historicalPages(false)...)
	historicalListUsers = historicalRead("ListUsers", "obtain-department-members-details", // older than this page
		"/user/list", contract.GetDepartmentMember, historicalPages(false)...)
	historicalListUsersByPage = historicalRead("ListUsersByPage", "obtain-department-members-details",
		"/user/listbypage", contract.GetDepartmentMember, historicalPages(true)...)
	historicalGetUserIDByUnionID = historicalRead("GetUserIDByUnionID", "you-can-call-this-operation-to-retrieve-the-userids-of",
		"/user/getUseridByUnionid", contract.GetMember, contract.Field{Name: "unionid", Type: contract.String, Required: true})
	historicalListAdmins = historicalRead("ListAdmins", "obtains-a-list-of-administrators", "/user/get_admin", contract.GetMember)

	historicalListDepartments = historicalRead("ListDepartments", "obtain-the-department-list", "/department/list", contract.GetDepartmentList,
		contract.Field{Name: "fetch_child", Type: contract.Bool, Code: 40035}, contract.Field{Name: "id", Type: contract.Int64, Code: 40035})
	historicalGetDepartment = historicalRead("GetDepartment", "queries-department-details", "/department/get", contract.GetDepartmentList,
		contract.Field{Name: "id", Type: contract.Int64, Required: true, Code: 40035})
	historicalListSubDepartmentIDs = historicalRead("ListSubDepartmentIDs", "obtain-a-sub-department-id-list",
		"/department/list_ids", contract.GetDepartmentList, contract.Field{Name: "id", Type: contract.Int64, Required: true, Code: 40035})

	historicalGetJSAPITicket = historicalRead("GetJSAPITicket", "obtain-jsapi-ticket", "/get_jsapi_ticket", contract.Base)
	historicalGetUserByCode  = historicalSignIn("GetUserByCode", "get-user-userid-through-login-free-code",
		"/user/getuserinfo", contract.Base, contract.AppToken)
	historicalGetAdminByCode = historicalSignIn("GetAdminByCode",
		"exchange-code-for-the-identity-information-of-a-microapplication-administrator", "/sso/getuserinfo", contract.GetSSOUserInfo, contract.SSOToken)
	historicalGetSSOToken = contract.Endpoint{
		Name: "HistoricalGetSSOToken", Title: "Historical: /sso/gettoken", Doc: historicalDoc("obtain-the-ssotoken-for-micro-application-background-logon-free"),
		Method: "GET", Path: "/sso/gettoken", Permission: contract.Base, Credential: contract.NoToken,
		Repeat: contract.Always, Payload: contract.TopLevel,
		Request: []contract.Field{
			{Name: "corpid", Type: contract.String, Required: true},
			{Name: "corpsecret", Type: contract.String, Required: true, Secret: true},
		},
	}
)

// historicalSignIn returns an endpoint that spends a code.
func historicalSignIn(name, page, path, permission string, credential contract.Credential) contract.Endpoint {
	return contract.Endpoint{
		Name: "Historical" + name, Title: "Historical: " + path, Doc: historicalDoc(page),
		Method: "GET", Path: path, Permission: permission, Credential: credential,
		Write: true, Repeat: contract.Never, Payload: contract.TopLevel,
		Request: []contract.Field{{Name: "code", Type: contract.String, Required: true, Secret: true}},
	}
}

// historicalEndpoints returns all historical endpoints.
func historicalEndpoints() []*contract.Endpoint {
	return []*contract.Endpoint{
		&historicalListDepartments, &historicalGetDepartment, &historicalListSubDepartmentIDs,
		&historicalGetUser, &historicalListUsers, &historicalListUserBriefs, &historicalListUsersByPage,
		&historicalGetUserIDByUnionID, &historicalListAdmins,
		&historicalGetUserByCode, &historicalGetSSOToken, &historicalGetAdminByCode, &historicalGetJSAPITicket,
	}
}

// historicalRoutes returns their routes.
func historicalRoutes() []*route {
	byUnionID := on(&historicalGetUserIDByUnionID, (*Server).historicalGetUserIDByUnionID)
	byUnionID.otherPath = "/user/getuseridbyunionid" // as in the sample of its page
	return []*route{
		on(&historicalListDepartments, (*Server).historicalListDepartments),
		on(&historicalGetDepartment, (*Server).historicalGetDepartment),
		on(&historicalListSubDepartmentIDs, (*Server).historicalListSubDepartmentIDs),
		on(&historicalGetUser, (*Server).historicalGetUser),
		on(&historicalListUsers, (*Server).historicalListUsers),
		on(&historicalListUserBriefs, (*Server).historicalListUserBriefs),
		on(&historicalListUsersByPage, (*Server).historicalListUsers),
		byUnionID,
		on(&historicalListAdmins, (*Server).historicalListAdmins),
		on(&historicalGetUserByCode, (*Server).historicalGetUserByCode),
		on(&historicalGetSSOToken, (*Server).historicalGetSSOToken),
		on(&historicalGetAdminByCode, (*Server).historicalGetAdminByCode),
		on(&historicalGetJSAPITicket, (*Server).historicalGetJSAPITicket),
	}
}

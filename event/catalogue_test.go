package event_test

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// changedAt and createdAt are the times of the samples.
var (
	changedAt = time.UnixMilli(1793347199987).UTC()
	createdAt = time.UnixMilli(1793347200000).UTC()
)

// sample is the body of an event as a Stream frame has it, and the payload that it stands for.
type sample struct {
	name     string
	typ      event.Type
	body     string
	payload  any
	operator string
}

// catalog holds each event that has a payload, in the forms that are documented or were seen.
var catalog = []sample{
	{"joined", event.UserAddOrg, `{"timeStamp":"1793347199987","userId":["zhao.min","li.lei"],"optStaffId":"admin01"}`,
		&event.UserChange{UserIDs: []string{"zhao.min", "li.lei"}, At: changedAt}, "admin01"},
	{"changed, array", event.UserModifyOrg, `{"timeStamp":"1793347199987","diffInfo":[{"prev":{"extFields":"{}","name":"Zhao Min","jobNumber":"E-2041","email":""},` +
		`"curr":{"extFields":"{}","name":"Zhao Min","jobNumber":"E-2042","managerUserid":"li.lei"},"userid":"zhao.min"}],"optStaffId":"admin01","userId":["zhao.min"]}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}, At: changedAt, Diff: []event.UserDiff{{
			UserID: "zhao.min",
			Before: map[string]string{"extFields": "{}", "name": "Zhao Min", "jobNumber": "E-2041", "email": ""},
			After:  map[string]string{"extFields": "{}", "name": "Zhao Min", "jobNumber": "E-2042", "managerUserid": "li.lei"},
		}}}, "admin01"},
	{"changed, object", event.UserModifyOrg, `{"timeStamp":"1793347199987","diffInfo":{"prev":{"name":"Zhao Min","telephone":"1135"},"curr":{"name":"Zhao M."},"userid":"zhao.min"},"userId":["zhao.min"]}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}, At: changedAt, Diff: []event.UserDiff{{
			UserID: "zhao.min", Before: map[string]string{"name": "Zhao Min", "telephone": "1135"}, After: map[string]string{"name": "Zhao M."},
		}}}, ""},
	{"left", event.UserLeaveOrg, `{"timeStamp":"1793347199987","userId":["li.lei"]}`, &event.UserChange{UserIDs: []string{"li.lei"}, At: changedAt}, ""},
	{"activated", event.UserActiveOrg, `{"userId":["li.lei"]}`, &event.UserChange{UserIDs: []string{"li.lei"}}, ""},
	{"administrator", event.OrgAdminAdd, `{"timeStamp":"1793347199987","userId":["li.lei"]}`, &event.UserChange{UserIDs: []string{"li.lei"}, At: changedAt}, ""},
	{"no administrator", event.OrgAdminRemove, `{"timeStamp":"1793347199987","userId":["li.lei"]}`, &event.UserChange{UserIDs: []string{"li.lei"}, At: changedAt}, ""},
	{"department created", event.OrgDeptCreate, `{"deptId":[724960211,724960212]}`, &event.DepartmentChange{DeptIDs: []int64{724960211, 724960212}}, ""},
	{"department changed", event.OrgDeptModify, `{"deptId":[1],"timeStamp":"1793347199987"}`, &event.DepartmentChange{DeptIDs: []int64{1}, At: changedAt}, ""},
	{"department removed", event.OrgDeptRemove, `{"deptId":[724960211]}`, &event.DepartmentChange{DeptIDs: []int64{724960211}}, ""},
	{"organization changed", event.OrgChange, `{}`, &event.OrganizationChange{}, ""},
	{"organization changed, live", event.OrgChange, `{"timeStamp":"1793347199987"}`, &event.OrganizationChange{At: changedAt}, ""},
	{"organization dissolved", event.OrgRemove, `{}`, &event.OrganizationChange{}, ""},
	{"role given", event.LabelUserChange, `{"userIdList":["zhao.min"],"action":"add","labelIdList":[2100000005]}`,
		&event.RoleHolderChange{UserIDs: []string{"zhao.min"}, RoleIDs: []int64{2100000005}, Action: "add"}, ""},
	{"role created", event.LabelConfAdd, `{"scope":"1","labelIdList":[2100000009]}`, &event.RoleChange{RoleIDs: []int64{2100000009}}, ""},
	{"role removed", event.LabelConfDel, `{"labelIdList":[2100000009]}`, &event.RoleChange{RoleIDs: []int64{2100000009}}, ""},
	{"role changed", event.LabelConfModify, `{"postLabelList":["{\"hidden\":false,\"name\":\"Leads\",\"id\":2100000009,\"extraInfo\":{}}"],` +
		`"preLabelList":["{\"deleted\":false,\"color\":-11687445,\"hidden\":true,\"level\":1,\"scope\":1,\"name\":\"Lead\",\"id\":2100000009,\"parentId\":2100000001,\"extraInfo\":{}}"],` +
		`"labelIdList":[2100000009],"scope":"1","timeStamp":"1793347199987"}`,
		&event.RoleChange{
			RoleIDs: []int64{2100000009}, At: changedAt,
			Before: []event.RoleLabel{{ID: 2100000009, Name: "Lead", ParentID: 2100000001, Level: 1, Scope: 1, Color: -11687445, Hidden: true}},
			After:  []event.RoleLabel{{ID: 2100000009, Name: "Leads"}},
		}, ""},
	{"role changed, objects", event.LabelConfModify, `{"postLabelList":[{"name":"Leads","id":2100000009}],"preLabelList":[{"level":0,"parentId":-1,"id":2100000009,"deleted":true}],"labelIdList":[2100000009]}`,
		&event.RoleChange{
			RoleIDs: []int64{2100000009},
			Before:  []event.RoleLabel{{ID: 2100000009, ParentID: -1, Deleted: true}}, After: []event.RoleLabel{{ID: 2100000009, Name: "Leads"}},
		}, ""},
	{"scope", event.InnerAppScopesChange, `{"eventId":"4d1f00000000000000000000000000aa","roleIds":[2100000005],"userIds":["zhao.min"],"operatorUnionId":"Kd83hQpLmZx7TtYc2RbWgiEiE","deptIds":[1],"unifiedAppId":"7f10aaaa-0000-4000-8000-000000000abc"}`,
		&event.ScopeChange{
			UserIDs: []string{"zhao.min"}, DeptIDs: []int64{1}, RoleIDs: []int64{2100000005},
			OperatorUnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", UnifiedAppID: "7f10aaaa-0000-4000-8000-000000000abc",
		}, ""},
	{"status", event.InnerAppStatusChange, `{"eventId":"4d1f00000000000000000000000000ab","operatorUnionId":"Kd83hQpLmZx7TtYc2RbWgiEiE","unifiedAppId":"7f10aaaa-0000-4000-8000-000000000abc","status":"disable"}`,
		&event.AppStatusChange{Status: "disable", OperatorUnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", UnifiedAppID: "7f10aaaa-0000-4000-8000-000000000abc"}, ""},

	// Third-party apps.
	{"user of a third-party app", event.UserDeptChange, `{"errcode":0,"errmsg":"ok","userid":"zhao.min","unionid":"u1","department":[1,2],"orderInDepts":"{1234:12345}","isLeaderInDepts":"{1:false}","active":true}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}}, ""},
	{"user with roles of a third-party app", event.UserRoleChange, `{"errcode":0,"userid":"zhao.min"}`, &event.UserChange{UserIDs: []string{"zhao.min"}}, ""},
	{"left, third-party app", event.UserLeaveOrg, `{"userId":"li.lei","unionid":"u2","dingId":"d2"}`, &event.UserChange{UserIDs: []string{"li.lei"}}, ""},
	{"department of a third-party app", event.OrgDeptModify, `{"id":724960211,"name":"Sales","parentid":1,"order":7,"autoApproveApply":"true","deptPerimits":""}`,
		&event.DepartmentChange{DeptIDs: []int64{724960211}}, ""},
	{"department removed, third-party app", event.OrgDeptRemove, `{}`, &event.DepartmentChange{}, ""},
	{"ticket", event.SuiteTicketPush, `{"suiteTicket":"t1cket"}`, &event.SuiteTicket{Ticket: event.NewSecret("t1cket")}, ""},
	{"authorized", event.OrgSuiteAuth, `{"authCorpInfo":{"corpid":"ding5example0corp1","corpName":"Example"},"permanentCode":"p3rmanent","authUserInfo":{"userId":"admin01"},` +
		`"authScope":{"authUserField":["name"],"authOrgScopes":{"authedDept":[1,2],"authedUser":["zhao.min"]}},"authInfo":{"agent":[{"agentid":17,"appid":3,"adminList":["admin01"]}]}}`,
		&event.SuiteAuth{
			CorpID: "ding5example0corp1", CorpName: "Example", PermanentCode: event.NewSecret("p3rmanent"), UserID: "admin01",
			DeptIDs: []int64{1, 2}, UserIDs: []string{"zhao.min"}, AgentIDs: []int64{17},
		}, ""},
	{"authorization changed", event.OrgSuiteChange, `{"authCorpInfo":{"corpid":"ding5example0corp1"},"authScope":{"authOrgScopes":{"authedDept":[1]}}}`,
		&event.SuiteAuth{CorpID: "ding5example0corp1", DeptIDs: []int64{1}}, ""},
	{"authorization changed, older app", event.ChangeAuth, `{"suiteKey":"suite0example","authCorpId":"ding5example0corp2","timeStamp":1793347199987}`,
		&event.SuiteChange{SuiteKey: "suite0example", CorpID: "ding5example0corp2", At: changedAt}, ""},
	{"authorization ended, older app", event.SuiteRelieve, `{"suiteKey":"suite0example","authCorpId":"ding5example0corp2"}`,
		&event.SuiteChange{SuiteKey: "suite0example", CorpID: "ding5example0corp2"}, ""},
	{"authorization ended", event.OrgSuiteRelieve, `{}`, &event.SuiteChange{}, ""},
}

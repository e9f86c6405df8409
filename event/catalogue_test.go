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
		&event.UserChange{UserIDs: []string{"zhao.min"}, User: &event.User{
			UserID: "zhao.min", UnionID: "u1", Active: true, Department: []int64{1, 2},
			OrderInDepts: map[int64]int64{1234: 12345}, IsLeaderInDepts: map[int64]bool{1: false},
		}}, ""},
	{"the whole user of a third-party app", event.UserModifyOrg, `{"errcode":0,"errmsg":"ok","userid":"zhao.min","unionid":"u1","dingId":"d1","name":"Zhao Min",` +
		`"active":true,"avatar":"https://static.example.com/a.png","isAdmin":true,"isBoss":false,"isSenior":true,"isHide":true,"jobnumber":"E-2041","position":"Lead",` +
		`"department":[1,2],"orderInDepts":"{1:17, 2:-5}","isLeaderInDepts":"{1:false,2:true}","exclusiveAccount":true,"realAuthed":true,"managerUserid":"li.lei",` +
		`"roles":[{"id":7,"name":"Lead","groupName":"Default","type":102}],` +
		`"unionEmpExt":{"corpId":"ding5example0corp2","staffId":"s1","unionEmpMapList":[{"corpId":"ding5example0corp3","staffId":"s2"}]}}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}, User: &event.User{
			UserID: "zhao.min", UnionID: "u1", DingID: "d1", Name: "Zhao Min", Active: true, Avatar: "https://static.example.com/a.png",
			IsAdmin: true, IsSenior: true, IsHide: true, JobNumber: "E-2041", Position: "Lead", Department: []int64{1, 2},
			OrderInDepts: map[int64]int64{1: 17, 2: -5}, IsLeaderInDepts: map[int64]bool{1: false, 2: true},
			ExclusiveAccount: true, RealAuthed: true, ManagerUserID: "li.lei",
			Roles: []event.UserRole{{ID: 7, Name: "Lead", GroupName: "Default", Type: 102}},
			UnionEmpExt: event.UnionEmpExt{
				CorpID: "ding5example0corp2", StaffID: "s1", UnionEmpMapList: []event.UnionEmpMap{{CorpID: "ding5example0corp3", StaffID: "s2"}},
			},
		}}, ""},
	{"a user of a third-party app in another shape", event.UserModifyOrg, `{"userid":"zhao.min","unionid":"u1","active":{"since":1},"department":"A","isBoss":"maybe",` +
		`"orderInDepts":"no list","isLeaderInDepts":[1],"roles":["Lead"],"unionEmpExt":7}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}, User: &event.User{UserID: "zhao.min", UnionID: "u1"}}, ""},
	{"user with roles of a third-party app", event.UserRoleChange, `{"errcode":0,"userid":"zhao.min"}`,
		&event.UserChange{UserIDs: []string{"zhao.min"}, User: &event.User{UserID: "zhao.min"}}, ""},
	{"left, third-party app", event.UserLeaveOrg, `{"userId":"li.lei","unionid":"u2","dingId":"d2"}`,
		&event.UserChange{UserIDs: []string{"li.lei"}, User: &event.User{UserID: "li.lei", UnionID: "u2", DingID: "d2"}}, ""},
	{"department of a third-party app", event.OrgDeptModify, `{"id":724960211,"name":"Sales","parentid":1,"order":7,"brief":"Sells","createDeptGroup":true,` +
		`"autoAddUser":true,"deptHiding":true,"deptPerimits":"3|4","userPermits":"zhao.min","outerDept":true,"outerPermitDepts":"123|234","outerPermitUsers":"li.lei|zhao.min",` +
		`"deptManagerUseridList":"zhao.min|li.lei","autoApproveApply":"true","groupContainSubDept":true,"orgDeptOwner":"zhao.min"}`,
		&event.DepartmentChange{DeptIDs: []int64{724960211}, Department: &event.Department{
			ID: 724960211, Name: "Sales", ParentID: 1, Order: 7, Brief: "Sells", CreateDeptGroup: true, AutoAddUser: true, DeptHiding: true,
			DeptPermits: []string{"3", "4"}, UserPermits: []string{"zhao.min"}, OuterDept: true, OuterPermitDepts: []string{"123", "234"},
			OuterPermitUsers: []string{"li.lei", "zhao.min"}, DeptManagerUserIDList: []string{"zhao.min", "li.lei"}, AutoApproveApply: true,
			GroupContainSubDept: true, OrgDeptOwner: "zhao.min",
		}}, ""},
	{"a department of a third-party app in another shape", event.OrgDeptCreate, `{"id":724960211,"name":"Sales","parentid":"top","deptPermits":[3],"order":{},"outerDept":{}}`,
		&event.DepartmentChange{DeptIDs: []int64{724960211}, Department: &event.Department{ID: 724960211, Name: "Sales", DeptPermits: []string{"3"}}}, ""},
	{"department removed, third-party app", event.OrgDeptRemove, `{}`, &event.DepartmentChange{}, ""},
	{"role of a third-party app", event.OrgRoleModify, `{"roleId":7,"roleName":"Lead","groupId":3,"groupName":"Default"}`,
		&event.RoleChange{RoleIDs: []int64{7}, After: []event.RoleLabel{{ID: 7, Name: "Lead", ParentID: 3}}}, ""},
	{"role removed, third-party app", event.OrgRoleRemove, `{"roleId":"1234"}`, &event.RoleChange{RoleIDs: []int64{1234}}, ""},
	{"a role removed, third-party app", event.OrgRoleRemove, `{}`, &event.RoleChange{}, ""},
	{"external contact", event.ContactAddOrg, `{"errcode":0,"errmsg":"ok","userId":"ext1","name":"Wang Fang","mobile":"13800001234","stateCode":"86",` +
		`"companyName":"Harbor Foods","followerUserId":"zhao.min","labelIds":[9],"shareUserIds":["li.lei"],"shareDeptIds":[2]}`,
		&event.ExternalContactChange{
			UserID: "ext1", Name: "Wang Fang", Mobile: "13800001234", StateCode: "86", CompanyName: "Harbor Foods", FollowerUserID: "zhao.min",
			LabelIDs: []int64{9}, ShareUserIDs: []string{"li.lei"}, ShareDeptIDs: []int64{2},
		}, ""},
	{"external contact left", event.ContactLeaveOrg, `{"userId":"ext1"}`, &event.ExternalContactChange{UserID: "ext1"}, ""},
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

package emulator

import (
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The types of the events that a third-party app alone receives.
const (
	suiteTicket     = "suite_ticket"
	orgSuiteAuth    = "org_suite_auth"
	orgSuiteRelieve = "org_suite_relieve"
)

// suiteTicketBody is the body of suite_ticket.
type suiteTicketBody struct {
	SuiteTicket string `json:"suiteTicket"`
}

// suiteAuthBody is the body of org_suite_auth.
type suiteAuthBody struct {
	AuthCorpInfo  suiteCorp       `json:"authCorpInfo"`
	PermanentCode string          `json:"permanentCode"`
	AuthUserInfo  authUserInfo    `json:"authUserInfo"`
	AuthScope     suiteScope      `json:"authScope"`
	AuthInfo      suiteAgentsBody `json:"authInfo"`
}

type suiteCorp struct {
	CorpID   string `json:"corpid"`
	CorpName string `json:"corpName"`
}

type suiteScope struct {
	AuthUserField []string      `json:"authUserField"`
	AuthOrgScopes suiteOrgScope `json:"authOrgScopes"`
}

type suiteOrgScope struct {
	AuthedDept []int64  `json:"authedDept"`
	AuthedUser []string `json:"authedUser"`
}

type suiteAgentsBody struct {
	Agent []suiteAgent `json:"agent"`
}

type suiteAgent struct {
	AgentID   int64    `json:"agentid"`
	AppID     int64    `json:"appid"`
	AgentName string   `json:"agentName"`
	LogoURL   string   `json:"logoUrl"`
	AdminList []string `json:"adminList"`
}

func (s *Server) newSuiteAuthBody(t *tenant) suiteAuthBody {
	return suiteAuthBody{
		AuthCorpInfo: suiteCorp{t.CorpID, t.Name}, PermanentCode: newSecret(permanentPrefix),
		AuthUserInfo: authUserInfo{t.authorizer()},
		AuthScope:    suiteScope{[]string{"name", "avatar"}, suiteOrgScope{[]int64{1}, []string{}}},
		AuthInfo:     suiteAgentsBody{[]suiteAgent{{t.agentID, suiteAppID, suiteName, "", notNull(t.adminIDs())}}},
	}
}

// personBody is a person in the events of a third-party app, which hold the whole person.
type personBody struct {
	ErrCode        int64   `json:"errcode"`
	ErrMsg         string  `json:"errmsg"`
	UserID         string  `json:"userid"`
	UnionID        string  `json:"unionid"`
	Name           string  `json:"name"`
	Active         bool    `json:"active"`
	Avatar         string  `json:"avatar"`
	IsAdmin        bool    `json:"isAdmin"`
	IsBoss         bool    `json:"isBoss"`
	IsSenior       bool    `json:"isSenior"`
	IsHide         bool    `json:"isHide"`
	JobNumber      string  `json:"jobnumber"`
	Position       string  `json:"position"`
	Department     []int64 `json:"department"`
	OrderInDepts   string  `json:"orderInDepts"`    // no JSON: {1:12345}
	IsLeaderInDept string  `json:"isLeaderInDepts"` // no JSON: {1:false}
}

func newPersonBody(u *directory.User) personBody {
	return personBody{
		ErrMsg: "ok", UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Active: u.Active, Avatar: u.Avatar,
		IsAdmin: u.Admin, IsBoss: u.Boss, IsSenior: u.Senior, IsHide: u.HideMobile, JobNumber: u.JobNumber, Position: u.Title,
		Department:     notNull(u.DeptIDList),
		OrderInDepts:   inDepartments(u.DeptIDList, "1"),
		IsLeaderInDept: inDepartments(u.DeptIDList, "false"),
	}
}

// inDepartments returns a value in each department as these events spell it.
func inDepartments(ids []int64, value string) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, fmt.Sprintf("%d:%s", id, value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// leaverBody is the body of user_leave_org of a third-party app.
type leaverBody struct {
	UserID  string `json:"userId"`
	UnionID string `json:"unionid"`
}

// departmentBody is a department in the events of a third-party app.
type departmentBody struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	ParentID int64  `json:"parentid"`
}

// removedDepartmentBody is the body of org_dept_remove of a third-party app, which is empty: only SyncHTTP push shows the ID.
type removedDepartmentBody struct{ id int64 }

// publishTenantChanges appends the events of the changes in the organizations that have authorized the app.
//
// Assumed: What changes in an organization sends the app the events about people and departments; user_dept_change and the
// events about roles and external contacts are left out. In org_dept_remove there is no ID, as in the documented sample.
func (s *Server) publishTenantChanges() {
	for _, t := range s.provider.tenants {
		for _, c := range t.pending {
			s.publishTenantChange(t, c)
		}
		t.pending = t.pending[:0]
	}
}

func (s *Server) publishTenantChange(t *tenant, c directory.Change) {
	switch c := c.(type) {
	case directory.UserAdded:
		s.publishFor(t.CorpID, userAddOrg, newPersonBody(c.User))
	case directory.UserLeft:
		s.publishFor(t.CorpID, userLeaveOrg, leaverBody{c.User.UserID, c.User.UnionID})
	case directory.UserChanged:
		if s.isModified(c.Before, c.After) {
			s.publishFor(t.CorpID, userModifyOrg, newPersonBody(c.After))
		}
		if !c.Before.Active && c.After.Active {
			s.publishFor(t.CorpID, userActiveOrg, newPersonBody(c.After))
		}
	case directory.DepartmentAdded:
		s.publishFor(t.CorpID, orgDeptCreate, newDepartmentBody(c.Department))
	case directory.DepartmentChanged:
		s.publishFor(t.CorpID, orgDeptModify, newDepartmentBody(c.After))
	case directory.DepartmentRemoved:
		s.publishFor(t.CorpID, orgDeptRemove, removedDepartmentBody{c.Department.ID})
	}
}

func newDepartmentBody(d *directory.Department) departmentBody {
	return departmentBody{d.ID, d.Name, d.ParentID}
}

// publishFor appends an event of an organization that has authorized the app, or had, and begins to deliver it.
func (s *Server) publishFor(corpID, typ string, body any) {
	if s.subscribes(typ) {
		s.append(corpID, typ, body, s.deliver)
	}
}

// suiteMessage returns the message of an event as an HTTP callback of a third-party app gets it, if that form is documented
// for its type.
//
// Assumed: The other events of a third-party app come over HTTP in the form of internal apps.
func (cb *callback) suiteMessage(e *feedEvent) (fields, bool) {
	message := fields{"SuiteKey": encode(cb.suiteKey), "TimeStamp": encode(e.time.UnixMilli())}
	body, isTicket := e.body.(suiteTicketBody)
	switch {
	case isTicket:
		message["EventType"], message["SuiteTicket"] = encode(suiteTicket), encode(body.SuiteTicket)
	case e.typ == orgSuiteRelieve:
		message["EventType"], message["AuthCorpId"] = encode("suite_relieve"), encode(e.corpID)
	default:
		return nil, false
	}
	return message, true
}

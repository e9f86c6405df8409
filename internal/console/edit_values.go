package console

import (
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// stored holds what is stored of what a form changes.
type stored struct {
	Name   string            // as the page calls it
	ID     string            // its userid or department ID
	Page   string            // the address of its page
	After  string            // the address of the page to go to when it was deleted
	values map[string]string // by field
}

// stored returns what a form changes, and whether it exists.
func (c *console) stored(f editForm, key string) (stored, bool) {
	if f.Key == "userid" {
		u, found := c.server.User(key)
		after := c.link()
		if len(u.DeptIDList) > 0 {
			after = c.link("departments", u.DeptIDList[0])
		}
		return stored{u.Name, u.UserID, c.userLink(u.UserID), after, userValues(u)}, found
	}
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return stored{}, false
	}
	d, found := c.server.Department(id)
	return stored{d.Name, strconv.FormatInt(d.ID, 10), c.link("departments", d.ID), c.link("departments", d.ParentID), departmentValues(d)}, found
}

// flag returns the value of a box.
func flag(checked bool) string {
	if checked {
		return "true"
	}
	return ""
}

// joined returns IDs as a call takes them.
func joined(ids []int64) string { return strings.ReplaceAll(joinIDs(ids), " ", "") }

func userValues(u directory.User) map[string]string {
	hired := ""
	if !u.HiredDate.IsZero() {
		hired = u.HiredDate.In(contract.ServiceZone).Format(time.DateOnly)
	}
	return map[string]string{
		"name": u.Name, "hide_mobile": flag(u.HideMobile), "dept_id_list": joined(u.DeptIDList),
		"title": u.Title, "job_number": u.JobNumber, "manager_userid": u.ManagerUserID, "hired_date": hired,
		"senior_mode": flag(u.Senior), "email": u.Email, "org_email": u.OrgEmail, "telephone": u.Telephone,
		"work_place": u.WorkPlace, "remark": u.Remark, "extension": u.Extension,
	}
}

func departmentValues(d directory.Department) map[string]string {
	return map[string]string{
		"name": d.Name, "parent_id": strconv.FormatInt(d.ParentID, 10), "order": strconv.FormatInt(d.Order, 10),
		"dept_manager_userid_list": strings.Join(d.DeptManagerUserIDList, ","), "brief": d.Brief, "telephone": d.Telephone,
		"code": d.Code, "source_identifier": d.SourceIdentifier, "extension": d.Extension,

		"create_dept_group": flag(d.CreateDeptGroup), "org_dept_owner": d.OrgDeptOwner, "auto_add_user": flag(d.AutoAddUser),
		"group_contain_sub_dept": flag(d.GroupContainSubDept), "group_contain_outer_dept": flag(d.GroupContainOuterDept),
		"group_contain_hidden_dept": flag(d.GroupContainHiddenDept), "auto_approve_apply": flag(d.AutoApproveApply),

		"hide_dept": flag(d.HideDept), "dept_permits": joined(d.DeptPermits), "user_permits": strings.Join(d.UserPermits, ","),
		"outer_dept": flag(d.OuterDept), "outer_dept_only_self": flag(d.OuterDeptOnlySelf),
		"outer_permit_depts": joined(d.OuterPermitDepts), "outer_permit_users": strings.Join(d.OuterPermitUsers, ","),
	}
}

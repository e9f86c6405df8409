package emulator

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The bodies of contact events, as the data of a Stream frame spells them.

// usersBody is the body of user_add_org, user_leave_org, user_active_org, org_admin_add and org_admin_remove.
type usersBody struct {
	TimeStamp  string   `json:"timeStamp,omitempty"`
	UserID     []string `json:"userId"`
	OptStaffID string   `json:"optStaffId,omitempty"` // who did it
}

// userDiffBody is the body of user_modify_org. diffInfo is an array here as on the wire; the documentation shows its entry.
type userDiffBody struct {
	TimeStamp  string     `json:"timeStamp"`
	DiffInfo   []userDiff `json:"diffInfo"`
	OptStaffID string     `json:"optStaffId,omitempty"`
	UserID     []string   `json:"userId"`
}

// userDiff is a person before and after a change. It is encoded when it is sent or read.
type userDiff struct{ before, after *directory.User }

// diffFields holds the fields of a person that a diff shows.
type diffFields struct {
	ExtFields     string `json:"extFields"`
	Name          string `json:"name"`
	Telephone     string `json:"telephone"`
	Remark        string `json:"remark"`
	WorkPlace     string `json:"workPlace"`
	JobNumber     string `json:"jobNumber"`
	Email         string `json:"email"`
	HiredDate     string `json:"hiredDate,omitempty"` // a date, unlike the milliseconds of the calls
	ManagerUserID string `json:"managerUserid,omitempty"`
}

func newDiffFields(u *directory.User) diffFields {
	f := diffFields{
		ExtFields: u.Extension, Name: u.Name, Telephone: u.Telephone, Remark: u.Remark, WorkPlace: u.WorkPlace,
		JobNumber: u.JobNumber, Email: u.Email, ManagerUserID: u.ManagerUserID,
	}
	if f.ExtFields == "" {
		f.ExtFields = "{}"
	}
	if !u.HiredDate.IsZero() {
		f.HiredDate = u.HiredDate.Format(time.DateOnly)
	}
	return f
}

// MarshalJSON encodes the difference.
func (d userDiff) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Prev   diffFields `json:"prev"`
		Curr   diffFields `json:"curr"`
		UserID string     `json:"userid"`
	}{newDiffFields(d.before), newDiffFields(d.after), d.after.UserID})
}

// departmentsBody is the body of org_dept_create, org_dept_modify and org_dept_remove.
type departmentsBody struct {
	DeptID []int64 `json:"deptId"`
}

// roleHoldersBody is the body of label_user_change.
type roleHoldersBody struct {
	UserIDList  []string `json:"userIdList"`
	Action      string   `json:"action"`
	LabelIDList []int64  `json:"labelIdList"`
}

// rolesBody is the body of label_conf_add, label_conf_del and label_conf_modify.
type rolesBody struct {
	Scope         string   `json:"scope,omitempty"`
	LabelIDList   []int64  `json:"labelIdList"`
	PreLabelList  []string `json:"preLabelList,omitempty"`
	PostLabelList []string `json:"postLabelList,omitempty"`
}

// label is a role in preLabelList, where it is complete.
type label struct {
	Deleted   bool     `json:"deleted"`
	Color     int64    `json:"color"`
	Hidden    bool     `json:"hidden"`
	Level     int64    `json:"level"` // 1: a role; 0: a group
	Scope     int64    `json:"scope"`
	Name      string   `json:"name"`
	ID        int64    `json:"id"`
	ParentID  int64    `json:"parentId"`
	ExtraInfo struct{} `json:"extraInfo"`
}

// labelChange is a role in postLabelList, which shows the changed fields.
type labelChange struct {
	Hidden    bool     `json:"hidden"`
	Name      string   `json:"name"`
	ID        int64    `json:"id"`
	ExtraInfo struct{} `json:"extraInfo"`
}

// labelColor is the color of all roles.
const labelColor = -11687445

// newRoleChangeBody returns the body of label_conf_modify for a role.
func newRoleChangeBody(before, after directory.StoredRole) rolesBody {
	pre := label{Color: labelColor, Level: 1, Scope: 1, Name: before.Name, ID: before.ID, ParentID: before.GroupID}
	post := labelChange{Name: after.Name, ID: after.ID}
	return rolesBody{
		Scope: "1", LabelIDList: []int64{before.ID},
		PreLabelList: []string{string(encode(pre))}, PostLabelList: []string{string(encode(post))},
	}
}

// scopesBody is the body of inner_app_scopes_change. Its eventId is another one than that of the event.
type scopesBody struct {
	EventID         string   `json:"eventId"`
	RoleIDs         []int64  `json:"roleIds"`
	UserIDs         []string `json:"userIds"`
	DeptIDs         []int64  `json:"deptIds"`
	OperatorUnionID string   `json:"operatorUnionId,omitempty"`
	UnifiedAppID    string   `json:"unifiedAppId"`
}

// millisText returns a time in milliseconds as text, as events hold it.
func millisText(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

package mirror

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// faces is one state of an entity as texts, made from the server's own types and from the mirror's by different code. Its
// zero value is an entity that is absent.
type faces struct {
	listed string           // of a user: the fields that every list shows; of others all fields
	detail string           // of a user: the other fields
	depts  map[int64]string // of a user: order and leadership in each department
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func sorted[T cmp.Ordered](list []T) []T { return slices.Sorted(slices.Values(list)) }

// ofServer returns the faces of a user of the server.
func ofServer(u dingtalktest.User) faces {
	f := faces{depts: map[int64]string{}}
	hired := int64(0)
	if !u.HiredDate.IsZero() {
		hired = u.HiredDate.UnixMilli()
	}
	account := []any{}
	if u.ExclusiveAccount {
		account = []any{
			u.ExclusiveAccountType, u.LoginID, u.Nickname, u.ExclusiveAccountCorpName, u.ExclusiveAccountCorpID, u.DisableStatus,
		}
	}
	f.listed = text([]any{
		u.UserID, u.UnionID, u.Name, u.Avatar, u.StateCode, u.Mobile, u.HideMobile, u.Telephone, u.JobNumber, u.Title, u.Email,
		u.WorkPlace, u.Remark, u.Extension, hired, sorted(u.DeptIDList), u.Active, u.Admin, u.Boss, account,
	})
	var roles []int64
	for _, r := range u.RoleList {
		roles = append(roles, r.ID)
	}
	positions := []string{}
	for _, p := range u.DeptPositionList {
		positions = append(positions, fmt.Sprint(p.DeptID, p.IsMain, p.Title, p.WorkPlace))
	}
	f.detail = text([]any{
		u.OrgEmail, u.OrgEmailType, u.ExtensionI18n, u.ManagerUserID, sorted(roles), positions, u.RealAuthed, u.Senior,
		u.CreateTime.Format("2006-01-02T15:04:05.000Z"),
	})
	for _, d := range u.DeptOrderList {
		f.depts[d.DeptID] = fmt.Sprint(d.Order)
	}
	for _, d := range u.LeaderInDept {
		f.depts[d.DeptID] += fmt.Sprint(" ", d.Leader)
	}
	return f
}

// ofMirror returns the faces of a user of the mirror.
func ofMirror(u dingtalk.User) faces {
	f := faces{depts: map[int64]string{}}
	hired := int64(0)
	if !u.HiredDate.IsZero() {
		hired = u.HiredDate.UnixMilli()
	}
	account := []any{}
	if u.ExclusiveAccount {
		account = []any{
			u.ExclusiveAccountType, u.LoginID, u.Nickname, u.ExclusiveAccountCorpName, u.ExclusiveAccountCorpID, u.DisableStatus,
		}
	}
	f.listed = text([]any{
		u.UserID, u.UnionID, u.Name, u.Avatar, u.StateCode, u.Mobile, u.HideMobile, u.Telephone, u.JobNumber, u.Title, u.Email,
		u.WorkPlace, u.Remark, u.Extension, hired, sorted(u.DeptIDList), u.Active, u.Admin, u.Boss, account,
	})
	var roles []int64
	for _, r := range u.RoleList {
		roles = append(roles, r.ID)
	}
	positions := []string{}
	for _, p := range u.DeptPositionList {
		positions = append(positions, fmt.Sprint(p.DeptID, p.IsMain, p.Title, p.WorkPlace))
	}
	f.detail = text([]any{
		u.OrgEmail, u.OrgEmailType, u.ExtensionI18n, u.ManagerUserID, sorted(roles), positions, u.RealAuthed, u.Senior, u.CreateTime,
	})
	for _, d := range u.DeptOrderList {
		f.depts[d.DeptID] = fmt.Sprint(d.Order)
	}
	for _, d := range u.LeaderInDept {
		f.depts[d.DeptID] += fmt.Sprint(" ", d.Leader)
	}
	return f
}

// departmentOfServer returns the faces of a department of the server, as GetDepartment shows it.
func departmentOfServer(d dingtalktest.Department) faces {
	var permits []int64
	var users []string
	if d.HideDept {
		permits, users = d.DeptPermits, d.UserPermits
	}
	return faces{listed: text([]any{
		d.ID, d.Name, d.ParentID, d.Order, d.HideDept, sorted(permits), sorted(users), sorted(d.DeptManagerUserIDList), d.Brief,
		d.Code, d.Telephone, d.OuterDept, d.Extension, d.SourceIdentifier,
	})}
}

func departmentOfMirror(d dingtalk.Department) faces {
	return faces{listed: text([]any{
		d.DeptID, d.Name, d.ParentID, d.Order, d.HideDept, sorted(d.DeptPermits), sorted(d.UserPermits),
		sorted(d.DeptManagerUserIDList), d.Brief, d.Code, d.Telephone, d.OuterDept, d.Extention, d.SourceIdentifier,
	})}
}

// facesOf returns the faces of a value of the feed or of a View, and whether all of them are known to be of one moment.
func facesOf(value any) (f faces, whole bool) {
	switch v := value.(type) {
	case nil:
		return faces{}, true
	case User:
		return ofMirror(v.User), v.Detail
	case Department:
		return departmentOfMirror(v.Department), true
	case Role:
		return faces{listed: text([]any{v.ID, v.Name, v.GroupID})}, true
	case RoleGroup:
		return faces{listed: text([]any{v.ID, v.Name})}, true
	case RoleHolder:
		return faces{listed: text([]any{v.RoleID, v.UserID, v.Limited, sorted(v.DeptIDs)})}, true
	}
	panic(fmt.Sprintf("a value of type %T", value))
}

func (f faces) equal(other faces) bool {
	return f.listed == other.listed && f.detail == other.detail && len(f.depts) == len(other.depts) && f.contains(other)
}

// contains reports whether f has all departments of a user that other has, with the same order and leadership.
func (f faces) contains(other faces) bool {
	for dept, want := range other.depts {
		if f.depts[dept] != want {
			return false
		}
	}
	return true
}

func (f faces) String() string {
	if f.listed == "" {
		return "absent"
	}
	return strings.Join([]string{f.listed, f.detail, fmt.Sprint(f.depts)}, " ")
}

package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// person holds what the page of a person shows.
type person struct {
	directory.User
	Memberships   []deptMembership
	Manager       personLink
	Custom        []customField
	Translations  []translation
	NotInResponse []field
	Path          string  // of GetUser
	Response      []token // its response about this person
}

// deptMembership describes a person in a department.
type deptMembership struct {
	directory.DeptOrder
	Path      breadcrumb // nil if the department was deleted while the page was made
	Leader    bool
	Title     string
	Positions []directory.DeptPosition
}

// user returns the page of a person.
func (c *console) user(r *http.Request) (page, error) {
	userid := cmp.Or(r.PathValue("userid"), r.URL.Query().Get("userid"))
	u, found := c.server.User(userid)
	if !found {
		return page{}, errNotFound
	}
	p := person{
		User: u, Memberships: c.memberships(u), Custom: customFields(u.Extension), Translations: translations(u.ExtensionI18n),
		NotInResponse: c.notInResponse(u), Path: contract.GetUser.Path, Response: tokens(c.server.UserResponse(userid)),
	}
	if u.ManagerUserID != "" {
		p.Manager = c.personLink(u.ManagerUserID)
	}
	return page{template: "user.html", section: "organization", live: true, notice: doneNotice(r), content: p}, nil
}

// memberships returns the departments of a person.
func (c *console) memberships(u directory.User) []deptMembership {
	paths := c.server.Paths(u.DeptIDList)
	memberships := make([]deptMembership, len(u.DeptOrderList))
	for i, order := range u.DeptOrderList {
		id := order.DeptID
		memberships[i] = deptMembership{
			DeptOrder: order, Path: paths[id],
			Leader: slices.Contains(u.LeaderInDept, directory.DeptLeader{DeptID: id, Leader: true}),
		}
		if at := slices.IndexFunc(u.DeptTitleList, func(d directory.DeptTitle) bool { return d.DeptID == id }); at >= 0 {
			memberships[i].Title = u.DeptTitleList[at].Title
		}
		for _, position := range u.DeptPositionList {
			if position.DeptID == id {
				memberships[i].Positions = append(memberships[i].Positions, position)
			}
		}
	}
	return memberships
}

// Main returns the path to the department of the main position, or to the first one.
func (p person) Main() (main breadcrumb) {
	for i, s := range p.Memberships {
		isMain := slices.ContainsFunc(s.Positions, func(d directory.DeptPosition) bool { return d.IsMain })
		if i == 0 || isMain {
			main = s.Path
		}
		if isMain {
			break
		}
	}
	return main
}

// field is a documented field with its value.
type field struct {
	Name  string
	Value any
}

func newField(name string, value any) field { return field{name, value} }

// notInResponse returns the stored values that GetUser does not return.
func (c *console) notInResponse(u directory.User) []field {
	var managed []string
	paths := c.server.Paths(u.AdminDeptIDs)
	for _, id := range u.AdminDeptIDs {
		if paths[id] != nil {
			managed = append(managed, breadcrumb(paths[id]).String())
		}
	}
	var level string
	if u.AdminLevel != 0 {
		level = fmt.Sprint(u.AdminLevel)
	}
	all := []field{
		{"login_email", u.LoginEmail}, {"exclusive_mobile", u.ExclusiveMobile},
		{"exclusive_mobile_verify_status", u.ExclusiveMobileVerifyStatus},
		{"outer_exclusive_corpid", u.OuterExclusiveCorpID}, {"outer_exclusive_userid", u.OuterExclusiveUserID},
		{"avatarMediaId", u.AvatarMediaID}, {"sys_level", level}, {"dept_ids", strings.Join(managed, "; ")},
	}
	return slices.DeleteFunc(all, func(f field) bool { return f.Value == "" })
}

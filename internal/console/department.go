package console

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// peoplePerPage is the number of people of a department on a page.
const peoplePerPage = 50

// department holds what the page of a department shows.
type department struct {
	directory.Branch
	Tree     *node
	Managers []personLink
	Owner    personLink // of the group chat
	Custom   []customField
	Rows     []personRow
	Pager    pager
}

// Above returns the path to the department, without itself.
func (d department) Above() []directory.Unit { return d.Path[:len(d.Path)-1] }

// Below returns the node with the sub-departments, or nil if there are none.
func (d department) Below() *node {
	if len(d.Children) == 0 {
		return nil
	}
	below := &node{Unit: d.Path[len(d.Path)-1]}
	below.addChildren(d.Children, nil)
	return below
}

// rootDepartment returns the page of the root department, where the console begins.
func (c *console) rootDepartment(r *http.Request) (page, error) {
	return c.showDepartment(r, contract.RootDepartmentID)
}

// department returns the page of a department: its place in the tree, its fields and its people.
func (c *console) department(r *http.Request) (page, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page{}, errNotFound
	}
	return c.showDepartment(r, id)
}

func (c *console) showDepartment(r *http.Request, id int64) (page, error) {
	b, found := c.server.Branch(id)
	if !found {
		return page{}, errNotFound
	}
	pages := newPager(r, b.Direct, c.link("departments", id))
	d := department{
		Branch: b, Tree: treeOf(b), Custom: customFields(b.Extension), Pager: pages,
		Rows: c.rows(c.server.Members(id, pages.offset(), peoplePerPage), id),
	}
	if b.OrgDeptOwner != "" {
		d.Owner = c.personLink(b.OrgDeptOwner)
	}
	for _, userid := range b.DeptManagerUserIDList {
		d.Managers = append(d.Managers, c.personLink(userid))
	}
	return page{template: "department.html", section: "organization", live: true, notice: doneNotice(r), content: d}, nil
}

// personLink is a person that a field names, who may have been deleted.
type personLink struct {
	UserID, Name string
	Found        bool
}

func (c *console) personLink(userid string) personLink {
	u, found := c.server.User(userid)
	return personLink{userid, u.Name, found}
}

// pager describes the page of a list.
type pager struct {
	Page, Pages int64 // from 1
	Total       int64
	address     string
}

func newPager(r *http.Request, total int64, address string) pager {
	p := pager{Page: 1, Pages: max(1, (total+peoplePerPage-1)/peoplePerPage), Total: total, address: address}
	if wanted, err := strconv.ParseInt(r.URL.Query().Get("page"), 10, 64); err == nil {
		p.Page = min(max(wanted, 1), p.Pages)
	}
	return p
}

func (p pager) offset() int64 { return (p.Page - 1) * peoplePerPage }

// First returns the number of the first person on the page.
func (p pager) First() int64 { return p.offset() + 1 }

// Last returns the number of the last person on the page.
func (p pager) Last() int64 { return min(p.offset()+peoplePerPage, p.Total) }

// Previous returns the address of the previous page, or the empty text.
func (p pager) Previous() string { return p.at(p.Page - 1) }

// Next returns the address of the next page, or the empty text.
func (p pager) Next() string { return p.at(p.Page + 1) }

func (p pager) at(number int64) string {
	if number < 1 || number > p.Pages {
		return ""
	}
	return fmt.Sprintf("%s?page=%d", p.address, number)
}

var departmentMessages = messages{
	"department.tree":   {"Departments", "部门"},
	"department.below":  {"Sub-departments", "子部门"},
	"department.more":   {"%d more", "还有 %d 个"},
	"department.people": {"People of this department", "本部门成员"},
	"department.empty":  {"This department has no direct members.", "暂无直属成员。"},
	"department.id":     {"ID", "部门 ID"},

	"department.member_count":              {"People in total", "总人数"},
	"department.owning_member_count":       {"directly", "直属人数"},
	"department.hide_dept":                 {"Hidden", "隐藏部门"},
	"department.name":                      {"Name", "部门名称"},
	"department.parent_id":                 {"Parent department", "上级部门"},
	"department.extension":                 {"Custom fields", "自定义字段"},
	"department.dept_permits":              {"Departments that see the hidden department", "可见此隐藏部门的部门"},
	"department.user_permits":              {"People who see the hidden department", "可见此隐藏部门的人员"},
	"department.outer_permit_depts":        {"Departments that its members see", "本部门成员可见的部门"},
	"department.outer_permit_users":        {"People whom its members see", "本部门成员可见的人员"},
	"department.group_contain_outer_dept":  {"The group includes departments with limited visibility", "部门群包含限制查看通讯录的部门"},
	"department.group_contain_hidden_dept": {"The group includes hidden departments", "部门群包含隐藏部门"},
	"department.outer_dept":                {"Members see only part of the contacts", "限制查看通讯录"},
	"department.outer_dept_only_self":      {"Sees its own branch only", "仅可见本部门及下级部门"},
	"department.create_dept_group":         {"Has a group chat", "已建部门群"},
	"department.auto_add_user":             {"New people join the group", "新人自动入群"},
	"department.group_contain_sub_dept":    {"The group includes sub-departments", "部门群包含子部门"},
	"department.auto_approve_apply":        {"Joining needs no approval", "加入无需审批"},
	"department.from_union_org":            {"From a linked organization", "来自关联组织"},
	"department.dept_manager_userid_list":  {"Managers", "部门主管"},
	"department.org_dept_owner":            {"Owner of the group", "群主"},
	"department.brief":                     {"Description", "部门简介"},
	"department.telephone":                 {"Telephone", "部门电话"},
	"department.code":                      {"Code", "部门编码"},
	"department.source_identifier":         {"Source identifier", "部门标识"},
	"department.tags":                      {"Tags", "标签"},
	"department.order":                     {"Order", "排序值"},
}

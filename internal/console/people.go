package console

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// breadcrumb is the path from the root to a department.
type breadcrumb []directory.Unit

// Last returns the department itself.
func (w breadcrumb) Last() directory.Unit { return w[len(w)-1] }

// Above returns the path to the department above it, which is empty for the root.
func (w breadcrumb) Above() breadcrumb { return w[:len(w)-1] }

func (w breadcrumb) String() string {
	names := make([]string, len(w))
	for i, unit := range w {
		names[i] = unit.Name
	}
	return strings.Join(names, " / ")
}

// pathsPerRow is the number of a person's departments that a table shows.
const pathsPerRow = 3

// personRow is a person in a table.
type personRow struct {
	directory.User
	Leads bool // leads the department that is shown
	Paths []breadcrumb
	More  int // the number of departments that are not shown
}

// rows returns the rows of people. department is the one that is shown, or 0.
func (c *console) rows(users []directory.User, department int64) []personRow {
	var ids []int64
	for _, u := range users {
		ids = append(ids, u.DeptIDList...)
	}
	paths := c.server.Paths(ids)
	out := make([]personRow, len(users))
	for i, u := range users {
		out[i] = personRow{User: u, Leads: slices.Contains(u.LeaderInDept, directory.DeptLeader{DeptID: department, Leader: true})}
		for _, id := range u.DeptIDList {
			switch to := paths[id]; {
			case to == nil: // deleted meanwhile
			case len(out[i].Paths) < pathsPerRow:
				out[i].Paths = append(out[i].Paths, to)
			default:
				out[i].More++
			}
		}
	}
	return out
}

// initials returns the text of the circle in place of a picture: the last two characters of a Chinese name, as DingTalk
// has it, and the first letters of the first and last words of other names.
func initials(name string) string {
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	var han, first []rune
	for _, word := range strings.FieldsFunc(name, other) {
		first = append(first, []rune(word)[0])
		for _, r := range word {
			if unicode.Is(unicode.Han, r) {
				han = append(han, r)
			}
		}
	}
	switch {
	case len(han) > 0:
		return string(han[max(0, len(han)-2):])
	case len(first) > 2:
		first = []rune{first[0], first[len(first)-1]}
	}
	return strings.ToUpper(string(first))
}

// avatarColor returns the color of a person's circle, one of six.
func avatarColor(userid string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(userid)) // never fails
	return h.Sum32() % 6
}

var partMessages = messages{
	"parts.path":        {"Path", "所在路径"},
	"parts.name":        {"Name", "姓名"},
	"parts.title":       {"Title", "职位"},
	"parts.mobile":      {"Mobile", "手机号"},
	"parts.departments": {"Departments", "部门"},
	"parts.state":       {"State", "状态"},
	"parts.active":      {"Active", "已激活"},
	"parts.inactive":    {"Not active", "未激活"},
	"parts.leader":      {"Leader", "主管"},
	"parts.admin":       {"Admin", "管理员"},
	"parts.boss":        {"Boss", "老板"},
	"parts.hidden":      {"Hidden", "号码隐藏"},
	"parts.gone":        {"(does not exist)", "（不存在）"},
	"parts.more":        {"and %d more", "另有 %d 个"},
	"parts.pages":       {"Pages", "分页"},
	"parts.range":       {"%d–%d of %d", "第 %d–%d 人，共 %d 人"},
	"parts.previous":    {"Previous", "上一页"},
	"parts.next":        {"Next", "下一页"},
}

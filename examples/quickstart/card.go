package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
)

// line is a line of a card. Continuation lines have no label.
type line struct{ label, value string }

// lines holds the lines of a card.
type lines struct {
	all   []line
	limit int // columns of a value, without its indent
}

// add adds the lines of each value that is not empty.
func (ls *lines) add(label string, values ...string) {
	for _, value := range values {
		indent := ""
		for _, text := range wrap(value, ls.limit) {
			ls.all = append(ls.all, line{label, indent + text})
			label, indent = "", "  "
		}
	}
}

// The columns of a card besides its values, and the bounds of these.
const (
	frameColumns = len("| Extension number      |") // the longest label, and the indent of a further line
	minColumns   = 10
	maxColumns   = 56
)

// card renders every field of a user that has a value, if possible within a number of columns.
func card(u *dingtalk.User, names map[int64]string, width int) string {
	c := lines{limit: min(maxColumns, max(minColumns, width-frameColumns))}
	c.add("Name", u.Name)
	c.add("Nickname", u.Nickname)
	c.add("Userid", u.UserID)
	c.add("Unionid", u.UnionID)
	c.add("Avatar", u.Avatar)
	c.add("Mobile", mobile(u))
	c.add("Extension number", u.Telephone)
	c.add("Job number", u.JobNumber)
	c.add("Title", u.Title)
	c.add("Mail", u.Email)
	c.add("Work mail", withNote(u.OrgEmail, u.OrgEmailType))
	c.add("Work place", u.WorkPlace)
	c.add("Manager", u.ManagerUserID)
	if !u.HiredDate.IsZero() {
		c.add("Hired", u.HiredDate.In(chinatime.Zone).Format("2006-01-02")+" (China time)")
	}
	c.add("Departments", departments(u, names)...)
	c.add("Roles", roles(u)...)
	c.add("Remark", u.Remark)
	c.add("Custom fields", customFields(u.Extension)...)
	c.add("Translations", translations(u.ExtensionI18n)...)
	c.add("Account", account(u)...)
	c.add("Linked accounts", linkedAccounts(u.UnionEmpExt)...)
	c.add("Flags", strings.Join(flags(u), ", "))
	return box("User information", c.all)
}

func mobile(u *dingtalk.User) string {
	if u.Mobile == "" || u.StateCode == "" {
		return u.Mobile
	}
	return "+" + u.StateCode + " " + u.Mobile
}

// departments returns the order, title and position of the user in each department.
func departments(u *dingtalk.User, names map[int64]string) []string {
	var entries []string
	for _, id := range u.DeptIDList {
		summary := []string{withNote(fmt.Sprint(id), names[id])}
		for _, o := range u.DeptOrderList {
			if o.DeptID == id {
				summary = append(summary, fmt.Sprint("order ", o.Order))
			}
		}
		var position []string
		for _, p := range u.DeptPositionList {
			if p.DeptID == id {
				position = append(position, labeled("title", p.Title), labeled("at", p.WorkPlace), when(p.IsMain, "main department"))
			}
		}
		leads := slices.Contains(u.LeaderInDept, dingtalk.LeaderInDept{DeptID: id, Leader: true})
		position = append(position, when(leads, "leads it"))
		entries = append(entries, strings.Join(summary, ", ")+"\n"+strings.Join(nonEmpty(position), ", "))
	}
	return entries
}

func roles(u *dingtalk.User) []string {
	var texts []string
	for _, r := range u.RoleList {
		texts = append(texts, fmt.Sprintf("%s (%d)", strings.Join(nonEmpty([]string{r.GroupName, r.Name}), " / "), r.ID))
	}
	return texts
}

// customFields returns a line for each custom field, or the raw text if it cannot be parsed.
func customFields(e dingtalk.Extension) []string {
	fields, err := e.Map()
	if err != nil {
		return []string{string(e)}
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		texts = append(texts, name+": "+fields[name])
	}
	return texts
}

func translations(e dingtalk.ExtensionI18n) []string {
	fields, err := e.Map()
	if err != nil {
		return []string{string(e)}
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, locale := range slices.Sorted(maps.Keys(fields[name])) {
			texts = append(texts, name+" ("+locale+"): "+fields[name][locale])
		}
	}
	return texts
}

// account returns the properties of an account that belongs to the organization instead of the person.
func account(u *dingtalk.User) []string {
	return nonEmpty([]string{
		when(u.ExclusiveAccount, strings.TrimSpace("enterprise account "+u.ExclusiveAccountType)),
		labeled("login", u.LoginID),
		labeled("of", withNote(u.ExclusiveAccountCorpName, u.ExclusiveAccountCorpID)),
		when(u.DisableStatus, "disabled"),
	})
}

func linkedAccounts(e dingtalk.UnionEmpExt) []string {
	var texts []string
	for _, m := range append([]dingtalk.UnionEmpMap{{UserID: e.UserID, CorpID: e.CorpID}}, e.UnionEmpMapList...) {
		if m.UserID != "" {
			texts = append(texts, m.UserID+" in "+m.CorpID)
		}
	}
	return texts
}

func flags(u *dingtalk.User) []string {
	return nonEmpty([]string{
		when(u.Active, "active"), when(!u.Active, "not active yet"),
		when(u.RealAuthed, "verified by real name"),
		when(u.HideMobile, "mobile hidden"),
		when(u.Senior, "senior mode"),
		when(u.Admin, "administrator"),
		when(u.Boss, "boss"),
	})
}

// when returns the text if the condition holds.
func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

func labeled(label, text string) string { return when(text != "", label+" "+text) }

func withNote(text, note string) string {
	return text + when(text != "" && note != "", " ("+note+")")
}

func nonEmpty(texts []string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

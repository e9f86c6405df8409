package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// sheet collects the lines of a card: a label and a value each; lines that continue have no label.
type sheet []struct{ label, value string }

// add adds a value, unless it is empty, line by line.
func (s *sheet) add(label string, values ...string) {
	for _, value := range values {
		indent := ""
		for _, line := range wrap(value, 56) {
			*s = append(*s, struct{ label, value string }{label, indent + line})
			label, indent = "", "  "
		}
	}
}

// card shows every field of a person that has a value.
func card(u *dingtalk.User, names map[int64]string) string {
	var s sheet
	s.add("Name", u.Name)
	s.add("Nickname", u.Nickname)
	s.add("Userid", u.UserID)
	s.add("Unionid", u.UnionID)
	s.add("Avatar", u.Avatar)
	s.add("Mobile", mobile(u))
	s.add("Extension number", u.Telephone)
	s.add("Job number", u.JobNumber)
	s.add("Title", u.Title)
	s.add("Mail", u.Email)
	s.add("Work mail", withNote(u.OrgEmail, u.OrgEmailType))
	s.add("Work place", u.WorkPlace)
	s.add("Manager", u.ManagerUserID)
	if !u.HiredDate.IsZero() {
		s.add("Hired", u.HiredDate.In(china).Format("2006-01-02")+" (China time)")
	}
	s.add("Departments", departments(u, names)...)
	s.add("Roles", roles(u)...)
	s.add("Remark", u.Remark)
	s.add("Custom fields", custom(u.Extension)...)
	s.add("Translations", translations(u.ExtensionI18n)...)
	s.add("Account", account(u)...)
	s.add("Linked accounts", linked(u.UnionEmpExt)...)
	s.add("Flags", strings.Join(flagsOf(u), ", "))
	return box("User information", s)
}

func mobile(u *dingtalk.User) string {
	if u.Mobile == "" || u.StateCode == "" {
		return u.Mobile
	}
	return "+" + u.StateCode + " " + u.Mobile
}

// departments says for each department how far up a person is in it, and as what.
func departments(u *dingtalk.User, names map[int64]string) []string {
	var entries []string
	for _, id := range u.DeptIDList {
		place := []string{withNote(fmt.Sprint(id), names[id])}
		for _, o := range u.DeptOrderList {
			if o.DeptID == id {
				place = append(place, fmt.Sprint("order ", o.Order))
			}
		}
		var post []string
		for _, p := range u.DeptPositionList {
			if p.DeptID == id {
				post = append(post, labelled("title", p.Title), labelled("at", p.WorkPlace), when(p.IsMain, "main department"))
			}
		}
		leads := slices.Contains(u.LeaderInDept, dingtalk.LeaderInDept{DeptID: id, Leader: true})
		post = append(post, when(leads, "leads it"))
		entries = append(entries, strings.Join(place, ", ")+"\n"+strings.Join(filled(post), ", "))
	}
	return entries
}

func roles(u *dingtalk.User) []string {
	var lines []string
	for _, r := range u.RoleList {
		lines = append(lines, fmt.Sprintf("%s (%d)", strings.Join(filled([]string{r.GroupName, r.Name}), " / "), r.ID))
	}
	return lines
}

// custom is a line for each custom field; a text that cannot be taken apart is shown as it is.
func custom(e dingtalk.Extension) []string {
	fields, err := e.Map()
	if err != nil {
		return []string{string(e)}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		lines = append(lines, name+": "+fields[name])
	}
	return lines
}

func translations(e dingtalk.ExtensionI18n) []string {
	fields, err := e.Map()
	if err != nil {
		return []string{string(e)}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, locale := range slices.Sorted(maps.Keys(fields[name])) {
			lines = append(lines, name+" ("+locale+"): "+fields[name][locale])
		}
	}
	return lines
}

// account describes an account that belongs to the organisation and not to the person.
func account(u *dingtalk.User) []string {
	return filled([]string{
		when(u.ExclusiveAccount, strings.TrimSpace("enterprise account "+u.ExclusiveAccountType)),
		labelled("login", u.LoginID),
		labelled("of", withNote(u.ExclusiveAccountCorpName, u.ExclusiveAccountCorpID)),
		when(u.DisableStatus, "disabled"),
	})
}

func linked(e dingtalk.UnionEmpExt) []string {
	var lines []string
	for _, m := range append([]dingtalk.UnionEmpMap{{UserID: e.UserID, CorpID: e.CorpID}}, e.UnionEmpMapList...) {
		if m.UserID != "" {
			lines = append(lines, m.UserID+" in "+m.CorpID)
		}
	}
	return lines
}

func flagsOf(u *dingtalk.User) []string {
	return filled([]string{
		when(u.Active, "active"), when(!u.Active, "not active yet"),
		when(u.RealAuthed, "verified by real name"),
		when(u.HideMobile, "mobile hidden"),
		when(u.Senior, "senior mode"),
		when(u.Admin, "administrator"),
		when(u.Boss, "boss"),
	})
}

func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

func labelled(label, text string) string { return when(text != "", label+" "+text) }

func withNote(text, note string) string {
	return text + when(text != "" && note != "", " ("+note+")")
}

func filled(texts []string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

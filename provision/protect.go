package provision

import (
	"context"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// planUnlisted plans for the people who are not in the list.
func (m *planner) planUnlisted(ctx context.Context, plan *Plan) error {
	if m.opts.Delete && len(m.gaps) > 0 {
		m.notes = append(m.notes, "no one is deleted because not everything could be read: "+m.gaps[0])
	}
	for _, id := range m.userIDs {
		if err := ctx.Err(); err != nil {
			return err
		}
		u := m.users[id]
		if m.rowCount[id] > 0 || u == nil { // deleted since
			continue
		}
		plan.Unlisted++
		if m.opts.Delete {
			plan.Items = append(plan.Items, m.planUnlistedItem(u))
		}
	}
	return nil
}

// planUnlistedItem plans to delete a person unless there is a reason to keep them.
func (m *planner) planUnlistedItem(u *dingtalk.User) Item {
	it := Item{Action: ActionKeep, UserID: u.UserID, Name: u.Name}
	claimed := m.claims.reason(u)
	switch {
	case len(m.gaps) > 0:
		it.Reason = "not everything could be read"
	case m.unreadableUsers[u.UserID] != nil:
		it.Reason = reason(m.unreadableUsers[u.UserID])
	case m.keepReasons[u.UserID] != "":
		it.Reason = m.keepReasons[u.UserID]
	case claimed != "":
		it.Reason = claimed
	case (u.Admin || u.Boss) && !m.opts.DeleteAdmins:
		it.Reason = "is an administrator"
	case slices.ContainsFunc(u.DeptIDList, func(d int64) bool { return !m.inScope[d] }), len(u.DeptIDList) == 0:
		it.Reason = "is also in other departments"
	default:
		it.Action, it.UnionID, it.Admin, it.Changes = ActionDelete, u.UnionID, u.Admin || u.Boss, deletedFields(u)
	}
	return it
}

// claims maps each identity in the list to the reason why its holder is protected from deletion.
type claims map[identity]string

// add adds what a row names or claims, even if the row cannot be carried out.
func (all claims) add(p *Person) {
	add := func(kind, text, reason string, forms func(string) []string) {
		for _, part := range append(strings.FieldsFunc(text, isSeparator), text) {
			for _, value := range forms(part) {
				if value != "" {
					all[identity{kind, value}] = reason + " " + p.UserID + " in the list"
				}
			}
		}
	}
	add("login_id", p.LoginID, "has the login_id of", foldedForm)
	add("job_number", p.JobNumber, "has the job_number of", foldedForm)
	add("telephone", p.Telephone, "has the telephone of", foldedForm)
	add("email", p.OrgEmail, "has the org_email of", foldedForm)
	add("email", p.LoginEmail, "has the login_email of", foldedForm)
	add("email", p.Email, "has the email of", foldedForm)
	add("mobile", p.ExclusiveMobile, "has the exclusive_mobile of", mobileForms)
	add("mobile", p.Mobile, "has the mobile number of", mobileForms)
	add("userid", p.ManagerUserID, "is the manager of", foldedForm)
	add("userid", p.UserID, "has a userid that is spelled like that of", foldedForm)
}

// reason returns why the list protects a user, or "".
func (all claims) reason(u *dingtalk.User) string {
	for _, i := range identities(u) {
		if reason := all[i]; reason != "" {
			return reason
		}
	}
	return ""
}

// has reports whether the list contains an identity of a kind.
func (all claims) has(kind string) bool {
	for i := range all {
		if i.kind == kind {
			return true
		}
	}
	return false
}

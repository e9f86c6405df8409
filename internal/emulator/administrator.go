package emulator

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// An administrator works in DingTalk's own console. What limits an app does not limit an administrator: tokens,
// permission points, the contact scope, rate limits, delays and faults. The rules of the organization hold, and the
// journal records the calls.

// AdminTransport returns the server as a RoundTripper for the calls of an administrator.
func (s *Server) AdminTransport() http.RoundTripper { return transport{server: s, admin: true} }

// Refusal describes why a call was refused.
type Refusal struct {
	Code   int
	Text   string // as in the response
	Field  string // the documented name of the argument that is wrong; empty if it is no single one
	Holder string // the userid of the person who has a value that is taken

	// Reason describes the broken rule in English. It is empty for an argument that breaks no rule of the organization.
	Reason string
}

// Administer makes a call of an operation as the administrator. The arguments have the documented names. It returns the
// refusal, or nil and the result of the operation in JSON.
func (s *Server) Administer(ctx context.Context, op string, arguments map[string]any) (json.RawMessage, *Refusal) {
	rt := s.ops[op]
	in := arrival{method: rt.Method, path: rt.Path, contentType: "application/json", rawBody: encode(arguments), admin: true}
	res, _, err := s.handle(ctx, in.request())
	switch {
	case err != nil:
		return nil, &Refusal{Code: -1, Text: err.Error()}
	case res.refusal != nil:
		return nil, rt.describe(res.refusal)
	}
	var env envelope
	_ = json.Unmarshal(res.body, &env) // it was encoded from an envelope
	return env.Result, nil
}

// describe returns a refusal of the operation as an administrator sees it.
func (rt *route) describe(r *refusal) *Refusal {
	out := &Refusal{Code: r.code, Text: r.message(), Holder: r.holder, Reason: r.rule.String()}
	name, _, _ := strings.Cut(r.detail, " ")
	for _, candidate := range append([]string{name}, ruleFields[r.rule]...) {
		if rt.takes(candidate) {
			out.Field = candidate
			break
		}
	}
	return out
}

// takes reports whether the operation has an argument of a name.
func (rt *route) takes(name string) bool {
	for _, f := range rt.Request {
		if f.Name == name {
			return true
		}
	}
	return false
}

// ruleFields holds the arguments that break a rule. An operation has one of them.
var ruleFields = map[directory.Rule][]string{
	directory.UnknownUser:     {"userid"},
	directory.UserOutOfScope:  {"userid"},
	directory.UserIDTaken:     {"userid"},
	directory.MobileTaken:     {"mobile"},
	directory.TelephoneTaken:  {"telephone"},
	directory.EmailTaken:      {"email"},
	directory.LoginIDTaken:    {"login_id", "loginId"},
	directory.UnionIDTaken:    {"mobile"},
	directory.BadMobile:       {"mobile"},
	directory.MobileFixed:     {"mobile"},
	directory.UnknownManager:  {"manager_userid"},
	directory.BadCustomFields: {"extension"},

	directory.UnknownDepartment:     {"dept_id_list", "dept_id"},
	directory.DepartmentOutOfScope:  {"dept_id_list", "dept_id"},
	directory.UnknownParent:         {"parent_id"},
	directory.RootDepartment:        {"dept_id"},
	directory.DepartmentCycle:       {"parent_id"},
	directory.DepartmentTooDeep:     {"parent_id"},
	directory.BadDepartmentName:     {"name"},
	directory.DepartmentNameTaken:   {"name"},
	directory.BadVisibility:         {"dept_permits"},
	directory.ManagerNotMember:      {"dept_manager_userid_list"},
	directory.OwnerNotMember:        {"org_dept_owner"},
	directory.DepartmentHasMembers:  {"dept_id"},
	directory.DepartmentHasChildren: {"dept_id"},
}

// actAsAdministrator lifts what limits the app, until the function that it returns is called. The caller must hold the
// lock in between.
func (s *Server) actAsAdministrator() (restore func()) {
	app := s.access
	s.setAccess(access{scope: directory.WholeOrganization()})
	return func() { s.setAccess(app) }
}

func (s *Server) setAccess(a access) {
	s.access = a
	s.org.SetScope(a.scope)
}

// namedUsers returns the userids that the arguments of a call hold.
func (r *request) namedUsers() []string {
	in := r.body
	if len(in) == 0 {
		in = textFields(r.query)
	}
	var userids []string
	for name, raw := range in {
		if !strings.Contains(strings.ToLower(name), "userid") {
			continue
		}
		text, _ := unquote(raw)
		list, _ := split(text)
		userids = append(userids, list...)
		if len(list) > 1 && !strings.HasPrefix(text, "[") {
			userids = append(userids, text) // a userid may hold a comma
		}
	}
	slices.Sort(userids)
	return slices.Compact(userids)
}

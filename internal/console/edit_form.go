package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// editForm describes a form that makes a call as an administrator. Its fields are those of the call.
type editForm struct {
	Name     string // the last segment of its path
	Endpoint *contract.Endpoint
	Key      string // the field that names what is changed or deleted; empty for a form that creates
	Labels   string // the beginning of the keys of the labels
	Sections []editSection
}

// editSection is a part of a form.
type editSection struct {
	Title  string // its key
	Fields []string
}

// The sections that forms share.
var (
	employmentSection = editSection{"user.employment", []string{"title", "job_number", "manager_userid", "hired_date", "senior_mode"}}
	contactSection    = editSection{"user.contact", []string{"email", "org_email", "telephone", "work_place", "remark"}}
	customSection     = editSection{"user.custom", []string{"extension"}}
	visibilitySection = editSection{"edit.visibility", []string{
		"hide_dept", "dept_permits", "user_permits", "outer_dept", "outer_permit_depts", "outer_permit_users", "outer_dept_only_self",
	}}
)

// editForms returns the forms by name.
func editForms() map[string]editForm {
	forms := map[string]editForm{}
	for _, f := range []editForm{
		{"create-user", &contract.CreateUser, "", "user", []editSection{
			{"user.basic", []string{"name", "mobile", "userid", "hide_mobile", "dept_id_list"}},
			employmentSection, contactSection, customSection,
		}},
		{"update-user", &contract.UpdateUser, "userid", "user", []editSection{
			{"user.basic", []string{"name", "hide_mobile", "dept_id_list"}},
			employmentSection, contactSection, customSection,
		}},
		{"delete-user", &contract.DeleteUser, "userid", "user", nil},
		{"create-department", &contract.CreateDepartment, "", "department", []editSection{
			{"user.basic", []string{"name", "parent_id", "order", "brief", "telephone", "source_identifier"}},
			{"edit.group", []string{"create_dept_group", "auto_approve_apply"}},
			visibilitySection, customSection,
		}},
		{"update-department", &contract.UpdateDepartment, "dept_id", "department", []editSection{
			{"user.basic", []string{"name", "parent_id", "order", "dept_manager_userid_list", "brief", "telephone", "code", "source_identifier"}},
			{"edit.group", []string{
				"org_dept_owner", "create_dept_group", "auto_add_user", "group_contain_sub_dept", "group_contain_outer_dept",
				"group_contain_hidden_dept", "auto_approve_apply",
			}},
			visibilitySection, customSection,
		}},
		{"delete-department", &contract.DeleteDepartment, "dept_id", "department", nil},
	} {
		forms[f.Name] = f
	}
	return forms
}

// Creates reports whether the form makes something new.
func (f editForm) Creates() bool { return f.Key == "" }

// field returns a documented argument of the call.
func (f editForm) field(name string) contract.Field {
	at := slices.IndexFunc(f.Endpoint.Request, func(field contract.Field) bool { return field.Name == name })
	return f.Endpoint.Request[at]
}

// wasField is the name of the value that a field had when the form was made.
func wasField(name string) string { return "was." + name }

// arguments returns the arguments of the call: what was entered, and on an update only what differs from what the form
// showed at first, so that it does not undo what others have changed since. What the call cannot express is an error.
func (f editForm) arguments(values url.Values) (map[string]any, map[string]fieldError) {
	arguments, wrong := map[string]any{}, map[string]fieldError{}
	var cleared []string
	for _, section := range f.Sections {
		for _, name := range section.Fields {
			field := f.field(name)
			now, was := entered(field, values[name]), entered(field, values[wasField(name)])
			switch {
			case now == was:
				continue
			case now == "" && name == "dept_id_list":
				wrong[name] = fieldError{"edit.error.no.department", nil}
			case now == "" && (field.Type == contract.Int64 || field.Type == contract.Millis):
				wrong[name] = fieldError{"edit.error.clear", nil}
			case now == "" && slices.Contains(f.forced(), name):
				cleared = append(cleared, name)
			}
			arguments[name] = argument(field, now)
		}
	}
	if len(cleared) > 0 {
		arguments["force_update_fields"] = strings.Join(cleared, ",")
	}
	if !f.Creates() {
		arguments[f.Key] = argument(f.field(f.Key), values.Get(f.Key))
	}
	return arguments, wrong
}

// forced returns the fields that the call clears only if it names them once more.
func (f editForm) forced() []string {
	for _, field := range f.Endpoint.Request {
		if field.Name == "force_update_fields" {
			return field.Enum
		}
	}
	return nil
}

// entered returns what was entered for a field, as one text.
func entered(field contract.Field, values []string) string {
	switch field.Type {
	case contract.CommaIDs:
		return strings.Join(list(strings.Join(values, ",")), ",")
	case contract.CommaNames:
		names := strings.FieldsFunc(strings.Join(values, ","), func(r rune) bool { return r == ',' || r == '，' })
		for i := range names {
			names[i] = strings.TrimSpace(names[i])
		}
		return strings.Join(slices.DeleteFunc(names, func(name string) bool { return name == "" }), ",")
	default:
		if len(values) == 0 {
			return ""
		}
		return strings.ReplaceAll(values[0], "\r\n", "\n") // forms send the line ends of a text area like this
	}
}

// argument returns what was entered as the call takes it. What is no number or day is sent as it is, so that the server
// refuses it as it refuses a call.
func argument(field contract.Field, text string) any {
	switch field.Type {
	case contract.Bool:
		return text != ""
	case contract.Int64:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case contract.Millis:
		if day, err := time.ParseInLocation(time.DateOnly, text, contract.ServiceZone); err == nil {
			return day.UnixMilli()
		}
	default:
	}
	return text
}

package importer

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// The fields with a treatment of their own.
const (
	departmentIDs   = "dept_id_list"
	departmentPaths = "departments" // of dingtalk export
	countryCode     = "state_code"  // of mobile in a response
	mobileNumber    = "mobile"
	hiredDate       = "hired_date"
)

// renamed holds the fields that a create names in another way than a response.
var renamed = map[string]string{"senior": "senior_mode"}

var (
	settable = slices.DeleteFunc(fieldsOf[dingtalk.CreateUserRequest](), func(name string) bool { return name == "init_password" })
	readable = slices.Concat(fieldsOf[dingtalk.User](), fieldsOf[dingtalk.OrgUser](), []string{departmentPaths})
)

// fieldsOf returns the documented names of the fields of a struct.
func fieldsOf[T any]() []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// layout describes the columns of a list.
type layout struct {
	names   []string // as provision.CSV reads them
	country int      // the column with the country code of the mobile number, or -1
	paths   int      // the column with the paths of departments that stands for their IDs, or -1
	ignored []string // headings of fields that a create does not have
}

// newLayout finds out what the headings of a list mean.
func newLayout(header []string, d *dialect) (*layout, error) {
	l := &layout{country: -1, paths: -1}
	fields := make([]string, len(header))
	for i, text := range header {
		header[i] = strings.TrimSpace(text)
		fields[i] = d.field(header[i])
	}
	for _, h := range d.headings {
		if !slices.Contains(header, h.text) {
			return nil, fmt.Errorf("-map %s=%s: the list has no column %q", h.text, h.field, h.text)
		}
	}
	var unknown []string
	for i, field := range fields {
		name, mark := strings.TrimSuffix(field, "!"), ""
		if name != field {
			mark = "!"
		}
		switch {
		case field == "", field[0] == '#', name == "init_password", slices.Contains(settable, name), strings.HasPrefix(name, "extension."):
		case renamed[name] != "":
			field = renamed[name] + mark
		case name == departmentPaths && !slices.Contains(fields, departmentIDs) && !slices.Contains(fields, departmentIDs+"!"):
			field, l.paths = departmentIDs+mark, i
		case name == countryCode:
			field, l.country = "#"+field, i
		case slices.Contains(readable, name):
			field, l.ignored = "#"+field, append(l.ignored, header[i])
		case field != header[i]:
			return nil, fmt.Errorf("-map %s=%s: %q is not a field of a list; dingtalk import -h lists the fields", header[i], field, name)
		default:
			unknown = append(unknown, strconv.Quote(header[i]))
		}
		l.names = append(l.names, field)
	}
	if len(unknown) > 0 {
		return nil, unknownColumns(header, unknown)
	}
	return l, nil
}

// unknownColumns returns an error that explains what to do about headings that are not fields.
func unknownColumns(header, unknown []string) error {
	if len(header) == 1 {
		for _, delimiter := range []string{";", "\t", "|", ","} {
			if strings.Contains(header[0], delimiter) {
				name := strings.ReplaceAll(delimiter, "\t", "tab")
				return fmt.Errorf("the columns seem to be separated by %q: add -delimiter %q", name, name)
			}
		}
	}
	return errors.New("unknown column " + strings.Join(unknown, ", ") + ": say which field it is with -map, as in " +
		"-map 姓名=name, or skip it, as in -map 备注=#; dingtalk import -h lists the fields")
}

package provision

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// field is what people have, under the documented name of a create. Lists, plans and journals know values as
// text, in one form; "" is no value.
type field struct {
	name   string
	kind   kind
	shown  string // its name in user/get; "" where no answer shows it
	listed bool   // a department's list shows it as user/get does
	clears bool   // it can be emptied
	update string // its name in an update, where that is another
}

type kind int

const (
	text    kind = iota
	flag         // "true" or "false"
	date         // "2026-09-01", midnight in China; or Unix time in milliseconds
	depts        // IDs, joined by commas; in lists paths, too: "1,/研发中心/Platform"
	object       // a JSON object
	entries      // a JSON array
)

// fields are all fields, in the order of the documentation.
var fields = []field{
	{name: "userid", shown: "userid", listed: true},
	{name: "name", shown: "name", listed: true},
	{name: "mobile", shown: "mobile", listed: true},
	{name: "hide_mobile", kind: flag, shown: "hide_mobile", listed: true, clears: true},
	{name: "telephone", shown: "telephone", listed: true, clears: true},
	{name: "job_number", shown: "job_number", listed: true, clears: true},
	{name: "title", shown: "title", listed: true, clears: true},
	{name: "email", shown: "email", listed: true, clears: true},
	{name: "org_email", shown: "org_email", clears: true}, // in lists it needs another permission
	{name: "org_email_type", shown: "org_email_type"},
	{name: "work_place", shown: "work_place", listed: true, clears: true},
	{name: "remark", shown: "remark", listed: true, clears: true},
	{name: "dept_id_list", kind: depts, shown: "dept_id_list", listed: true},
	{name: "dept_order_list", kind: entries, shown: "dept_order_list"},
	{name: "dept_title_list", kind: entries},
	{name: extension, kind: object, shown: "extension", listed: true, clears: true},
	{name: "senior_mode", kind: flag, shown: "senior", clears: true},
	{name: "hired_date", kind: date, shown: "hired_date", listed: true},
	{name: "manager_userid", shown: "manager_userid", clears: true},
	{name: "login_email"},
	{name: "dept_position_list", kind: entries, shown: "dept_position_list"},
	{name: "extension_i18n", kind: object, shown: "extension_i18n"},
	{name: "check_user_protect", kind: flag},
	{name: "exclusive_account", kind: flag, shown: "exclusive_account", listed: true},
	{name: "exclusive_account_type", shown: "exclusive_account_type", listed: true},
	{name: "login_id", shown: "login_id", listed: true, update: "loginId"},
	{name: "send_password_to_user", kind: flag},
	{name: "exclusive_mobile"},
	{name: "exclusive_mobile_verify_status"},
	{name: "avatarMediaId"},
	{name: "nickname", shown: "nickname", listed: true, clears: true},
	{name: "outer_exclusive_corpid"},
	{name: "outer_exclusive_userid"},
}

// extension is the field that holds the custom fields; one of them is "extension.Hobby".
const extension = "extension"

// forced are the fields that an update empties only when force_update_fields names them.
var forced = []string{"manager_userid", "org_email"}

// fieldOf finds a field by its name. One custom field is a text.
func fieldOf(name string) (field, bool) {
	if _, one := customField(name); one {
		return field{name: name, shown: name, listed: true, clears: true}, true
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// customField is the custom field that "extension.Hobby" names.
func customField(name string) (string, bool) {
	custom, ok := strings.CutPrefix(name, extension+".")
	return custom, ok && custom != ""
}

// empty is the text of a field that was cleared.
func (f field) empty() string {
	if f.kind == flag {
		return "false"
	}
	return ""
}

// china is where dates begin.
var china = time.FixedZone("UTC+8", 8*60*60)

// same compares two texts: the order of departments says nothing.
func (f field) same(a, b string) bool {
	if f.kind != depts || a == b {
		return a == b
	}
	sorted := func(s string) []string { return slices.Sorted(strings.SplitSeq(s, ",")) }
	return slices.Equal(sorted(a), sorted(b))
}

// textOf writes a value of an answer or request.
func (f field) textOf(raw json.RawMessage) string {
	var err error
	switch f.kind {
	case flag: // as JSON has it
	case text:
		var s string
		if err = json.Unmarshal(raw, &s); err == nil {
			return s
		}
	case date:
		var m dingtalk.Millis
		if err = m.UnmarshalJSON(raw); err == nil {
			return dateText(m)
		}
	case depts:
		var ids dingtalk.IDList
		if err = json.Unmarshal(raw, &ids); err == nil {
			return deptText(ids)
		}
	case object:
		var e dingtalk.Extension
		if err = e.UnmarshalJSON(raw); err == nil {
			return objectText(string(e))
		}
	case entries:
		var b bytes.Buffer
		if err = json.Compact(&b, raw); err == nil && b.String() != "null" && b.String() != "[]" {
			return b.String()
		}
		return ""
	}
	return strings.Trim(string(raw), `"`)
}

func dateText(m dingtalk.Millis) string {
	switch at := m.In(china); {
	case m.IsZero():
		return ""
	case at.Year() > 0 && at.Year() < 10_000 && at.Equal(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, china)):
		return at.Format(time.DateOnly)
	default:
		return strconv.FormatInt(m.UnixMilli(), 10)
	}
}

func deptText(ids []int64) string {
	var texts []string
	seen := map[int64]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			texts = append(texts, strconv.FormatInt(id, 10))
		}
	}
	return strings.Join(texts, ",")
}

// objectText sorts the keys, and drops what says nothing. What is no object stays as it is.
func objectText(text string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var content map[string]any
	if dec.Decode(&content) != nil || dec.More() {
		return text
	}
	if len(content) == 0 {
		return ""
	}
	sorted, err := encode(content)
	if err != nil {
		return text
	}
	return string(sorted)
}

// encode writes JSON with the characters as they are, for people to read.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

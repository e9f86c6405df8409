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

// field describes a field of users, named as in a create. Lists, plans and journals hold values as text, in one form;
// "" is no value.
type field struct {
	name         string
	kind         kind
	responseName string // its name in user/get; "" if no response shows it
	inUserList   bool   // the user list of a department shows it as user/get does
	clearable    bool   // it can be cleared
	updateName   string // its name in an update, if different
}

type kind int

const (
	text    kind = iota
	flag         // "true" or "false"
	date         // "2026-09-01", midnight in China; or Unix time in milliseconds
	depts        // IDs joined by commas; in lists also paths: "1,/研发中心/Platform"
	object       // a JSON object
	entries      // a JSON array
)

// fields holds all fields, in the order of the documentation.
var fields = []field{
	{name: "userid", responseName: "userid", inUserList: true},
	{name: "name", responseName: "name", inUserList: true},
	{name: "mobile", responseName: "mobile", inUserList: true},
	{name: "hide_mobile", kind: flag, responseName: "hide_mobile", inUserList: true, clearable: true},
	{name: "telephone", responseName: "telephone", inUserList: true, clearable: true},
	{name: "job_number", responseName: "job_number", inUserList: true, clearable: true},
	{name: "title", responseName: "title", inUserList: true, clearable: true},
	{name: "email", responseName: "email", inUserList: true, clearable: true},
	{name: "org_email", responseName: "org_email", clearable: true}, // in user lists it needs another permission
	{name: "org_email_type", responseName: "org_email_type"},
	{name: "work_place", responseName: "work_place", inUserList: true, clearable: true},
	{name: "remark", responseName: "remark", inUserList: true, clearable: true},
	{name: "dept_id_list", kind: depts, responseName: "dept_id_list", inUserList: true},
	{name: "dept_order_list", kind: entries, responseName: "dept_order_list"},
	{name: "dept_title_list", kind: entries},
	{name: extension, kind: object, responseName: "extension", inUserList: true, clearable: true},
	{name: "senior_mode", kind: flag, responseName: "senior", clearable: true},
	{name: "hired_date", kind: date, responseName: "hired_date", inUserList: true},
	{name: "manager_userid", responseName: "manager_userid", clearable: true},
	{name: "login_email"},
	{name: "dept_position_list", kind: entries, responseName: "dept_position_list"},
	{name: "extension_i18n", kind: object, responseName: "extension_i18n"},
	{name: "check_user_protect", kind: flag},
	{name: "exclusive_account", kind: flag, responseName: "exclusive_account", inUserList: true},
	{name: "exclusive_account_type", responseName: "exclusive_account_type", inUserList: true},
	{name: "login_id", responseName: "login_id", inUserList: true, updateName: "loginId"},
	{name: "send_password_to_user", kind: flag},
	{name: "exclusive_mobile"},
	{name: "exclusive_mobile_verify_status"},
	{name: "avatarMediaId"},
	{name: "nickname", responseName: "nickname", inUserList: true, clearable: true},
	{name: "outer_exclusive_corpid"},
	{name: "outer_exclusive_userid"},
}

// extension is the field that holds the custom fields; a single one is named "extension.Hobby".
const extension = "extension"

// forceUpdateFields are the fields that an update clears only if force_update_fields names them.
var forceUpdateFields = []string{"manager_userid", "org_email"}

// fieldOf finds a field by its name. A single custom field is a text.
func fieldOf(name string) (field, bool) {
	if _, one := customField(name); one {
		return field{name: name, responseName: name, inUserList: true, clearable: true}, true
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// customField returns the custom field that a name such as "extension.Hobby" means.
func customField(name string) (string, bool) {
	custom, ok := strings.CutPrefix(name, extension+".")
	return custom, ok && custom != ""
}

// emptyText returns the text of a field that was cleared.
func (f field) emptyText() string {
	if f.kind == flag {
		return "false"
	}
	return ""
}

// chinaTime is UTC+8, the time zone of DingTalk's dates, which has no daylight saving time.
var chinaTime = time.FixedZone("UTC+8", 8*60*60)

// equal reports whether two texts mean the same value. The order of departments has no meaning.
func (f field) equal(a, b string) bool {
	if f.kind != depts || a == b {
		return a == b
	}
	sorted := func(s string) []string { return slices.Sorted(strings.SplitSeq(s, ",")) }
	return slices.Equal(sorted(a), sorted(b))
}

// text returns the text of a value in a response or request.
func (f field) text(raw json.RawMessage) string {
	var err error
	switch f.kind {
	case flag: // the text is that of JSON
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
	switch at := m.In(chinaTime); {
	case m.IsZero():
		return ""
	case at.Year() > 0 && at.Year() < 10_000 && at.Equal(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, chinaTime)):
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

// objectText returns a JSON object with sorted keys, or "" if it is empty. Text that is not an object stays as it is.
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
	sorted, err := encodeJSON(content)
	if err != nil {
		return text
	}
	return string(sorted)
}

// encodeJSON encodes a value as JSON without escaping HTML characters, so that people can read it.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

package provision

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// parse returns the value of a text, as requests encode it in JSON. Departments have been resolved to IDs.
func (f field) parse(s string) (any, error) {
	switch f.kind {
	case text:
		return s, nil
	case flag:
		v, err := strconv.ParseBool(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is neither true nor false", f.name, s)
		}
		return v, nil
	case date:
		m, err := parseDate(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		return m, nil
	case depts:
		var ids dingtalk.IDList
		if err := ids.UnmarshalJSON([]byte(strconv.Quote(s))); err != nil {
			return nil, fmt.Errorf("%s: %q is not a list of IDs", f.name, s)
		}
		return ids, nil
	case object:
		if s != "" && !isJSON(s, '{') {
			return nil, fmt.Errorf("%s: not a JSON object", f.name)
		}
		return s, nil
	default:
		if !isJSON(s, '[') {
			return nil, fmt.Errorf("%s: not a JSON array", f.name)
		}
		return json.RawMessage(s), nil
	}
}

func isJSON(s string, begin byte) bool {
	s = strings.TrimSpace(s)
	return s != "" && s[0] == begin && json.Valid([]byte(s))
}

func parseDate(s string) (dingtalk.Millis, error) {
	if at, err := time.ParseInLocation(time.DateOnly, s, chinaTime); err == nil {
		return dingtalk.Millis{Time: at}, nil
	}
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms == 0 {
		return dingtalk.Millis{}, fmt.Errorf("%q is neither a date such as 2026-09-01 nor a time in milliseconds", s)
	}
	return dingtalk.Millis{Time: time.UnixMilli(ms).UTC()}, nil
}

package emulator

import (
	"encoding/json"
	"maps"
	"slices"
)

// checkExtension holds the text of the custom fields against the fields that exist.
func (s *Server) checkExtension(text string) error {
	if text == "" {
		return nil
	}
	var custom map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &custom) != nil || custom == nil {
		return refuse(60122, "extension is no JSON object")
	}
	if s.org.customFields == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		if !slices.Contains(s.org.customFields, name) {
			return refuse(60122, name)
		}
	}
	return nil
}

// checkI18n holds the translations of custom fields to being an object of objects.
func checkI18n(text string) error {
	if text == "" {
		return nil
	}
	var custom map[string]map[string]string
	if json.Unmarshal([]byte(text), &custom) != nil || custom == nil {
		return refuse(60122, "extension_i18n is no JSON object of translations")
	}
	return nil
}

// mergeExtension adds the custom fields of one text to another's. A text that is none is returned as it
// is, for the check to refuse.
func mergeExtension(old, changes string) string {
	merged := map[string]json.RawMessage{}
	for _, text := range []string{old, changes} {
		if text != "" && json.Unmarshal([]byte(text), &merged) != nil {
			return changes
		}
	}
	return tidyExtension(string(encode(merged)))
}

// tidyExtension takes an object without fields for none.
func tidyExtension(text string) string {
	var custom map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &custom) == nil && custom != nil && len(custom) == 0 {
		return ""
	}
	return text
}

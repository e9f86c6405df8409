package directory

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// checkCustomFields refuses custom fields that are malformed or do not exist.
func (o *Organization) checkCustomFields(text string) error {
	if text == "" {
		return nil
	}
	var custom map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &custom) != nil || custom == nil {
		return refuseDetail(BadCustomFields, "extension is not a JSON object")
	}
	if o.customFields == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		if !slices.Contains(o.customFields, name) {
			return refuseDetail(BadCustomFields, name)
		}
	}
	return nil
}

// checkTranslations refuses translations of custom fields that are not an object of objects.
func checkTranslations(text string) error {
	if text == "" {
		return nil
	}
	var custom map[string]map[string]string
	if json.Unmarshal([]byte(text), &custom) != nil || custom == nil {
		return refuseDetail(BadCustomFields, "extension_i18n is not a JSON object of translations")
	}
	return nil
}

// MergeCustomFields adds custom fields to others. It returns changes as they are if a text is malformed, so that the
// check refuses them.
//
// Assumed: extension keeps the text that was sent. After a merge its keys are sorted.
func MergeCustomFields(old, changes string) string {
	merged := map[string]json.RawMessage{}
	for _, text := range []string{old, changes} {
		if text != "" && json.Unmarshal([]byte(text), &merged) != nil {
			return changes
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(merged); err != nil {
		return changes // cannot happen: what was decoded can be encoded
	}
	return NormalizeCustomFields(string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
}

// NormalizeCustomFields replaces an object without fields by the empty text.
func NormalizeCustomFields(text string) string {
	var custom map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &custom) == nil && custom != nil && len(custom) == 0 {
		return ""
	}
	return text
}

// isObject reports whether a text is a JSON object or empty.
func isObject(text string) bool {
	var object map[string]json.RawMessage
	return text == "" || json.Unmarshal([]byte(text), &object) == nil && object != nil
}

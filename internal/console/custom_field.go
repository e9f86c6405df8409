package console

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// custom is a custom field. Its value may be a link, written [text](address).
type customField struct {
	Name, Text string
	Address    string // of a link; empty where it is none
	Safe       bool   // the link may be followed
}

var linkText = regexp.MustCompile(`^\[([^\]]*)\]\((.*)\)$`)

// customFields reads the fields of an extension, in the order in which they are written there.
func customFields(extension string) []customField {
	d := json.NewDecoder(strings.NewReader(extension))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var fields []customField
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return fields
		}
		key, _ := name.(string)
		fields = append(fields, newCustomField(key, plain(value)))
	}
	return fields
}

func newCustomField(name, value string) customField {
	parts := linkText.FindStringSubmatch(strings.TrimSpace(value))
	if parts == nil {
		return customField{Name: name, Text: value}
	}
	return customField{name, parts[1], parts[2], isWeb(parts[2])}
}

// isWeb says whether an address leads to a page and runs nothing here.
func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// plain is a value without the quotes of JSON, where it is a text.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil && string(value) != "null" {
		return text
	}
	return string(value)
}

// translation is a custom field in another language.
type translation struct{ Name, Language, Text string }

// translations reads extension_i18n.
func translations(extension string) []translation {
	var all []translation
	for _, field := range customFields(extension) {
		for _, in := range customFields(field.Text) {
			all = append(all, translation{field.Name, in.Name, in.Text})
		}
	}
	return all
}

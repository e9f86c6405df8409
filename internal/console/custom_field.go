package console

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// customField is a custom field. Its value may be a link, written [text](address).
type customField struct {
	Name, Text string
	Address    string // of a link; empty for other values
	Safe       bool   // the link may be followed
}

var linkText = regexp.MustCompile(`^\[([^\]]*)\]\((.*)\)$`)

// customFields returns the fields of an extension in their order.
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

// isWeb reports whether an address is a web page, and not a script.
func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// plain returns a JSON value; a string without its quotes.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil && string(value) != "null" {
		return text
	}
	return string(value)
}

// translation is a custom field in another language.
type translation struct{ Name, Language, Text string }

// translations returns the fields of extension_i18n.
func translations(extension string) []translation {
	var all []translation
	for _, field := range customFields(extension) {
		for _, in := range customFields(field.Text) {
			all = append(all, translation{field.Name, in.Name, in.Text})
		}
	}
	return all
}

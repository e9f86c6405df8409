package provision

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	errNotUTF8  = errors.New(`the text is not UTF-8; save the list as "CSV UTF-8"`)
	errNoUserID = errors.New("there is no userid, which identifies the person")
)

// trimIdentifiers trims white space from the identifiers of a person, equally for lists of all forms.
func trimIdentifiers(p *Person) {
	for _, text := range identifiers(p) {
		*text.value = strings.TrimSpace(*text.value)
	}
}

// identifiers returns the fields that identify a person.
func identifiers(p *Person) []namedText {
	return []namedText{
		{"userid", &p.UserID}, {"mobile", &p.Mobile}, {"telephone", &p.Telephone}, {"job_number", &p.JobNumber},
		{"email", &p.Email}, {"org_email", &p.OrgEmail}, {"manager_userid", &p.ManagerUserID},
		{"login_email", &p.LoginEmail}, {"login_id", &p.LoginID}, {"exclusive_mobile", &p.ExclusiveMobile},
	}
}

// namedText is a field and its value.
type namedText struct {
	name  string
	value *string
}

// checkRow returns an error if a row does not identify a person, or is not valid text.
func checkRow(p *Person) error {
	if where, bad := findInvalidUTF8(reflect.ValueOf(*p), ""); bad {
		return fmt.Errorf("%s: %w", where, errNotUTF8)
	}
	for _, text := range identifiers(p) {
		switch {
		case strings.ContainsRune(*text.value, utf8.RuneError):
			return fmt.Errorf("%s: %q lost characters when it was saved; save the list as \"CSV UTF-8\"", text.name, *text.value)
		case isShortened(text.name, *text.value):
			return shortenedError(text.name, *text.value)
		}
	}
	custom, _ := p.Extension.Map() // planChanges reports what is not an object
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		if field := extension + "." + name; isShortened(field, custom[name]) {
			return shortenedError(field, custom[name])
		}
	}
	if p.UserID == "" {
		return errNoUserID
	}
	return nil
}

// findInvalidUTF8 finds a text within v that is not UTF-8, and returns its path.
func findInvalidUTF8(v reflect.Value, path string) (where string, found bool) {
	switch v.Kind() {
	case reflect.String:
		return strings.TrimPrefix(path, "."), !utf8.ValidString(v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" {
				name = "." + name
			} else if !f.Anonymous {
				name = "." + f.Name
			}
			if !f.IsExported() {
				continue
			}
			if where, found := findInvalidUTF8(v.Field(i), path+name); found {
				return where, true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if where, found := findInvalidUTF8(v.Index(i), path); found {
				return where, true
			}
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			if where, found := findInvalidUTF8(entry.Value(), path); found {
				return where, true
			}
		}
	default:
	}
	return "", false
}

// validUTF8 returns a text for a plan, which has to be UTF-8 to survive JSON.
func validUTF8(text string) string { return strings.ToValidUTF8(text, string(utf8.RuneError)) }

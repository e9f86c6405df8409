package directory

import "strings"

// Mobile is a mobile number and the code of its country. The two together are unique in the organization.
type Mobile struct{ StateCode, Number string }

// mainland is the country code of a number that is written without one.
const mainland = "86"

// ParseMobile reads a mobile number. A number outside mainland China is written "+852-91234567"; a number without
// the prefix is a mainland one.
func ParseMobile(text string) (Mobile, error) {
	m := Mobile{mainland, text}
	if rest, prefixed := strings.CutPrefix(text, "+"); prefixed {
		m.StateCode, m.Number, _ = strings.Cut(rest, "-")
	}
	switch {
	case !hasDigits(m.StateCode, 1, 4), !hasDigits(m.Number, 4, 14):
		return Mobile{}, refuse(BadMobile)
	case m.StateCode == mainland && (len(m.Number) != 11 || m.Number[0] != '1'):
		return Mobile{}, refuse(BadMobile)
	}
	return m, nil
}

// hasDigits reports whether a text is between min and max digits and nothing else.
func hasDigits(text string, min, max int) bool {
	return len(text) >= min && len(text) <= max && strings.Trim(text, "0123456789") == ""
}

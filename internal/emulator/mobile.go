package emulator

import "strings"

// mobile is a number and the code of its country; a number is unique in the organisation together with
// its code.
type mobile struct{ stateCode, number string }

const mainland = "86"

// parseMobile reads a number. Those outside mainland China are written "+852-91234567"; without the prefix a
// number is a mainland one.
func parseMobile(text string) (mobile, error) {
	m := mobile{mainland, text}
	if rest, prefixed := strings.CutPrefix(text, "+"); prefixed {
		m.stateCode, m.number, _ = strings.Cut(rest, "-")
	}
	switch {
	case !hasDigits(m.stateCode, 1, 4), !hasDigits(m.number, 4, 14):
		return mobile{}, refuse(60103)
	case m.stateCode == mainland && (len(m.number) != 11 || m.number[0] != '1'):
		return mobile{}, refuse(60103)
	}
	return m, nil
}

// hasDigits says whether a text is that many digits and nothing else.
func hasDigits(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, "0123456789") == ""
}

package emulator

import "regexp"

// mobile is a number and the code of its country; a number is unique in the organisation together with
// its code.
type mobile struct{ stateCode, number string }

// Numbers outside mainland China are written "+852-91234567". Without the prefix a number is a mainland
// one.
var (
	mobileForm   = regexp.MustCompile(`^(?:\+(\d{1,4})-)?(\d{4,14})$`)
	mainlandForm = regexp.MustCompile(`^1\d{10}$`)
)

const mainland = "86"

func parseMobile(text string) (mobile, error) {
	parts := mobileForm.FindStringSubmatch(text)
	if parts == nil {
		return mobile{}, refuse(60103)
	}
	m := mobile{stateCode: parts[1], number: parts[2]}
	if m.stateCode == "" {
		m.stateCode = mainland
	}
	if m.stateCode == mainland && !mainlandForm.MatchString(m.number) {
		return mobile{}, refuse(60103)
	}
	return m, nil
}

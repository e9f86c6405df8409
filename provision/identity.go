package provision

import (
	"strings"
	"unicode"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

// identity is a value that identifies a user, such as a mobile number, in a form that is the same for all spellings of
// people, spreadsheets and programs.
type identity struct{ kind, value string }

// identities returns the identities of a user that a row may name or claim.
func identities(u *dingtalk.User) []identity {
	local := number(mobile.Parse(u.Mobile).Local)
	userID := fold(u.UserID)
	return []identity{
		{"userid", userID}, {"userid", rounded(userID)}, {"mobile", local}, {"mobile", number(u.StateCode + local)},
		{"email", fold(u.Email)}, {"email", fold(u.OrgEmail)}, {"telephone", fold(u.Telephone)},
		{"job_number", fold(u.JobNumber)}, {"login_id", fold(u.LoginID)},
	}
}

// isSeparator reports whether r separates two values in one cell.
func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:/|<>()[]，；：、（）＜＞", r)
}

func foldedForm(text string) []string { return []string{fold(text)} }

// mobileForms returns a mobile number with and without what may be its country code.
func mobileForms(text string) []string {
	digits := number(text)
	all := []string{digits}
	for code := 1; code <= 4 && len(digits)-code >= 4; code++ {
		all = append(all, number(digits[code:]))
	}
	return all
}

// fold returns a text without case, width, white space, quotation marks and invisible characters. From a number it also
// removes what spreadsheets add and drop: ".0" at the end, and leading zeros.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // the full-width forms of ASCII
			r += '!' - '！'
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("'\"`‘’“”", r) {
			return -1
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, text)
	if integer := strings.TrimSuffix(text, ".0"); isDigits(integer) {
		return strings.TrimLeft(integer, "0")
	}
	return text
}

// number returns the digits of a number, without leading zeros.
func number(text string) string {
	text = strings.TrimSuffix(fold(text), ".0")
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text), "0")
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

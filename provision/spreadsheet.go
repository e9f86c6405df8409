package provision

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// spreadsheetDigits is the number of digits that a spreadsheet keeps.
const spreadsheetDigits = 15

// rounded returns a number as a spreadsheet writes it that does not keep all of its digits.
func rounded(digits string) string {
	if len(digits) <= spreadsheetDigits || !isDigits(digits) {
		return digits
	}
	return digits[:spreadsheetDigits] + strings.Repeat("0", len(digits)-spreadsheetDigits)
}

var (
	// scientificNumber matches a number that a spreadsheet has shortened to what it shows: 1.64553E+17, or 1,64553E+17
	// where the decimal separator is a comma. No userid contains a plus sign.
	scientificNumber = regexp.MustCompile(`^[+-]?[0-9]([.,][0-9]+)?[eE]\+[0-9]+$`)
	// shortenedPhone matches a telephone number that was shortened: 1.37111e10.
	shortenedPhone = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)
	// fractionalPhone matches a telephone number that was taken for a number, and lost none of its digits: 13711100000.0.
	fractionalPhone = regexp.MustCompile(`^[0-9]+[.,]0+$`)
	// dayNumber matches the number of a day since 1900, which a spreadsheet has in place of a date: 45536.
	dayNumber = regexp.MustCompile(`^[1-9][0-9]{4}$`)
)

// phoneFields are the fields that hold telephone numbers.
var phoneFields = []string{"mobile", "exclusive_mobile", "telephone"}

// isShortened reports whether the text of a field is what a spreadsheet shows of a longer number.
func isShortened(field, text string) bool {
	return scientificNumber.MatchString(text) || slices.Contains(phoneFields, field) && shortenedPhone.MatchString(text)
}

func shortenedError(field, text string) error {
	return fmt.Errorf("%s: %q is a number that a spreadsheet has shortened; format the column as text", field, text)
}

// checkPhones refuses telephone numbers with a fraction. Whom they mean is known, so the rest of the list is unaffected.
func checkPhones(p *Person) error {
	for _, text := range identifiers(p) {
		if slices.Contains(phoneFields, text.name) && fractionalPhone.MatchString(*text.value) {
			return fmt.Errorf("%s: %q is a fraction, not a telephone number; format the column as text", text.name, *text.value)
		}
	}
	return nil
}

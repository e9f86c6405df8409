package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/spreadsheet"
)

// convert returns the cells of a row as provision.CSV reads them. A row with too few or too many cells stays as it is.
func (l *layout) convert(cells []string) []string {
	if len(cells) != len(l.names) {
		return cells
	}
	for i, field := range l.names {
		cells[i] = spreadsheet.Unguard(cells[i])
		if field == hiredDate {
			cells[i] = convertDate(strings.TrimSpace(cells[i]))
		}
	}
	if l.paths >= 0 {
		cells[l.paths] = betweenPaths.ReplaceAllString(cells[l.paths], ",$1")
	}
	if i := slices.Index(l.names, mobileNumber); i >= 0 && l.country >= 0 {
		cells[i] = withCountry(strings.TrimSpace(cells[l.country]), strings.TrimSpace(cells[i]))
	}
	return cells
}

// betweenPaths matches what dingtalk export puts between the departments of a person.
var betweenPaths = regexp.MustCompile(`; ([/…0-9])`)

// convertDate converts a time of dingtalk export that is not midnight in China, and a date of a Chinese spreadsheet.
func convertDate(text string) string {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return strconv.FormatInt(at.UnixMilli(), 10)
	}
	if at, err := time.Parse("2006/1/2", text); err == nil {
		return at.Format(time.DateOnly)
	}
	return text
}

// withCountry returns a mobile number as a create takes it, from the two fields of a response.
func withCountry(country, number string) string {
	if country == "" || country == "86" || number == "" || strings.HasPrefix(number, "+") {
		return number
	}
	return "+" + country + "-" + number
}

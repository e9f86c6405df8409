// Package mobile compares mobile numbers as requests write them ("+852-51234567") with those of answers, which
// have the country's code beside the number.
package mobile

import "strings"

// Number is a mobile number, taken apart.
type Number struct {
	Country string // its code: "852"
	Local   string
}

// mainland is the code of a number that is written without one.
const mainland = "86"

// Parse takes a number apart as a request writes it.
func Parse(text string) Number {
	country, local, international := strings.Cut(strings.TrimPrefix(text, "+"), "-")
	if !strings.HasPrefix(text, "+") || !international {
		return Number{mainland, text}
	}
	return Number{country, local}
}

// Is compares n with a number of an answer, which may leave its country out.
func (n Number) Is(stateCode, number string) bool {
	return n.Local == number && (stateCode == "" || stateCode == n.Country)
}

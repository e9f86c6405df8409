// Package mobile compares mobile numbers as requests contain them ("+852-51234567") with those of responses, which have
// the country code in another field.
package mobile

import "strings"

// Number is a mobile number with its country code.
type Number struct {
	Country string // "852"
	Local   string
}

// mainland is the country code of numbers that are written without one.
const mainland = "86"

// Parse parses a number as a request contains it.
func Parse(text string) Number {
	country, local, international := strings.Cut(strings.TrimPrefix(text, "+"), "-")
	if !strings.HasPrefix(text, "+") || !international {
		return Number{mainland, text}
	}
	return Number{country, local}
}

// Is reports whether n is the number of a response, which may lack the country code.
func (n Number) Is(stateCode, number string) bool {
	return n.Local == number && (stateCode == "" || stateCode == n.Country)
}

package rest

import (
	"regexp"
	"strings"
)

var (
	subCodePattern = regexp.MustCompile(`subcode=(\d+)`)
	scopesPattern  = regexp.MustCompile(`requiredScopes=\[([^\]]*)\]`)
)

// maxSearched is how many bytes of a message are searched for codes, scopes and times.
const maxSearched = 8 << 10

// searchable returns the part of a message that is searched.
func searchable(message string) string { return message[:min(len(message), maxSearched)] }

// requiredScopes returns the permission points that a message names, or nil.
func requiredScopes(message string) []string {
	m := scopesPattern.FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	scopes := []string{}
	for scope := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r == ',' || r == ' ' }) {
		if len(scopes) == maxScopes {
			break
		}
		scopes = append(scopes, scope)
	}
	return scopes
}

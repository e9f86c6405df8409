package survey

import (
	"regexp"
	"slices"
	"strings"
)

// scrubber removes from texts what may tell of people, secrets or the organization.
type scrubber struct {
	values map[string]bool // that occurred in responses, or belong to the app
}

// codeName matches a code of the new API, such as invalidParameter.user.notFound, or of the legacy one, such as isp.-1.
var codeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,80}$`)

// learn adds all texts and long numbers of a response.
func (s *scrubber) learn(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			s.learn(value)
		}
	case []any:
		for _, value := range v {
			s.learn(value)
		}
	case string:
		s.add(v)
	}
}

// add adds a value, unless it is so short that it is a part of ordinary words.
func (s *scrubber) add(value string) {
	const shortest = 4 // bytes: two Chinese characters, or half a number
	if s.values == nil {
		s.values = map[string]bool{}
	}
	if len(value) >= shortest && value != "true" && value != "false" {
		s.values[value] = true
	}
}

var patterns = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[^\s@,:=]+@[^\s@,]+\.[a-z]+`), "(mail)"},
	{regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`), "(address)"},
	{regexp.MustCompile(`\b[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*\b`), "(address)"},
	{regexp.MustCompile(`\b[0-9A-Za-z_-]{20,}\b`), "(token)"},
	{regexp.MustCompile(`\d{6,}`), "(number)"},
}

// maxText is the longest text that is kept, in characters.
const maxText = 300

// clean returns a text without what may be personal: all values that occurred, and whatever looks like a number, an
// address or a token.
func (s *scrubber) clean(text string) string {
	values := make([]string, 0, len(s.values))
	for v := range s.values {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) }) // the longest first
	for _, v := range values {
		text = strings.ReplaceAll(text, v, "(value)")
	}
	for _, p := range patterns {
		text = p.pattern.ReplaceAllString(text, p.instead)
	}
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText]) + "…"
	}
	return text
}

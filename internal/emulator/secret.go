package emulator

import (
	"regexp"
	"strings"
)

// isSecret knows the names of the values that never appear in what is told of calls, in whichever case they are
// sent.
func isSecret(name string) bool {
	switch strings.ToLower(name) {
	case "access_token", "accesstoken", "appsecret", "corpsecret", "init_password":
		return true
	}
	return false
}

const redacted = "REDACTED"

// secretField finds the secrets of an answer, and of one that ends in the middle of a secret.
var secretField = regexp.MustCompile(`(?is)"(access_token|accesstoken)"\s*:\s*"(?:[^"\\]|\\.)*(?:"|\\?$)`)

func withoutTokens(answer []byte) string {
	return secretField.ReplaceAllString(string(answer), `"$1":"`+redacted+`"`)
}

// censor removes the secrets that are known wherever they stand: a caller that gives the secret a wrong name has
// not given it away.
type censor struct{ *strings.Replacer }

// censor needs the lock.
func (s *Server) censor() censor {
	pairs := []string{s.config.clientSecret, redacted}
	if s.token.value != "" {
		pairs = append(pairs, s.token.value, redacted)
	}
	return censor{strings.NewReplacer(pairs...)}
}

// value censors what was decoded from JSON.
func (c censor) value(v any) any {
	switch v := v.(type) {
	case string:
		return c.Replace(v)
	case []any:
		for i := range v {
			v[i] = c.value(v[i])
		}
	case map[string]any:
		for name := range v {
			if v[name] = c.value(v[name]); isSecret(name) {
				v[name] = redacted
			}
		}
	}
	return v
}

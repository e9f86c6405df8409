package emulator

import (
	"net/url"
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

// secretField finds the secrets of an response, and of one that ends in the middle of a secret.
var secretField = regexp.MustCompile(`(?is)"(access_token|accesstoken)"\s*:\s*"(?:[^"\\]|\\.)*(?:"|\\?$)`)

func withoutTokens(response []byte) string {
	return secretField.ReplaceAllString(string(response), `"$1":"`+redacted+`"`)
}

// censor removes the secrets that are known wherever they stand: a caller that gives the secret a wrong name has
// not given it away.
type censor struct{ *strings.Replacer }

// censor needs the lock.
func (s *Server) censor() censor {
	quoted := encode(s.config.clientSecret)
	pairs := []string{s.config.clientSecret, redacted, string(quoted[1 : len(quoted)-1]), redacted}
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
		out := make(map[string]any, len(v))
		for name, in := range v {
			if in = c.value(in); isSecret(name) {
				in = redacted
			}
			out[c.Replace(name)] = in
		}
		return out
	}
	return v
}

// values censors what came in a query.
func (c censor) values(query url.Values) url.Values {
	out := make(url.Values, len(query))
	for name, texts := range query {
		for _, text := range texts {
			out.Add(c.Replace(name), c.Replace(text))
		}
	}
	return out
}

package emulator

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// isSecret reports whether a field, in any case, has a value that must never appear in journals and logs.
func isSecret(name string) bool {
	switch strings.ToLower(name) {
	case "access_token", "accesstoken", "appsecret", "corpsecret", "init_password",
		"refreshtoken", "clientsecret", "client_secret", "ssosecret", "suitesecret", "suiteticket", "jsapiticket", "ticket", "permanentcode",
		"authcode", "tmp_auth_code", "signature":
		return true
	}
	return false
}

// isSecretOf reports whether a field of an operation has such a value, also one whose name is harmless elsewhere.
func isSecretOf(op, name string) bool {
	return isSecret(name) || slices.Contains(secretFields[op], strings.ToLower(name))
}

// secretFields holds the names, in lower case, of the secret fields of each operation.
var secretFields = func() map[string][]string {
	out := map[string][]string{}
	for _, e := range endpoints() {
		for _, f := range e.Request {
			if f.Secret {
				out[e.Name] = append(out[e.Name], strings.ToLower(f.Name))
			}
		}
	}
	return out
}()

const redacted = "REDACTED"

// The beginnings of the secrets that the server issues, apart from the app's token.
const (
	codePrefix      = "authcode"
	userTokenPrefix = "usertoken"
	refreshPrefix   = "refresh"
	ssoTokenPrefix  = "ssotoken"
	ticketPrefix    = "jsticket"
)

// issuedSecret matches these secrets wherever they occur. They have a form of their own, so that a log hides also those
// that are spent or arrive under a wrong name.
var issuedSecret = regexp.MustCompile("(?:" + codePrefix + "|" + userTokenPrefix + "|" + refreshPrefix + "|" + ssoTokenPrefix +
	"|" + ticketPrefix + "|" + corpTokenPrefix + "|" + suiteTokenPrefix + "|" + suiteTicketPrefix + "|" + permanentPrefix + ")[0-9a-f]{32}")

// newSecret returns a new secret.
func newSecret(prefix string) string { return prefix + hexText() }

// secretField matches the secrets in a response, also in one that ends in the middle of a secret.
var secretField = regexp.MustCompile(`(?is)"(access_token|accesstoken|refreshtoken|jsapiticket|ticket|token|aes_key)"\s*:\s*"(?:[^"\\]|\\.)*(?:"|\\?$)`)

// withoutTokens returns a response without the values of its tokens.
func withoutTokens(response []byte) string {
	return secretField.ReplaceAllString(string(response), `"$1":"`+redacted+`"`)
}

// censor replaces the values of known secrets wherever they occur, so that a secret which a caller sends under a wrong
// name is not shown.
type censor struct{ known *strings.Replacer }

// Replace returns a text without secrets.
func (c censor) Replace(text string) string {
	return issuedSecret.ReplaceAllString(c.known.Replace(text), redacted)
}

// censor returns a censor for the secrets of the server. The caller must hold the lock.
func (s *Server) censor() censor {
	var pairs []string
	for _, secret := range []string{s.config.clientSecret, s.config.ssoSecret} {
		quoted := encode(secret)
		pairs = append(pairs, secret, redacted, string(quoted[1:len(quoted)-1]), redacted)
	}
	if s.token.value != "" {
		pairs = append(pairs, s.token.value, redacted)
	}
	if s.callback != nil {
		pairs = append(pairs, s.callback.seal.token, redacted, s.callback.aesKey, redacted)
	}
	return censor{strings.NewReplacer(pairs...)}
}

// value censors a decoded JSON value.
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

// values censors a query.
func (c censor) values(query url.Values) url.Values {
	out := make(url.Values, len(query))
	for name, texts := range query {
		for _, text := range texts {
			out.Add(c.Replace(name), c.Replace(text))
		}
	}
	return out
}

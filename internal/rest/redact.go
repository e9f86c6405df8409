package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

const redacted = "REDACTED"

// unwrapURL removes the wrappers of net/http around a transport's error: they contain the URL, with the token in it.
func unwrapURL(err error) error {
	for {
		wrapped, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = wrapped.Err
	}
}

// Redact returns an error that can be shown in place of one from outside this module. Its text is without the secrets.
// errors.Is and errors.As find what they find in err, but neither printing the error nor unwrapping it leads to the URL
// or the request that a transport may have put into its errors.
func Redact(err error, secrets ...string) error {
	err = unwrapURL(err)
	return hideError(err, redactText(err.Error(), secrets...))
}

// hideError returns an error with a text of its own in place of err.
func hideError(err error, text string) error {
	return &redactedError{text: text, err: func() error { return err }}
}

// redactedError has a text of its own, and hides the error that it replaces in a closure, which printers that call no
// methods cannot look into.
type redactedError struct {
	text string
	err  func() error
}

func (e *redactedError) Error() string                { return e.text }
func (e *redactedError) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, e.text) }
func (e *redactedError) MarshalText() ([]byte, error) { return []byte(e.text), nil }
func (e *redactedError) Is(target error) bool         { return errors.Is(e.err(), target) }

// As finds errors by concrete types only, and none that is a text: by an interface it would find the hidden error itself,
// and a textproto.ProtocolError quotes the response.
func (e *redactedError) As(target any) bool {
	kind := reflect.TypeOf(target).Elem().Kind()
	return kind != reflect.Interface && kind != reflect.String && errors.As(e.err(), target)
}

// Timeout keeps the usual type assertion for net.Error's method working.
func (e *redactedError) Timeout() bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](e.err())
	return ok && t.Timeout()
}

// minSecret is the length below which a text is not redacted: a token "t" of a test would be removed from every word.
const minSecret = 6

// redactText replaces the secrets in a text, also as URLs, JSON and quoted strings spell them.
func redactText(text string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		for _, spelling := range spellings(secret) {
			text = strings.ReplaceAll(text, spelling, redacted)
		}
	}
	return text
}

// spellings returns the forms in which a text may contain a secret. The secret is sent in JSON, which may be quoted
// itself.
func spellings(secret string) (all []string) {
	if url.QueryEscape(secret) == secret { // letters and digits have one form
		return []string{secret}
	}
	for _, form := range []string{secret, escapeJSON(secret, false), escapeJSON(secret, true)} {
		quoted := strconv.Quote(form)
		all = append(all, form, url.QueryEscape(form), url.PathEscape(form), quoted[1:len(quoted)-1])
	}
	return all
}

// escapeJSON returns text as it is written inside a JSON string.
func escapeJSON(text string, escapeHTML bool) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(escapeHTML)
	if err := enc.Encode(text); err != nil {
		return text // never: a text always encodes
	}
	return string(b.Bytes()[1 : b.Len()-2]) // without the quotation marks and the line feed
}

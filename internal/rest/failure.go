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
	"time"
)

// Kind says what is known when no envelope came back.
type Kind int

const (
	Unsent       Kind = iota // nothing reached the service
	Unprocessed              // the server has declared that it did not process the request
	Lost                     // the request may have been handled; its answer never arrived, or not whole
	Malformed                // an answer arrived that is not the envelope; another attempt may bring one
	Foreign                  // an answer arrived that no attempt will change: another site, a redirect
	Unanswerable             // the transport refuses such requests
	Banned                   // the service's answer, in JSON, to an IP address that exceeded its limit
	Page                     // an HTML page with status 200: the other form of a ban, but perhaps somebody else's
	Throttled                // HTTP 429
)

// Failure is an exchange without an envelope as its answer. Its text quotes neither URL nor body.
type Failure struct {
	Kind       Kind
	Status     int // 0 when there was no answer
	RetryAfter time.Duration
	Err        error
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

const redacted = "REDACTED"

// bare strips what net/http wraps around a transport's error: the URL, with the token in it.
func bare(err error) error {
	for {
		wrapped, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = wrapped.Err
	}
}

// Clean makes an error of somebody else's fit to be shown: its text is without the secrets, and all that is
// left of the error itself is what errors.Is and errors.As find in it. Printing it in whatever way, or
// walking its chain, never comes to the URL or the request that a transport may have put into its errors.
func Clean(err error, secrets ...string) error {
	err = bare(err)
	return &cleaned{text: scrub(err.Error(), secrets...), err: err}
}

type cleaned struct {
	text string
	err  error
}

func (c *cleaned) Error() string                { return c.text }
func (c *cleaned) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, c.text) }
func (c *cleaned) MarshalText() ([]byte, error) { return []byte(c.text), nil }
func (c *cleaned) Is(target error) bool         { return errors.Is(c.err, target) }

// As finds errors by their types. By an interface it would find what c stands in place of.
func (c *cleaned) As(target any) bool {
	return reflect.TypeOf(target).Elem().Kind() != reflect.Interface && errors.As(c.err, target)
}

// Timeout makes the usual assertion for net.Error's method work as before.
func (c *cleaned) Timeout() bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](c.err)
	return ok && t.Timeout()
}

// shortestSecret keeps the "t" of somebody's test from being taken out of every word.
const shortestSecret = 6

// scrub takes the secrets out of a text, also as URLs, JSON and quotation marks spell them.
func scrub(text string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		for _, spelling := range spellings(secret) {
			text = strings.ReplaceAll(text, spelling, redacted)
		}
	}
	return text
}

// spellings are the ways in which a text may hold a secret. JSON, as which it travels, may itself be quoted.
func spellings(secret string) (all []string) {
	if url.QueryEscape(secret) == secret { // letters and digits, which nothing changes
		return []string{secret}
	}
	for _, bare := range []string{secret, inJSON(secret, false), inJSON(secret, true)} {
		quoted := strconv.Quote(bare)
		all = append(all, bare, url.QueryEscape(bare), url.PathEscape(bare), quoted[1:len(quoted)-1])
	}
	return all
}

func inJSON(text string, escapeHTML bool) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(escapeHTML)
	if err := enc.Encode(text); err != nil {
		return text // never: a text always encodes
	}
	return string(b.Bytes()[1 : b.Len()-2]) // without the quotation marks and the line feed
}

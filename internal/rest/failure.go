package rest

import (
	"errors"
	"net/url"
	"strings"
	"time"
)

// Kind says what is known when no envelope came back.
type Kind int

const (
	Unsent       Kind = iota // nothing reached the service
	Lost                     // the request may have been handled; its answer never arrived, or not whole
	Malformed                // an answer arrived that is not the envelope; another attempt may bring one
	Foreign                  // an answer arrived that no attempt will change: another site, a redirect
	Unanswerable             // the transport refuses such requests
	Blocked                  // the service's ban page for an IP address
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

// Clean makes an error of somebody else's fit to be shown: without URLs, and without the secrets.
func Clean(err error, secrets ...string) error { return scrub(bare(err), secrets...) }

// scrub returns err unless its text holds one of the secrets; then only the text is left, without them.
func scrub(err error, secrets ...string) error {
	text := err.Error()
	clean := scrubText(text, secrets...)
	if clean == text {
		return err
	}
	return errors.New(clean)
}

func scrubText(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		text = strings.ReplaceAll(text, secret, redacted)
		text = strings.ReplaceAll(text, url.QueryEscape(secret), redacted)
		text = strings.ReplaceAll(text, url.PathEscape(secret), redacted)
	}
	return text
}

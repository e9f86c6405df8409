package tokencache

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Secret is a value that expires. Every way of printing it hides the value.
type Secret struct {
	Value   string
	Expires time.Time // zero: never

	FetchedAt time.Time // zero: unknown, and perhaps long ago

	RecheckAfter time.Duration // the source is to be called again after this time, although the secret is valid; 0: no
}

const redacted = "REDACTED"

// valid reports whether there is a value that has not expired.
func (s Secret) valid(now time.Time) bool {
	return s.Value != "" && (s.Expires.IsZero() || now.Before(s.Expires))
}

// Format prints REDACTED for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the value in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value in JSON and other text encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

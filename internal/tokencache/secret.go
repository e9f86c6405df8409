package tokencache

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Secret is a value with an end. However it is printed, the value stays hidden.
type Secret struct {
	Value   string
	Expires time.Time // zero: never

	Again time.Duration // the source wants to be asked again so soon, although this one is good; zero: no
}

const redacted = "REDACTED"

func (s Secret) good(now time.Time) bool {
	return s.Value != "" && (s.Expires.IsZero() || now.Before(s.Expires))
}

// Format hides the value from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the value from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from JSON and other text encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

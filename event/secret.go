package event

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/dingtalk-contacts/dingtalk-go/internal/redact"
)

const redacted = "REDACTED"

// Secret is a ticket or code of a third-party app. It prints as REDACTED in every format of fmt, in JSON, in other text
// encodings and in slog, and an empty one as nothing. NewSecret makes a Secret, and Reveal returns its text. Secrets of
// the same text are equal, and the zero Secret is the empty one. It does not decode from REDACTED.
type Secret struct{ sealed string }

// NewSecret returns the secret of a text.
func NewSecret(text string) Secret { return Secret{redact.Seal(text)} }

// Reveal returns the text.
func (s Secret) Reveal() string { return redact.Open(s.sealed) }

// IsZero reports whether the text is empty.
func (s Secret) IsZero() bool { return s.sealed == "" }

// String returns REDACTED.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// Format writes REDACTED for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue returns REDACTED.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns REDACTED.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText decodes from plain text.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New("event: the text of a secret was redacted")
	}
	*s = NewSecret(string(text))
	return nil
}

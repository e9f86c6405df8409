package dingtalk

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/redact"
)

const redacted = "REDACTED"

// Secret is a text that must not be printed: a password, a token, a key. It prints as REDACTED in every format of fmt,
// in JSON, in other text encodings and in slog, and an empty one as nothing. NewSecret makes a Secret, Reveal returns
// its text, and the client sends it in plain text. Secrets of the same text are equal, and the zero Secret is the empty
// one.
//
// It decodes from plain text. A value that was encoded as REDACTED does not decode, because the text is lost.
//
// The text is encrypted under a random key of the process, so that printers that call no methods do not show it either,
// such as fmt for unexported fields, or testify for differences.
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
func (s Secret) MarshalText() ([]byte, error) {
	if text, ok := strings.CutPrefix(s.sealed, outgoing); ok {
		return []byte(text), nil
	}
	return []byte(s.String()), nil
}

// UnmarshalText decodes from plain text.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New("dingtalk: the text of a secret was redacted")
	}
	*s = NewSecret(string(text))
	return nil
}

// outgoing is the prefix of a secret in a request that is being encoded, before its plain text. Base64 never contains
// it.
const outgoing = "\x00"

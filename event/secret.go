package event

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a ticket or code of a third-party app. It is not printed, logged or encoded; string(s) is its value.
type Secret string

const redacted = "REDACTED"

// Format prints a placeholder, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns a placeholder.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns a placeholder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

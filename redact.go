package dingtalk

import (
	"fmt"
	"io"
	"log/slog"
)

// Format keeps the printing of a source from going through what it holds.
func (s *oauth2Source) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "dingtalk.OAuth2TokenSource")
}

// Format keeps the printing of a client from going through what it holds.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalk.Client") }

// Format prints the operation alone: requests hold personal data and passwords.
func (c *Call) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.Op+" "+c.Path) }

// LogValue is the operation alone: requests hold personal data and passwords.
func (c *Call) LogValue() slog.Value { return slog.StringValue(c.Op + " " + c.Path) }

// MarshalText is the operation alone: requests hold personal data and passwords.
func (c *Call) MarshalText() ([]byte, error) { return []byte(c.Op + " " + c.Path), nil }

package dingtalk

import (
	"fmt"
	"io"
	"log/slog"
)

// What may not be printed, and how it prints instead.

const redacted = "REDACTED"

// String hides the token.
func (t Token) String() string { return redacted }

// Format hides the token from every verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the token from structured logs.
func (t Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the token from JSON and other text encodings.
func (t Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

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

// Format hides the initial password.
func (r CreateUserRequest) Format(f fmt.State, verb rune) {
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), r.shown())
}

// LogValue hides the initial password.
func (r CreateUserRequest) LogValue() slog.Value { return slog.AnyValue(r.shown()) }

type shownCreateUserRequest CreateUserRequest // without the methods

func (r CreateUserRequest) shown() shownCreateUserRequest {
	if r.InitPassword != "" {
		r.InitPassword = redacted
	}
	return shownCreateUserRequest(r)
}

// Format hides the initial password.
func (r UpdateUserRequest) Format(f fmt.State, verb rune) {
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), r.shown())
}

// LogValue hides the initial password.
func (r UpdateUserRequest) LogValue() slog.Value { return slog.AnyValue(r.shown()) }

type shownUpdateUserRequest UpdateUserRequest // without the methods

func (r UpdateUserRequest) shown() shownUpdateUserRequest {
	if r.InitPassword != nil {
		r.InitPassword = new(redacted)
	}
	return shownUpdateUserRequest(r)
}

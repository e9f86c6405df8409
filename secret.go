package dingtalk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const redacted = "REDACTED"

// Secret is a text that must not be printed: a password, a token, a key. It prints as REDACTED in every format of fmt,
// in JSON, in other text encodings and in slog, and an empty one as nothing. It is kept encrypted under a key that the
// process makes at its start, so that printers that call no methods (of unexported fields, or those of testify's
// differences) have nothing to show either. Two secrets of the same text are equal. NewSecret makes one, Reveal returns
// its text, and the client sends it in plain.
//
// It decodes from a plain text. What was encoded as REDACTED does not decode: the text is lost.
type Secret struct{ sealed string }

// NewSecret returns the secret of this text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	mac := hmac.New(sha256.New, secretKey)
	_, _ = mac.Write([]byte(text))
	sealed := append(mac.Sum(nil)[:aes.BlockSize:aes.BlockSize], text...)
	crypt(sealed)
	return Secret{base64.RawURLEncoding.EncodeToString(sealed)}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	opened, err := base64.RawURLEncoding.DecodeString(s.sealed)
	if err != nil || len(opened) < aes.BlockSize {
		return "" // of the zero Secret
	}
	crypt(opened)
	return string(opened[aes.BlockSize:])
}

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

// UnmarshalText takes a plain text.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New("dingtalk: the text of a secret was redacted")
	}
	*s = NewSecret(string(text))
	return nil
}

// secretKey encrypts the secrets of this process.
var secretKey = func() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}()

// crypt encrypts or decrypts what follows the initialization vector. The vector depends on the text, so that equal
// texts are equal when encrypted, and no two texts share a key stream.
func crypt(sealed []byte) {
	block, err := aes.NewCipher(secretKey)
	if err != nil {
		panic(err) // never: the key has 32 bytes
	}
	iv, text := sealed[:aes.BlockSize], sealed[aes.BlockSize:]
	cipher.NewCTR(block, iv).XORKeyStream(text, text)
}

// outgoing marks a secret of a request that is being encoded, before its plain text. No sealed text begins with it.
const outgoing = "\x00"

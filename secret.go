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
// in JSON, in other text encodings and in slog, and an empty one as nothing. NewSecret makes a Secret, Reveal returns
// its text, and the client sends it in plain text. Secrets of the same text are equal, and the zero Secret is the empty
// one.
//
// It decodes from plain text. A value that was encoded as REDACTED does not decode, because the text is lost.
//
// The text is encrypted under a random key of the process, so that printers that call no methods do not show it either,
// such as fmt for unexported fields, or testify for differences.
type Secret struct {
	// sealed is the initialization vector and the ciphertext in base64. Nothing plainer has all the properties:
	// printers show a string and follow a pointer, functions and channels of the same text are not equal, and if a
	// fixed mask hid the texts, one known text would reveal the others.
	sealed string
}

// NewSecret returns the secret of a text.
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
		return "" // the zero Secret
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

// UnmarshalText decodes from plain text.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New("dingtalk: the text of a secret was redacted")
	}
	*s = NewSecret(string(text))
	return nil
}

// The random key that encrypts the secrets of this process.
var (
	secretKey       = randomKey()
	secretCipher, _ = aes.NewCipher(secretKey) // never fails with a key of this size
)

func randomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

// crypt encrypts or decrypts the bytes after the initialization vector. The vector is derived from the text, so that
// equal texts have equal ciphertexts, and different texts have different key streams.
func crypt(sealed []byte) {
	iv, text := sealed[:aes.BlockSize], sealed[aes.BlockSize:]
	cipher.NewCTR(secretCipher, iv).XORKeyStream(text, text)
}

// outgoing is the prefix of a secret in a request that is being encoded, before its plain text. Base64 never contains
// it.
const outgoing = "\x00"

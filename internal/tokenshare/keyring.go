package tokenshare

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// version is the prefix of the format of sealed tokens. Another format will have another one.
const version = "v1"

// Keyring encrypts and decrypts tokens in a store, as "v1.<ID of the key>.<nonce and ciphertext in base64>". The zero
// Keyring leaves them in plain text.
type Keyring struct {
	keys []namedKey // the first one encrypts
}

type namedKey struct {
	id   string
	aead cipher.AEAD
}

// KeySize is the number of bytes of a key, for AES-256.
const KeySize = 32

const maxIDLength = 64

// Add adds a key. Its errors do not quote the key.
func (k *Keyring) Add(id string, key []byte) error {
	switch {
	case id == "":
		return errors.New("the ID of a key is empty")
	case len(id) > maxIDLength:
		return fmt.Errorf("the ID of a key has more than %d characters", maxIDLength)
	case strings.IndexFunc(id, invalidInID) >= 0:
		return errors.New("the ID of a key may only have letters, digits, - and _")
	case len(key) != KeySize:
		return fmt.Errorf("key %s has %d bytes instead of %d", id, len(key), KeySize)
	}
	for _, other := range k.keys {
		if other.id == id {
			return fmt.Errorf("two keys have the ID %s", id)
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return errors.New("AES is not available")
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return errors.New("AES-GCM is not available")
	}
	k.keys = append(k.keys, namedKey{id, aead})
	return nil
}

// invalidInID reports whether the ID of a key may not have this character.
func invalidInID(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && (r < '0' || r > '9') && r != '-' && r != '_'
}

// Seal returns the text to store for a token. It opens only with the same additional authenticated data, aad.
func (k *Keyring) Seal(token, aad string) string {
	if len(k.keys) == 0 {
		return token
	}
	first := k.keys[0]
	head := version + "." + first.id + "."
	return head + base64.RawURLEncoding.EncodeToString(first.aead.Seal(nil, nil, []byte(token), []byte(head+aad)))
}

// Open returns the token of a stored text, or an error of the type Unreadable.
func (k *Keyring) Open(stored, aad string) (string, error) {
	if len(k.keys) == 0 {
		return stored, nil
	}
	parts := strings.Split(stored, ".")
	if len(parts) != 3 || parts[0] != version {
		return "", Unreadable("the stored token is not sealed, or in another format")
	}
	i := slices.IndexFunc(k.keys, func(key namedKey) bool { return key.id == parts[1] })
	if i < 0 {
		return "", Unreadable("the stored token is sealed with a key that this process does not have")
	}
	sealed, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", errTampered
	}
	token, err := k.keys[i].aead.Open(nil, nil, sealed, []byte(version+"."+parts[1]+"."+aad))
	if err != nil {
		return "", errTampered
	}
	return string(token), nil
}

const errTampered = Unreadable("the stored token does not open: it was changed, or was sealed with another key of the same ID")

// Format keeps the keys from being printed.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "REDACTED") }

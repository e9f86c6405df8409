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

// version begins what is sealed; another form will have another.
const version = "v1"

// Keyring seals and opens what is stored: as "v1.<ID of the key>.<nonce and ciphertext in base64>". The zero
// Keyring leaves it in the clear.
type Keyring struct {
	keys []sealer // the first one seals
}

type sealer struct {
	id   string
	aead cipher.AEAD
}

// KeySize is the number of bytes of a key, for AES-256.
const KeySize = 32

const longestID = 64

// Add adds a key. An error does not quote it.
func (k *Keyring) Add(id string, key []byte) error {
	switch {
	case id == "":
		return errors.New("the ID of a key is empty")
	case len(id) > longestID:
		return fmt.Errorf("the ID of a key has more than %d characters", longestID)
	case strings.IndexFunc(id, notInID) >= 0:
		return errors.New("the ID of a key may have letters, digits, - and _ alone")
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
	k.keys = append(k.keys, sealer{id, aead})
	return nil
}

func notInID(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && (r < '0' || r > '9') && r != '-' && r != '_'
}

// Seal returns what to store of a token. About says what belongs to it: it opens with nothing else.
func (k *Keyring) Seal(token, about string) string {
	if len(k.keys) == 0 {
		return token
	}
	first := k.keys[0]
	head := version + "." + first.id + "."
	return head + base64.RawURLEncoding.EncodeToString(first.aead.Seal(nil, nil, []byte(token), []byte(head+about)))
}

// Open returns the token of what was stored, or an error of the type Unreadable.
func (k *Keyring) Open(stored, about string) (string, error) {
	if len(k.keys) == 0 {
		return stored, nil
	}
	parts := strings.Split(stored, ".")
	if len(parts) != 3 || parts[0] != version {
		return "", Unreadable("the stored token is not sealed, or in another way")
	}
	i := slices.IndexFunc(k.keys, func(s sealer) bool { return s.id == parts[1] })
	if i < 0 {
		return "", Unreadable("the stored token is sealed with a key that is not here")
	}
	sealed, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", errTampered
	}
	token, err := k.keys[i].aead.Open(nil, nil, sealed, []byte(version+"."+parts[1]+"."+about))
	if err != nil {
		return "", errTampered
	}
	return string(token), nil
}

const errTampered = Unreadable("the stored token does not open: it was changed, or the key is another one of the same ID")

// Format keeps the printing of a keyring from going through its keys.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "REDACTED") }

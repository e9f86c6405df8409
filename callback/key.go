package callback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// The lengths of what is set in the console.
const (
	maxToken  = 64
	aesKeyLen = 43
)

// key is a token and an AES key.
type key struct {
	token string
	block cipher.Block
	iv    []byte
}

func newKey(token, aesKey string) (key, error) {
	if token == "" || len(token) > maxToken {
		return key{}, errors.New("callback: the token must have 1 to 64 characters")
	}
	// The last character has two bits to spare, which are set in most keys. A strict decoder refuses them.
	secret, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil || len(aesKey) != aesKeyLen || len(secret) != 32 {
		return key{}, errors.New("callback: the AES key must have 43 letters and digits")
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return key{}, err
	}
	return key{token: token, block: block, iv: secret[:aes.BlockSize]}, nil
}

// sign returns the signature of a message.
func (k key) sign(timestamp, nonce, encrypt string) string {
	parts := []string{k.token, timestamp, nonce, encrypt}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

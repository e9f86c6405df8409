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

	"github.com/dingtalk-contacts/dingtalk-go"
)

// The lengths of what is set in the console.
const (
	maxToken  = 64
	aesKeyLen = 43
)

// Key is a token and an AES key, as they are set in the console.
type Key struct {
	Token, AESKey dingtalk.Secret
}

// check returns an error for a key that cannot be.
func (k Key) check() error {
	if n := len(k.Token.Reveal()); n == 0 || n > maxToken {
		return errors.New("callback: the token must have 1 to 64 characters")
	}
	if _, _, err := k.cipher(); err != nil {
		return errors.New("callback: the AES key must have 43 letters and digits")
	}
	return nil
}

// cipher returns the block cipher and the initialization vector of the AES key. They are not kept, because a printer
// would show them.
func (k Key) cipher() (b cipher.Block, iv []byte, err error) {
	text := k.AESKey.Reveal()
	if len(text) != aesKeyLen {
		return nil, nil, aes.KeySizeError(len(text))
	}
	// The last character has two bits to spare, which are set in most keys. A strict decoder refuses them.
	secret, err := base64.StdEncoding.DecodeString(text + "=")
	if err != nil {
		return nil, nil, err
	}
	b, err = aes.NewCipher(secret)
	if err != nil {
		return nil, nil, err // the text had a line break
	}
	return b, secret[:aes.BlockSize], nil
}

// sign returns the signature of a message.
func (k Key) sign(timestamp, nonce, encrypt string) string {
	parts := []string{k.Token.Reveal(), timestamp, nonce, encrypt}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

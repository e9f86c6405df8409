// Package redact hides texts from printers that show unexported fields and call no methods.
package redact

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// Seal encrypts a text under a random key of the process. Equal texts have equal results, and the empty text remains
// empty.
//
// The result is the initialization vector and the ciphertext in base64. Nothing plainer has all the properties: printers
// show a string and follow a pointer, functions and channels of the same text are not equal, and if a fixed mask hid the
// texts, one known text would reveal the others.
func Seal(text string) string {
	if text == "" {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(text))
	sealed := append(mac.Sum(nil)[:aes.BlockSize:aes.BlockSize], text...)
	crypt(sealed)
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// Open returns the text of a result of Seal, and the empty text for anything else.
func Open(sealed string) string {
	opened, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(opened) < aes.BlockSize {
		return ""
	}
	crypt(opened)
	return string(opened[aes.BlockSize:])
}

// The random key of this process.
var (
	key      = randomKey()
	block, _ = aes.NewCipher(key) // never fails with a key of this size
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
	cipher.NewCTR(block, iv).XORKeyStream(text, text)
}

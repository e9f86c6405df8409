package emulator

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// seal holds the encryption of a callback. It shares no code with package callback, so that a mistake there cannot agree
// with itself here.
type seal struct {
	token string
	key   []byte // 32 bytes, of which the first 16 are the initialization vector, too
	owner string
}

// decodeKey returns the bytes of an AES key of 43 letters and digits.
func decodeKey(text string) ([]byte, bool) {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
			return nil, false
		}
	}
	key, err := base64.RawStdEncoding.DecodeString(text)
	return key, err == nil && len(text) == 43
}

// signature returns the signature of a ciphertext.
func (c seal) signature(timestamp, nonce, encrypted string) string {
	all := []string{encrypted, nonce, timestamp, c.token}
	slices.Sort(all)
	h := sha1.New()
	for _, part := range all {
		_, _ = h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// encrypt encrypts a message, padded to blocks of a size.
func (c seal) encrypt(message []byte, blockSize int) string {
	b, _ := aes.NewCipher(c.key) // never fails with 32 bytes
	plain := make([]byte, 16+4, 16+4+len(message)+len(c.owner)+blockSize)
	_, _ = rand.Read(plain[:16]) // never fails
	binary.BigEndian.PutUint32(plain[16:], uint32(len(message)))
	plain = append(append(plain, message...), c.owner...)
	pad := blockSize - len(plain)%blockSize
	plain = append(plain, slices.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(b, c.key[:16]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// decrypt returns the message of a ciphertext, or what is wrong with it.
func (c seal) decrypt(encrypted string) (string, error) {
	plain, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(plain) == 0 || len(plain)%aes.BlockSize != 0 {
		return "", errors.New("encrypt is no ciphertext")
	}
	b, _ := aes.NewCipher(c.key) // never fails with 32 bytes
	cipher.NewCBCDecrypter(b, c.key[:16]).CryptBlocks(plain, plain)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > 32 || pad > len(plain)-20 {
		return "", errors.New("encrypt has a wrong padding")
	}
	plain, padding := plain[:len(plain)-pad], plain[len(plain)-pad:]
	if strings.Trim(string(padding), string(rune(pad))) != "" {
		return "", errors.New("encrypt has a wrong padding")
	}
	n := binary.BigEndian.Uint32(plain[16:20])
	if uint64(n) > uint64(len(plain)-20) {
		return "", errors.New("encrypt has a wrong length")
	}
	if owner := string(plain[20+n:]); owner != c.owner {
		return "", fmt.Errorf("encrypt is of the owner %q", owner)
	}
	return string(plain[20 : 20+n]), nil
}

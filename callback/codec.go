package callback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// The classes of the errors of Codec.Open.
var (
	// ErrSignature is a signature that none of the tokens gives: the message is not from DingTalk, or the token is wrong.
	ErrSignature = errors.New("the signature is wrong")
	// ErrDecrypt is a message that cannot be decrypted: the AES key is wrong.
	ErrDecrypt = errors.New("the message cannot be decrypted")
	// ErrOwner is a message for another app or organization.
	ErrOwner = errors.New("the message is for another owner")
)

const (
	randomLen = 16
	headLen   = randomLen + 4 // and the length of the message
	padBlock  = 32
)

// success is the text that acknowledges a message.
const success = "success"

// Codec opens and seals the messages of an HTTP callback. It is safe for concurrent use.
type Codec struct {
	keys   []Key
	owners []string
}

// NewCodec returns the codec of the token and the AES key of an app, and of the owners whose messages it opens. The owner
// is the client ID for a callback that was set in the console, the corp ID for one that was registered over the API, and
// the suite key for a third-party app; while a suite is being created, it is a placeholder.
func NewCodec(token, aesKey string, owners ...string) (*Codec, error) {
	if len(owners) == 0 || slices.Contains(owners, "") {
		return nil, errors.New("callback: an owner is required, such as the client ID")
	}
	return (&Codec{owners: slices.Clone(owners)}).WithKey(token, aesKey)
}

// Format writes the owners.
func (c *Codec) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "callback.Codec of %q", c.owners) }

// WithKey returns a codec that opens messages of another token and AES key besides, as both are needed while they are
// changed. Seal uses the first key.
func (c *Codec) WithKey(token, aesKey string) (*Codec, error) {
	return c.withKey(Key{Token: dingtalk.NewSecret(token), AESKey: dingtalk.NewSecret(aesKey)})
}

func (c *Codec) withKey(k Key) (*Codec, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	return &Codec{keys: append(slices.Clone(c.keys), k), owners: c.owners}, nil
}

// Message is a message that was opened.
type Message struct {
	Text  []byte // JSON, for event.Decode
	Owner string

	key Key
}

// Format writes the owner, and not the text.
func (m *Message) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "callback.Message for %q", m.Owner)
}

// Envelope is a sealed message. Its JSON is the response to a request of DingTalk.
type Envelope struct {
	Signature string `json:"msg_signature"`
	Timestamp string `json:"timeStamp"`
	Nonce     string `json:"nonce"`
	Encrypt   string `json:"encrypt"`
}

// Open checks and decrypts a message. The signature, the timestamp and the nonce are the parameters of the request's URL,
// msg_signature or signature, timestamp and nonce, and encrypt is the field of its body; all as received.
//
// The error matches ErrSignature, ErrDecrypt or ErrOwner. The comparisons take the same time wherever texts differ.
func (c *Codec) Open(signature, timestamp, nonce, encrypt string) (*Message, error) {
	err := fmt.Errorf("callback: %w", ErrSignature)
	for _, k := range c.keys {
		if subtle.ConstantTimeCompare([]byte(k.sign(timestamp, nonce, encrypt)), []byte(signature)) == 0 {
			continue
		}
		var m *Message
		if m, err = c.decrypt(k, encrypt); err == nil {
			return m, nil // of two keys with one token, only one decrypts
		}
	}
	return nil, err
}

// decrypt returns the message of a ciphertext.
func (c *Codec) decrypt(k Key, encrypt string) (*Message, error) {
	block, iv, err := k.cipher()
	if err != nil {
		return nil, err // never: it was checked
	}
	text, err := base64.StdEncoding.DecodeString(encrypt) // skips line breaks
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("callback: %w: no ciphertext", ErrDecrypt)
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, text)
	text, ok := unpad(text)
	if !ok || len(text) < headLen {
		return nil, fmt.Errorf("callback: %w: padding", ErrDecrypt)
	}
	length, rest := uint64(binary.BigEndian.Uint32(text[randomLen:headLen])), text[headLen:]
	if length > uint64(len(rest)) {
		return nil, fmt.Errorf("callback: %w: length", ErrDecrypt)
	}
	message, owner := rest[:length:length], rest[length:]
	allowed := 0
	for _, o := range c.owners {
		allowed |= subtle.ConstantTimeCompare([]byte(o), owner)
	}
	if allowed == 0 {
		return nil, fmt.Errorf("callback: %w: %.64q", ErrOwner, owner)
	}
	return &Message{Text: message, Owner: string(owner), key: k}, nil
}

// unpad returns a text without its padding of 1 to 32 bytes. The service pads to blocks of 32, its sample code also to 16.
func unpad(text []byte) ([]byte, bool) {
	n := int(text[len(text)-1])
	if n < 1 || n > padBlock || n > len(text) {
		return nil, false
	}
	body, pad := text[:len(text)-n], text[len(text)-n:]
	different := byte(0)
	for _, b := range pad {
		different |= b ^ byte(n)
	}
	return body, different == 0
}

// Seal encrypts and signs a message for the first owner, with the first key.
func (c *Codec) Seal(message []byte, timestamp, nonce string) *Envelope {
	return c.keys[0].seal(message, c.owners[0], timestamp, nonce, random())
}

// Acknowledge returns the response that tells DingTalk that the message was accepted. The timestamp is of now, in
// milliseconds since 1970, and the nonce any text, such as that of the request.
func (m *Message) Acknowledge(timestamp, nonce string) *Envelope {
	return m.key.seal([]byte(success), m.Owner, timestamp, nonce, random())
}

func (k Key) seal(message []byte, owner, timestamp, nonce string, random []byte) *Envelope {
	block, iv, _ := k.cipher() // it was checked
	text := make([]byte, 0, headLen+len(message)+len(owner)+padBlock)
	text = append(text, random...)
	text = binary.BigEndian.AppendUint32(text, uint32(len(message)))
	text = append(append(text, message...), owner...)
	n := padBlock - len(text)%padBlock
	for range n {
		text = append(text, byte(n))
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
	e := &Envelope{Timestamp: timestamp, Nonce: nonce, Encrypt: base64.StdEncoding.EncodeToString(text)}
	e.Signature = k.sign(timestamp, nonce, e.Encrypt)
	return e
}

func random() []byte {
	b := make([]byte, randomLen)
	_, _ = rand.Read(b) // never fails
	return b
}

package callback_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/callback"
)

// The configuration of the tests, invented.
const (
	token    = "dg7Token2026x"
	aesKey   = "Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd"
	clientID = "dingk3yexample9q7w"
	corpID   = "ding5example0corp1"

	newToken  = "dg8Token2026y"
	newAESKey = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij"
)

func newCodec(t testing.TB, owners ...string) *callback.Codec {
	t.Helper()
	if owners == nil {
		owners = []string{clientID}
	}
	c, err := callback.NewCodec(token, aesKey, owners...)
	require.NoError(t, err)
	return c
}

func TestCodec_OpensWhatItSeals(t *testing.T) {
	t.Parallel()
	c := newCodec(t)
	for n := range 257 {
		text := bytes.Repeat([]byte{byte(n)}, n)
		e := c.Seal(text, "1793347200123", "aB3dE5gH")
		m, err := c.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
		require.NoError(t, err)
		require.Equal(t, string(text), string(m.Text))
		require.Equal(t, clientID, m.Owner)
		require.NotEqual(t, e.Encrypt, c.Seal(text, "1793347200123", "aB3dE5gH").Encrypt, "the random bytes")
	}
}

func TestCodec_OpensEachPaddingAndSkipsLineBreaks(t *testing.T) {
	t.Parallel()
	c := newCodec(t)
	for length := range 64 {
		for _, block := range []int{16, 32} {
			encrypt := encryptWith(t, strings.Repeat("x", length), clientID, block)
			encrypt = encrypt[:20] + "\r\n" + encrypt[20:] + "\n"
			m, err := c.Open(sign(token, "1", "n", encrypt), "1", "n", encrypt)
			require.NoError(t, err)
			require.Len(t, m.Text, length)
		}
	}
}

// encryptWith encrypts a message apart from the package, with padding to a multiple of block.
func encryptWith(t testing.TB, message, owner string, block int) string {
	t.Helper()
	secret, err := base64.StdEncoding.DecodeString(aesKey + "=")
	require.NoError(t, err)
	text := append([]byte("0f1E2d3C4b5A6978"), binary.BigEndian.AppendUint32(nil, uint32(len(message)))...)
	text = append(append(text, message...), owner...)
	n := block - len(text)%block
	text = append(text, bytes.Repeat([]byte{byte(n)}, n)...)
	b, err := aes.NewCipher(secret)
	require.NoError(t, err)
	cipher.NewCBCEncrypter(b, secret[:16]).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

func TestCodec_OpensMessagesOfAllOwners(t *testing.T) {
	t.Parallel()
	both := newCodec(t, clientID, corpID)
	for _, owner := range []string{clientID, corpID} {
		e := newCodec(t, owner).Seal([]byte("{}"), "1", "n")
		m, err := both.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
		require.NoError(t, err)
		reply := m.Acknowledge("2", "o")
		m, err = newCodec(t, owner).Open(reply.Signature, reply.Timestamp, reply.Nonce, reply.Encrypt)
		require.NoError(t, err, "the response has the owner of the request")
		require.Equal(t, "success", string(m.Text))
	}
	e := newCodec(t, "another").Seal([]byte("{}"), "1", "n")
	_, err := both.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
	require.ErrorIs(t, err, callback.ErrOwner)
	require.ErrorContains(t, err, `"another"`)
}

func TestCodec_OpensMessagesOfAllKeys(t *testing.T) {
	t.Parallel()
	for name, other := range map[string][2]string{
		"token and key": {newToken, newAESKey}, "token": {newToken, aesKey}, "key": {token, newAESKey},
	} {
		next, err := callback.NewCodec(other[0], other[1], clientID)
		require.NoError(t, err)
		both, err := next.WithKey(token, aesKey)
		require.NoError(t, err)
		for _, sender := range []*callback.Codec{next, newCodec(t)} {
			e := sender.Seal([]byte("{}"), "1", "n")
			m, err := both.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
			require.NoError(t, err, name)
			reply := m.Acknowledge("2", "o")
			_, err = sender.Open(reply.Signature, reply.Timestamp, reply.Nonce, reply.Encrypt)
			require.NoError(t, err, name)
		}
		e := both.Seal([]byte("{}"), "1", "n")
		_, err = next.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
		require.NoError(t, err, "the first key seals")
		_, err = newCodec(t).Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
		require.Error(t, err, name)
	}
}

func TestNewCodec_RefusesWhatCannotBeRight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token, key string
		owners     []string
	}{
		"no token":       {"", aesKey, []string{clientID}},
		"long token":     {strings.Repeat("t", 65), aesKey, []string{clientID}},
		"no key":         {token, "", []string{clientID}},
		"short key":      {token, aesKey[1:], []string{clientID}},
		"long key":       {token, aesKey + "a", []string{clientID}},
		"padded key":     {token, aesKey + "=", []string{clientID}},
		"line break":     {token, aesKey[:42] + "\n", []string{clientID}},
		"other alphabet": {token, aesKey[:42] + "_", []string{clientID}},
		"no owner":       {token, aesKey, nil},
		"empty owner":    {token, aesKey, []string{clientID, ""}},
	} {
		_, err := callback.NewCodec(c.token, c.key, c.owners...)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), aesKey[:20])
	}
}

func TestCodec_PrintsNoKey(t *testing.T) {
	t.Parallel()
	c := newCodec(t)
	e := c.Seal([]byte("personal"), "1", "n")
	m, err := c.Open(e.Signature, e.Timestamp, e.Nonce, e.Encrypt)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		text := fmt.Sprintf(verb+verb, c, m)
		require.NotContains(t, text, token)
		require.NotContains(t, text, "personal")
		require.NotContains(t, text, fmt.Sprintf("%x", token))
		require.Contains(t, text, clientID)
	}
	var diff diffText
	assert.Empty(&diff, []any{c, m, newHandler(t, config(), &inbox{})}) // prints unexported fields, too
	for _, secret := range []string{token, aesKey, "Bootstrap", fmt.Sprintf("% x", "Bootst")} {
		require.NotContains(t, diff.String(), secret)
	}
	require.Contains(t, diff.String(), clientID)
}

// diffText holds what testify prints of values that differ.
type diffText struct{ bytes.Buffer }

func (d *diffText) Errorf(format string, args ...any) { _, _ = fmt.Fprintf(d, format, args...) }

// Whatever a sender that knows the token posts, nothing is longer than what it sent, and nothing is opened for others.
func FuzzOpen(f *testing.F) {
	valid, invalid := readVectors(f)
	for _, v := range append(valid, invalid...) {
		f.Add(v.Timestamp, v.Nonce, v.Encrypt)
		f.Add(v.Timestamp, v.Nonce, encryptWith(f, v.Plaintext, v.Owner, 32))
	}
	c := newCodec(f)
	f.Fuzz(func(t *testing.T, timestamp, nonce, encrypt string) {
		m, err := c.Open(sign(token, timestamp, nonce, encrypt), timestamp, nonce, encrypt)
		if err != nil {
			require.Nil(t, m)
			require.NotErrorIs(t, err, callback.ErrSignature)
			return
		}
		require.Equal(t, clientID, m.Owner)
		require.Less(t, len(m.Text), len(encrypt))
		e := c.Seal(m.Text, timestamp, nonce)
		again, err := c.Open(e.Signature, timestamp, nonce, e.Encrypt)
		require.NoError(t, err)
		require.Equal(t, m.Text, again.Text)
	})
}

package callback_test

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/callback"
)

// vector is an entry of testdata/vectors.json.
type vector struct {
	ID               string `json:"id"`
	Token            string `json:"token"`
	AESKey           string `json:"aes_key"`
	Owner            string `json:"owner"`
	Timestamp        string `json:"timestamp"`
	Nonce            string `json:"nonce"`
	Signature        string `json:"signature"`
	Encrypt          string `json:"encrypt"`
	Plaintext        string `json:"plaintext"`
	SignatureMatches *bool  `json:"signature_matches"`
	MustFail         string `json:"must_fail"`
}

func readVectors(t testing.TB) (valid, invalid []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var file struct {
		Valid   []vector `json:"valid"`
		Invalid []vector `json:"invalid"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Valid, 51)
	require.Len(t, file.Invalid, 17)
	return file.Valid, file.Invalid
}

func (v vector) codec(t testing.TB) *callback.Codec {
	t.Helper()
	c, err := callback.NewCodec(v.Token, v.AESKey, v.Owner)
	require.NoError(t, err)
	return c
}

// sign computes a signature apart from the package.
func sign(token, timestamp, nonce, encrypt string) string {
	parts := []string{token, timestamp, nonce, encrypt}
	slices.SortFunc(parts, cmp.Compare[string])
	h := sha1.New()
	_, _ = h.Write([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(h.Sum(nil))
}

func TestCodec_OpensEachValidVector(t *testing.T) {
	t.Parallel()
	valid, _ := readVectors(t)
	for _, v := range valid {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			c, signature := v.codec(t), sign(v.Token, v.Timestamp, v.Nonce, v.Encrypt)
			if v.SignatureMatches != nil {
				m, err := c.Open(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
				if *v.SignatureMatches {
					require.NoError(t, err)
					require.Equal(t, v.Plaintext, string(m.Text))
				} else {
					require.ErrorIs(t, err, callback.ErrSignature)
				}
			}
			m, err := c.Open(signature, v.Timestamp, v.Nonce, v.Encrypt)
			require.NoError(t, err)
			require.Equal(t, v.Plaintext, string(m.Text))
			require.Equal(t, v.Owner, m.Owner)

			for i := 0; i < len(v.Encrypt); i += 7 { // one character of the ciphertext, under a right signature
				broken := []byte(v.Encrypt)
				broken[i] = '!'
				_, err := c.Open(sign(v.Token, v.Timestamp, v.Nonce, string(broken)), v.Timestamp, v.Nonce, string(broken))
				require.ErrorIs(t, err, callback.ErrDecrypt)
			}
		})
	}
}

// invalidClass is the class of the error by the vector's ID, where it is not the signature.
var invalidClass = map[string]error{
	"bad-owner": callback.ErrOwner, "bad-owner-empty": callback.ErrOwner, "bad-owner-longer": callback.ErrOwner,
	"bad-length-too-long": callback.ErrDecrypt, "bad-length-negative": callback.ErrDecrypt, "bad-length-short": callback.ErrOwner,
	"bad-pad-33": callback.ErrDecrypt, "bad-pad-0": callback.ErrDecrypt, "bad-pad-mixed": callback.ErrDecrypt,
	"bad-too-short": callback.ErrDecrypt, "bad-not-blocks": callback.ErrDecrypt, "bad-base64": callback.ErrDecrypt,
	"bad-empty": callback.ErrDecrypt,

	"bad-signature": callback.ErrSignature, "bad-signature-upper-case": callback.ErrSignature,
	"bad-timestamp": callback.ErrSignature, "bad-nonce": callback.ErrSignature,
}

func TestCodec_RefusesEachInvalidVector(t *testing.T) {
	t.Parallel()
	_, invalid := readVectors(t)
	for _, v := range invalid {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			m, err := v.codec(t).Open(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
			require.Contains(t, invalidClass, v.ID)
			require.ErrorIs(t, err, invalidClass[v.ID], v.MustFail)
			require.Nil(t, m)
		})
	}
}

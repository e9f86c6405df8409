package callback

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Sealing a vector's text with its random bytes gives its ciphertext byte for byte, where it was padded to blocks of 32.
func TestCodec_SealsAsTheVectorsDo(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var file struct {
		Valid []struct {
			ID               string `json:"id"`
			Token            string `json:"token"`
			AESKey           string `json:"aes_key"`
			Owner            string `json:"owner"`
			Timestamp        string `json:"timestamp"`
			Nonce            string `json:"nonce"`
			Signature        string `json:"signature"`
			Encrypt          string `json:"encrypt"`
			Random           string `json:"random"`
			Plaintext        string `json:"plaintext"`
			PadBlock         int    `json:"pad_block"`
			SignatureMatches bool   `json:"signature_matches"`
		} `json:"valid"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.NotEmpty(t, file.Valid)
	others := 0 // vectors in blocks of 16, as sample code sends them, which the package does not
	for _, v := range file.Valid {
		if v.PadBlock != padBlock {
			others++
			continue
		}
		k := Key{dingtalk.NewSecret(v.Token), dingtalk.NewSecret(v.AESKey)}
		require.NoError(t, k.check())
		require.Len(t, v.Random, randomLen, v.ID)
		e := k.seal([]byte(v.Plaintext), v.Owner, v.Timestamp, v.Nonce, []byte(v.Random))
		joined := strings.ReplaceAll(v.Encrypt, "\n", "") // one vector has lines, which its signature covers
		require.Equal(t, joined, e.Encrypt, v.ID)
		if v.SignatureMatches && joined == v.Encrypt {
			require.Equal(t, v.Signature, e.Signature, v.ID)
		}
	}
	require.Equal(t, 1, others)
}

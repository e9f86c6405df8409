package tokenshare

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const token = "7c0f1d2e3b4a59687766554433221100"

func ring(t *testing.T, ids ...string) *Keyring {
	t.Helper()
	var k Keyring
	for _, id := range ids {
		require.NoError(t, k.Add(id, bytes.Repeat([]byte(id[:1]), KeySize)))
	}
	return &k
}

func TestKeyring_OpensWithAnyOfItsKeys(t *testing.T) {
	t.Parallel()
	old := ring(t, "old").Seal(token, "additional data")
	for _, k := range []*Keyring{ring(t, "old"), ring(t, "new", "old"), ring(t, "old", "new")} {
		opened, err := k.Open(old, "additional data")
		require.NoError(t, err)
		assert.Equal(t, token, opened)
	}
	assert.True(t, strings.HasPrefix(ring(t, "new", "old").Seal(token, "additional data"), "v1.new."), "the first key seals")
	assert.NotEqual(t, old, ring(t, "old").Seal(token, "additional data"), "the sealed text differs each time")
	_, err := ring(t, "new").Open(old, "additional data")
	assert.Equal(t, Unreadable("the stored token is sealed with a key that this process does not have"), err)
}

func TestKeyring_DoesNotOpenWhatWasChanged(t *testing.T) {
	t.Parallel()
	k := ring(t, "key", "other")
	sealed := k.Seal(token, "additional data")
	for i := range len(sealed) {
		for _, with := range []byte{'A', '.', 0, sealed[i] ^ 1} {
			changed := sealed[:i] + string([]byte{with}) + sealed[i+1:]
			if opened, err := k.Open(changed, "additional data"); changed != sealed {
				require.Error(t, err, "%d %q: %q", i, with, opened)
			}
		}
		_, err := k.Open(sealed[:i], "additional data")
		require.Error(t, err)
	}
	for _, text := range []string{"", ".", "..", "...", "v1", "v1.key", "v1.key.", "v1.key.AAAA", "v1..AAAA", sealed + "A", sealed + ".A", token} {
		_, err := k.Open(text, "additional data")
		assert.ErrorAs(t, err, new(Unreadable), text)
	}
	_, err := k.Open(sealed, "elsewhere")
	assert.Error(t, err)
	_, err = k.Open(strings.Replace(sealed, ".key.", ".other.", 1), "additional data")
	assert.Error(t, err)
}

func TestKeyring_ShowsNothingOfTheToken(t *testing.T) {
	t.Parallel()
	k := ring(t, "key")
	sealed := k.Seal(token, "additional data")
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, "v1.key."))
	require.NoError(t, err)
	for _, part := range []string{token, token[:8], token[24:], "additional data"} {
		assert.NotContains(t, sealed, part)
		assert.NotContains(t, string(raw), part)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		assert.Equal(t, "REDACTED", fmt.Sprintf(verb, k))
		assert.NotContains(t, fmt.Sprintf(verb, struct{ ring *Keyring }{k}), "107 107 107")
	}
}

func TestKeyring_WithoutKeysStoresPlainText(t *testing.T) {
	t.Parallel()
	k := ring(t)
	assert.Equal(t, token, k.Seal(token, "additional data"))
	opened, err := k.Open(token, "elsewhere")
	require.NoError(t, err)
	assert.Equal(t, token, opened)
}

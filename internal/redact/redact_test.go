package redact

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSeal_HidesTheTextAndKeepsIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "REDACTED", "Passw0rd-once", "caf\xe9", string(make([]byte, 1000))} {
		sealed := Seal(text)
		assert.Equal(t, text, Open(sealed))
		assert.Equal(t, sealed, Seal(text))
		assert.NotEqual(t, sealed, Seal(text+"x"))
		if len(text) > 1 { // a letter alone may be in any text
			assert.NotContains(t, sealed, text)
		}
	}
	assert.Empty(t, Open("?"))
	assert.Empty(t, Open("c2hvcnQ"))
}

package callback

import (
	"fmt"
	"io"
)

// These types contain a token and an AES key. They print without them, whatever the verb.

// Format prints the owners, and not the tokens and keys.
func (c *Codec) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "callback.Codec of %q", c.owners) }

// Format prints the owner, and not the text and the key.
func (m *Message) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "callback.Message for %q", m.Owner)
}

// Format prints a placeholder.
func (k key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "REDACTED") }

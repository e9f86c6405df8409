package tokencache

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Source obtains the secret, and wants to know why it is asked.
type Source func(ctx context.Context, need Need) (Secret, error)

// Need is why the secret is to be obtained.
type Need struct {
	Present Secret   // is still good, so that nobody waits for another; zero: there is none
	Due     bool     // it is time for another one; false: the source wanted to be asked Again
	Refused []string // the last secrets that the service refused, newest last
}

// ErrLater is what a source returns that would rather be asked again after a while. It may only do so while
// the present secret is good.
var ErrLater = errors.New("the token is being renewed elsewhere")

// Format hides the secrets from every verb.
func (n Need) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

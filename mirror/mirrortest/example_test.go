package mirrortest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/mirror/mirrortest"
)

// counter stands for the *testing.T of a test.
type counter struct {
	testing.TB
	errors int
}

func (t *counter) Helper()                        {}
func (t *counter) Context() context.Context       { return context.Background() }
func (t *counter) Errorf(format string, _ ...any) { t.errors++ }

// The test of a Store checks it, here one that cannot be opened again.
func ExampleCheckStore() {
	t := &counter{} // in a test: func TestStore(t *testing.T)

	mirrortest.CheckStore(t, func(testing.TB) (store mirror.Store, reopen func() mirror.Store) {
		return mirror.NewMemoryStore(), nil
	})

	fmt.Println(t.errors)
	// Output: 0
}

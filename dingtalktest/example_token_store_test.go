package dingtalktest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// counter stands for the *testing.T of a test.
type counter struct {
	testing.TB
	errors int
}

func (t *counter) Helper()                        {}
func (t *counter) Context() context.Context       { return context.Background() }
func (t *counter) Errorf(format string, _ ...any) { t.errors++ }

// The test of a TokenStore checks it, here one whose time is a variable.
func ExampleCheckTokenStore() {
	t := &counter{} // in a test: func TestStore(t *testing.T)

	now := time.Now()
	open := func(testing.TB) dingtalk.TokenStore {
		return dingtalktest.NewTokenStore(func() time.Time { return now })
	}
	dingtalktest.CheckTokenStore(t, open, func(d time.Duration) { now = now.Add(d) })

	fmt.Println(t.errors)
	// Output: 0
}

func ExampleNewTokenStore() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	store := dingtalktest.NewTokenStore(time.Now)
	for range 3 {
		_, err := srv.Client(dingtalk.WithTokenStore(store)).Token(context.Background())
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(len(srv.Calls("GetToken")))
	// Output: 1
}

package dingtalktest_test

import (
	"context"
	"fmt"
	"testing"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// standIn stands for the *testing.T of a test.
type standIn struct {
	testing.TB
	cleanup func()
}

func (t *standIn) Helper()          {}
func (t *standIn) Cleanup(f func()) { t.cleanup = f }

func ExampleNew() {
	t := &standIn{} // in a test: func TestHire(t *testing.T)

	srv := dingtalktest.New(t, dingtalktest.Strict())
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	user, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)
	t.cleanup() // what the end of a test does

	// Output: Zhao Min
}

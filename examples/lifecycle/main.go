// Lifecycle hires, promotes and dismisses a person, and shows what a program does about each class of error.
// On the emulator the answer to the creation is lost once, so that one sees how to find out what happened.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "lifecycle: %v%s\n", err, advise(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, getenv func(string) string, out io.Writer) (err error) {
	place, err := demo.Open(getenv)
	if err != nil {
		return err
	}
	defer place.Close()
	userID, mobile, err := place.NewUser("")
	if err != nil {
		return err
	}
	if place.Emulator != nil {
		place.Emulator.Fail("CreateUser", dingtalktest.LostResponse, 1)
	}
	log := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	log("on %s", place.Name)
	req := dingtalk.CreateUserRequest{UserID: userID, Name: "Zhao Min", Mobile: mobile, DeptIDList: []int64{dingtalk.RootDepartmentID}}
	err = hire(ctx, place.Client, req, log)
	if err == nil || errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		defer func() { err = errors.Join(err, dismiss(context.WithoutCancel(ctx), place.Client, userID, log)) }()
	}
	if err != nil {
		return err
	}
	if err := place.Client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: userID, Title: new("Engineer")}); err != nil {
		return err
	}
	user, err := place.Client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
	if err == nil {
		log("%s is %s now", user.Name, user.Title)
	}
	return err
}

// hire creates a person exactly once, also when the answer is lost. That takes a userid of one's own: with
// it the person can be read back, and a second creation cannot make a second person.
func hire(ctx context.Context, client *dingtalk.Client, req dingtalk.CreateUserRequest, log func(string, ...any)) error {
	_, err := client.CreateUser(ctx, req)
	if !errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		return err
	}
	log("no answer (%v), so read back", err)
	switch _, readErr := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: req.UserID}); {
	case readErr == nil:
		log("%s is there: it had worked", req.UserID)
		return nil
	case errors.Is(readErr, dingtalk.ErrNotFound):
		log("%s is not there: create again", req.UserID)
		_, err = client.CreateUser(ctx, req)
		return err
	default:
		return errors.Join(err, readErr)
	}
}

// dismiss deletes a person; that there is none is as good.
func dismiss(ctx context.Context, client *dingtalk.Client, userID string, log func(string, ...any)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: userID})
	if err != nil && !errors.Is(err, dingtalk.ErrNotFound) {
		return err
	}
	log("%s is not in the organisation any more", userID)
	return nil
}

// advise says what to do about an error, by its class.
func advise(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case !ok:
		return "" // a setting, whose error says what to do
	case errors.Is(err, dingtalk.ErrOutcomeUnknown): // first: another class may come with it
		return "\nRead the person back before anything else: the change may have been made."
	case errors.Is(err, dingtalk.ErrAlreadyExists):
		return "\nChoose another mobile number: " + cmp.Or(e.HolderUserID, "somebody") + " has it already."
	case errors.Is(err, dingtalk.ErrNotFound):
		return "\nSomebody else has deleted the person, or there is no such department."
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "\nWait for " + max(e.RetryAfter, time.Second).String() + " at least."
	case errors.Is(err, dingtalk.ErrPermission):
		return "\nRequest in the developer console: " + cmp.Or(strings.Join(e.RequiredScopes, ", "), "a wider contact scope") + "."
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		return "\nCheck client ID, client secret and region (DINGTALK_BASE_URL)."
	case errors.Is(err, dingtalk.ErrTransient):
		return "\nCheck the network and DINGTALK_BASE_URL, or try again later."
	}
	return ""
}

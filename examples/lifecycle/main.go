// Lifecycle hires, promotes and dismisses a person, and shows what a program does about each class of error.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Lifecycle hires, promotes and dismisses a person, and shows what a program does about each class of error.

On the emulator the response to the creation is lost once, to show how to find out what happened. On a service it asks
before it creates the person, and deletes them at the end, also after a failure.`

func main() { cli.Main("lifecycle", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.WriteFlags(flags)
	number := flags.String("mobile", "", "mobile `number` of the person to create, such as +86-13800001234")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env + "\n" + service.EnvMobile}); done {
		return code
	}
	target, err := choice.Open(ctx, p, service.Options{})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	userID, mobile, err := target.NewUser(*number)
	if err == nil {
		err = target.CheckConfirm(p)
	}
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	if !target.Confirm(ctx, p, "create a person and delete them again") {
		return cli.Failed
	}
	if target.Emulator != nil {
		target.Emulator.Fail("CreateUser", dingtalktest.LostResponse, 1)
	}
	log := func(format string, args ...any) { _, _ = fmt.Fprintf(p.Stdout, format+"\n", args...) }
	err = lifecycle(ctx, target.Client, dingtalk.CreateUserRequest{
		UserID: userID, Name: "Zhao Min", Mobile: mobile, DeptIDList: []int64{dingtalk.RootDepartmentID},
	}, log)
	if err != nil {
		return p.Fail(cli.Failed, "%v%s", err, advise(err))
	}
	return cli.OK
}

// lifecycle hires a person, promotes them and dismisses them, also after an error.
func lifecycle(ctx context.Context, client *dingtalk.Client, req dingtalk.CreateUserRequest, log func(string, ...any)) (err error) {
	err = hire(ctx, client, req, log)
	if err == nil || errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		defer func() { err = errors.Join(err, dismiss(context.WithoutCancel(ctx), client, req.UserID, log)) }()
	}
	if err != nil {
		return err
	}
	if err := client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: req.UserID, Title: new("Engineer")}); err != nil {
		return err
	}
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: req.UserID})
	if err == nil {
		log("%s is %s now", user.Name, user.Title)
	}
	return err
}

// hire creates a person exactly once, even if the response is lost. The request must have a userid: the person can then
// be read back, and a second request cannot create a second person.
func hire(ctx context.Context, client *dingtalk.Client, req dingtalk.CreateUserRequest, log func(string, ...any)) error {
	_, err := client.CreateUser(ctx, req)
	if !errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		return err
	}
	log("no response (%v), so read back", err)
	switch _, readErr := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: req.UserID}); {
	case readErr == nil:
		log("%s exists: the creation succeeded", req.UserID)
		return nil
	case errors.Is(readErr, dingtalk.ErrNotFound):
		log("%s does not exist: create again", req.UserID)
		_, err = client.CreateUser(ctx, req)
		return err
	default:
		return errors.Join(err, readErr)
	}
}

// dismiss deletes a person, if they exist.
func dismiss(ctx context.Context, client *dingtalk.Client, userID string, log func(string, ...any)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: userID})
	if err != nil && !errors.Is(err, dingtalk.ErrNotFound) {
		return err
	}
	log("%s is no longer in the organization", userID)
	return nil
}

// advise returns a line on what to do about an error, by its class.
func advise(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case !ok:
		return ""
	case errors.Is(err, dingtalk.ErrOutcomeUnknown): // first, because another class may come with it
		return "\nRead the person back before anything else: the change may have been made."
	case errors.Is(err, dingtalk.ErrAlreadyExists):
		return "\nChoose another mobile number: " + cmp.Or(e.HolderUserID, "another user") + " has it already."
	case errors.Is(err, dingtalk.ErrNotFound):
		return "\nThe person was deleted in the meantime, or there is no such department."
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "\nWait at least " + max(e.RetryAfter, time.Second).String() + "."
	case errors.Is(err, dingtalk.ErrPermission):
		return "\nRequest in the developer console: " + cmp.Or(strings.Join(e.RequiredScopes, ", "), "a wider contact scope") + "."
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		return "\nCheck client ID, client secret and region (DINGTALK_BASE_URL)."
	case errors.Is(err, dingtalk.ErrTransient):
		return "\nCheck the network and DINGTALK_BASE_URL, or try again later."
	}
	return ""
}

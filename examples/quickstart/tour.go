package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// tour runs the steps of the tutorial.
type tour struct {
	out    io.Writer
	client *dingtalk.Client

	columns int // of the output

	userID, mobile string
	manager        string           // empty on a service, where the tour refers to no other user
	names          map[int64]string // of departments that are known
	console        string           // base address of the console; empty without it
}

func newTour(out io.Writer, client *dingtalk.Client) *tour {
	return &tour{
		out: out, client: client, columns: terminal.ColumnsOf(out),
		names: map[int64]string{dingtalk.RootDepartmentID: "root department"},
	}
}

func (t *tour) run(ctx context.Context) (err error) {
	token, err := t.client.Token(ctx)
	if err != nil {
		return err
	}
	t.step("Token", "client ID and secret", fmt.Sprint("a token, ", validity(token)))

	dept := dingtalk.RootDepartmentID
	children, err := t.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dept})
	if err != nil {
		return err
	}
	t.step("ListSubDepartmentIDs", fmt.Sprint("dept_id ", dept), fmt.Sprint("dept_id_list ", children.DeptIDList))
	if len(children.DeptIDList) > 0 {
		dept = children.DeptIDList[0]
	}

	req := t.createRequest(dept)
	mayExist := true
	defer func() {
		if mayExist {
			err = errors.Join(err, t.cleanUp(context.WithoutCancel(ctx)))
		}
	}()
	created, err := t.client.CreateUser(ctx, req)
	if err != nil {
		mayExist = errors.Is(err, dingtalk.ErrOutcomeUnknown)
		return err
	}
	t.step("CreateUser", fmt.Sprintf("userid %s, name %s, dept_id_list %d", req.UserID, req.Name, req.DeptIDList),
		fmt.Sprintf("userid %s, unionId %s", created.UserID, created.UnionID))
	if t.console != "" {
		_, _ = fmt.Fprintln(t.out, "user information page: "+t.console+"users/"+url.PathEscape(created.UserID))
	}
	if err := t.show(ctx); err != nil {
		return err
	}

	change := t.updateRequest()
	if err := t.client.UpdateUser(ctx, change); err != nil {
		return err
	}
	t.step("UpdateUser", fmt.Sprintf("userid %s, title %s, dept_id_list %d", change.UserID, *change.Title, change.DeptIDList), "ok")
	if err := t.show(ctx); err != nil {
		return err
	}

	if err := t.deleteUser(ctx); err != nil {
		return err
	}
	mayExist = false

	_, err = t.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.userID})
	if refusal, ok := errors.AsType[*dingtalk.Error](err); ok && errors.Is(err, dingtalk.ErrNotFound) {
		t.step("GetUser", "userid "+t.userID, fmt.Sprintf("no longer found (errcode %d)", refusal.Code))
		return nil
	}
	return err
}

// createRequest returns the user to create. Values that must be unique, and custom fields that an organization must
// define first, are sent only to the emulator.
func (t *tour) createRequest(dept int64) dingtalk.CreateUserRequest {
	const title = "Senior Engineer"
	req := dingtalk.CreateUserRequest{
		UserID:           t.userID,
		Name:             "Zhao Min",
		Mobile:           t.mobile,
		JobNumber:        "E-2041",
		Title:            "Engineer",
		WorkPlace:        "Building 3",
		Remark:           "Created by the quickstart",
		DeptIDList:       []int64{dept},
		DeptOrderList:    []dingtalk.DeptOrder{{DeptID: dept, Order: 1}},
		DeptTitleList:    []dingtalk.DeptTitle{{DeptID: dept, Title: title}},
		DeptPositionList: []dingtalk.DeptPosition{{DeptID: dept, Title: title, IsMain: true}},
		HiredDate:        dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, chinatime.Zone)},
	}
	if t.manager != "" {
		req.ManagerUserID = t.manager
		req.Telephone = "010-88880000-21"
		req.Email = "zhao.min@example.com"
		req.Extension = dingtalk.NewExtension(map[string]string{"Hobby": "Chess", "Languages": "Chinese, English"})
	}
	return req
}

// updateRequest returns the changes. Pointers and lists that are not set stay unchanged.
func (t *tour) updateRequest() dingtalk.UpdateUserRequest {
	const root, title = dingtalk.RootDepartmentID, "Technical Director"
	req := dingtalk.UpdateUserRequest{
		UserID:           t.userID,
		Title:            new(title),
		WorkPlace:        new("Future Park"),
		Remark:           new("Updated by the quickstart"),
		HideMobile:       new(true),
		HiredDate:        dingtalk.Millis{Time: time.Date(2021, time.October, 1, 0, 0, 0, 0, chinatime.Zone)},
		DeptIDList:       []int64{root},
		DeptOrderList:    []dingtalk.DeptOrder{{DeptID: root, Order: 1}},
		DeptPositionList: []dingtalk.DeptPosition{{DeptID: root, Title: title, IsMain: true}},
	}
	if t.manager != "" {
		req.Extension = new(dingtalk.NewExtension(map[string]string{"Hobby": "Travel", "Age": "24"}))
	}
	return req
}

// show reads the user and prints a card.
func (t *tour) show(ctx context.Context) error {
	user, err := t.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.userID})
	if err != nil {
		return err
	}
	t.step("GetUser", "userid "+t.userID, "name "+user.Name)
	_, err = io.WriteString(t.out, "\n"+card(user, t.names, t.columns)+"\n")
	return err
}

// deleteUser deletes the user. A user that does not exist counts as deleted: the response to an earlier attempt may
// have been lost.
func (t *tour) deleteUser(ctx context.Context) error {
	err := t.client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: t.userID})
	switch {
	case err == nil:
		t.step("DeleteUser", "userid "+t.userID, "ok")
	case errors.Is(err, dingtalk.ErrNotFound):
		t.step("DeleteUser", "userid "+t.userID, "no such user")
	default:
		return err
	}
	return nil
}

// cleanUp deletes the user after a failure. Its caller passes a context that Ctrl-C does not cancel.
func (t *tour) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_, _ = fmt.Fprintln(t.out, "cleaning up")
	if err := t.deleteUser(ctx); err != nil {
		return fmt.Errorf("%s may still be in the organization, delete them in the admin console: %w", t.userID, err)
	}
	return nil
}

func (t *tour) step(op, request, result string) {
	_, _ = fmt.Fprintf(t.out, "%-20s  %s → %s\n", op, columns.OneLine(request), columns.OneLine(result))
}

func validity(token dingtalk.Token) string {
	if token.Expires.IsZero() {
		return "without an expiry"
	}
	return fmt.Sprintf("valid for %s", time.Until(token.Expires).Round(time.Minute))
}

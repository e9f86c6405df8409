package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// tour is one run of the tutorial.
type tour struct {
	out    io.Writer
	client *dingtalk.Client

	userID, mobile string
	manager        string           // empty on a service, where nobody else is drawn into this
	names          map[int64]string // of departments, as far as they are known
	console        string           // where its pages are; empty without a console
}

// china is the time zone of DingTalk's dates, which has no daylight saving time.
var china = time.FixedZone("UTC+8", 8*60*60)

func (t *tour) run(ctx context.Context) (err error) {
	token, err := t.client.Token(ctx)
	if err != nil {
		return err
	}
	t.step("Token", "client ID and secret", fmt.Sprint("a token, ", validity(token)))

	dept := dingtalk.RootDepartmentID
	below, err := t.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dept})
	if err != nil {
		return err
	}
	t.step("ListSubDepartmentIDs", fmt.Sprint("dept_id ", dept), fmt.Sprint("dept_id_list ", below.DeptIDList))
	if len(below.DeptIDList) > 0 {
		dept = below.DeptIDList[0]
	}

	req := t.newcomer(dept)
	there := true // until proven otherwise
	defer func() {
		if there {
			err = errors.Join(err, t.cleanUp(context.WithoutCancel(ctx)))
		}
	}()
	created, err := t.client.CreateUser(ctx, req)
	if err != nil {
		there = errors.Is(err, dingtalk.ErrOutcomeUnknown)
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

	change := t.promotion()
	if err := t.client.UpdateUser(ctx, change); err != nil {
		return err
	}
	t.step("UpdateUser", fmt.Sprintf("userid %s, title %s, dept_id_list %d", change.UserID, *change.Title, change.DeptIDList), "ok")
	if err := t.show(ctx); err != nil {
		return err
	}

	if err := t.remove(ctx); err != nil {
		return err
	}
	there = false

	_, err = t.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.userID})
	if refusal, ok := errors.AsType[*dingtalk.Error](err); ok && errors.Is(err, dingtalk.ErrNotFound) {
		t.step("GetUser", "userid "+t.userID, fmt.Sprintf("not found any more (errcode %d)", refusal.Code))
		return nil
	}
	return err
}

// newcomer is the person to create. Values that must be unique, and fields that an organisation has to
// define first, are sent only where everybody is invented.
func (t *tour) newcomer(dept int64) dingtalk.CreateUserRequest {
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
		HiredDate:        dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, china)},
	}
	if t.manager != "" {
		req.ManagerUserID = t.manager
		req.Telephone = "010-88880000-21"
		req.Email = "zhao.min@example.com"
		req.Extension = dingtalk.NewExtension(map[string]string{"Hobby": "Chess", "Languages": "Chinese, English"})
	}
	return req
}

// promotion is what changes: a pointer or a list that is set is sent, the rest stays as it is.
func (t *tour) promotion() dingtalk.UpdateUserRequest {
	const root, title = dingtalk.RootDepartmentID, "Technical Director"
	req := dingtalk.UpdateUserRequest{
		UserID:           t.userID,
		Title:            new(title),
		WorkPlace:        new("Future Park"),
		Remark:           new("Updated by the quickstart"),
		HideMobile:       new(true),
		HiredDate:        dingtalk.Millis{Time: time.Date(2021, time.October, 1, 0, 0, 0, 0, china)},
		DeptIDList:       []int64{root},
		DeptOrderList:    []dingtalk.DeptOrder{{DeptID: root, Order: 1}},
		DeptPositionList: []dingtalk.DeptPosition{{DeptID: root, Title: title, IsMain: true}},
	}
	if t.manager != "" {
		req.Extension = new(dingtalk.NewExtension(map[string]string{"Hobby": "Travel", "Age": "24"}))
	}
	return req
}

// show reads the person and prints the card.
func (t *tour) show(ctx context.Context) error {
	user, err := t.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.userID})
	if err != nil {
		return err
	}
	t.step("GetUser", "userid "+t.userID, "name "+user.Name)
	_, err = io.WriteString(t.out, "\n"+card(user, t.names)+"\n")
	return err
}

// remove deletes the person. That there is nobody any more is as good: the answer to a first attempt may
// have been lost.
func (t *tour) remove(ctx context.Context) error {
	err := t.client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: t.userID})
	switch {
	case err == nil:
		t.step("DeleteUser", "userid "+t.userID, "ok")
	case errors.Is(err, dingtalk.ErrNotFound):
		t.step("DeleteUser", "userid "+t.userID, "there is no such person")
	default:
		return err
	}
	return nil
}

// cleanUp deletes the person after a failure. It does not end with the context of the run, which Ctrl-C
// cancels.
func (t *tour) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_, _ = fmt.Fprintln(t.out, "cleaning up")
	if err := t.remove(ctx); err != nil {
		return fmt.Errorf("%s may still be in the organisation, delete them in the admin console: %w", t.userID, err)
	}
	return nil
}

func (t *tour) step(op, request, result string) {
	_, _ = fmt.Fprintf(t.out, "%-20s  %s → %s\n", op, columns.OneLine(request), columns.OneLine(result))
}

func validity(token dingtalk.Token) string {
	if token.Expires.IsZero() {
		return "valid without end"
	}
	return fmt.Sprintf("valid for %s", time.Until(token.Expires).Round(time.Minute))
}

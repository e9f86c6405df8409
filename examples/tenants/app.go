package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// app is a third-party app with the organizations that have installed it.
type app struct {
	*tenants.Tenants
	out   io.Writer
	lines chan string // to be printed
}

// accept deals with an event of the app or of an organization. Tenants has noted before which organizations have the app. An
// event that could not be dealt with is an error, so that DingTalk sends it again.
func (a *app) accept(ctx context.Context, e event.Event) error {
	switch change := e.Payload.(type) {
	case *event.SuiteTicket:
		return a.tell(ctx, "a ticket came")
	case *event.SuiteAuth:
		names, err := a.people(ctx, change.CorpID)
		switch {
		case errors.Is(err, dingtalk.ErrPermission):
			return nil // the event is late: the organization has withdrawn since
		case err != nil || e.Type == event.OrgSuiteChange:
			return err
		}
		return a.tell(ctx, "%s (%s) has installed the app: its people are %v", change.CorpName, change.CorpID, names)
	case *event.SuiteChange:
		return a.tell(ctx, "%s has withdrawn", e.CorpID)
	}
	return a.tell(ctx, "%s: %s", e.CorpID, e.Type) // of a user or a department: package mirror keeps a copy of each organization
}

// people returns the names of the people of an organization.
func (a *app) people(ctx context.Context, corpID string) (names []string, err error) {
	client, err := a.Client(corpID)
	if err != nil {
		return nil, err
	}
	for user, err := range client.OrgUsers(ctx, dingtalk.OrgUsersRequest{}) {
		if err != nil {
			return nil, err
		}
		names = append(names, user.Name)
	}
	slices.Sort(names)
	return names, nil
}

// tell hands a line to print.
func (a *app) tell(ctx context.Context, format string, args ...any) error {
	select {
	case a.lines <- columns.OneLine(fmt.Sprintf(format, args...)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// print prints lines until one with this text has come. Those of events that come late or twice may come between.
func (a *app) print(ctx context.Context, until string) error {
	for {
		select {
		case line := <-a.lines:
			_, _ = fmt.Fprintln(a.out, line)
			if strings.Contains(line, until) {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

package login_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

// Account holds what an identity provider, such as Casdoor, Dex or Logto, keeps of a user.
type Account struct {
	ID, Username, Name, Mail, Mobile, Picture string
	Admin                                     bool
}

// AccountOf returns the account of the person who has come back with a code. The caller has compared the state.
func AccountOf(ctx context.Context, flow *login.Flow, code string) (*Account, error) {
	session, err := flow.Exchange(ctx, code)
	if err != nil {
		return nil, err
	}
	m, err := flow.Member(ctx, session) // an error for all who are not members of the organization
	if err != nil {
		return nil, err
	}
	return &Account{
		ID: m.UnionID, Username: m.User.UserID, Name: m.User.Name, Admin: m.Admin, Picture: m.User.Avatar,
		Mail: cmp.Or(m.User.OrgEmail, m.User.Email), Mobile: m.User.Mobile, // each may be empty; neither identifies a person
	}, nil
}

// An identity provider keeps the state of a sign-in itself, and needs the rest.
func ExampleFlow_Member_identityProvider() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, code := exampleFlow(srv)
	account, err := AccountOf(ctx, flow, code)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(account.Username, account.Name, account.Mail == "")
	_, err = AccountOf(ctx, flow, code)
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidAuthCode)) // a code is good once
	// Output:
	// zhao.min Zhao Min true
	// true
}

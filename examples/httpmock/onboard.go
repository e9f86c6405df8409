// Package onboarding is an example of a program that uses the client. Its tests show how to replace DingTalk with
// httpmock.
package onboarding

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Hire is a person who joins the organization.
type Hire struct {
	StaffNumber string // also the userid, by which the person can be read back after a lost response
	Name        string
	Mobile      string
	Department  int64
}

// ErrMobileTaken reports that another user has the mobile number.
var ErrMobileTaken = errors.New("mobile number is taken")

// Onboard adds a person to the directory and returns the unionid, which identifies them in other systems.
func Onboard(ctx context.Context, client *dingtalk.Client, h Hire) (string, error) {
	created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID:     h.StaffNumber,
		Name:       h.Name,
		Mobile:     h.Mobile,
		JobNumber:  h.StaffNumber,
		DeptIDList: []int64{h.Department},
	})
	apiErr, _ := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return created.UnionID, nil
	case errors.Is(err, dingtalk.ErrAlreadyExists) && apiErr.HolderUserID != "":
		return "", fmt.Errorf("onboard %s: %w by %s", h.Name, ErrMobileTaken, apiErr.HolderUserID)
	default:
		return "", fmt.Errorf("onboard %s: %w", h.Name, err)
	}
}

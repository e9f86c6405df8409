// Package onboarding stands for a program of one's own that uses the client. Its tests show how to replace
// DingTalk with httpmock.
package onboarding

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Hire is somebody who starts at the organisation.
type Hire struct {
	StaffNumber string // the userid, too: it lets a lost answer be cleared up
	Name        string
	Mobile      string
	Department  int64
}

// ErrMobileTaken says that somebody else has the mobile number.
var ErrMobileTaken = errors.New("mobile number is taken")

// Onboard adds a person to the directory and returns the unionid, by which other systems know them.
func Onboard(ctx context.Context, client *dingtalk.Client, h Hire) (string, error) {
	created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID:     h.StaffNumber,
		Name:       h.Name,
		Mobile:     h.Mobile,
		JobNumber:  h.StaffNumber,
		DeptIDList: []int64{h.Department},
	})
	refusal, _ := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return created.UnionID, nil
	case errors.Is(err, dingtalk.ErrAlreadyExists) && refusal.HolderUserID != "":
		return "", fmt.Errorf("onboard %s: %w by %s", h.Name, ErrMobileTaken, refusal.HolderUserID)
	default:
		return "", fmt.Errorf("onboard %s: %w", h.Name, err)
	}
}

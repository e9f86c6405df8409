package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// AuthScopes is what the app may see.
type AuthScopes struct {
	AuthUserField  []string      `json:"auth_user_field"`
	ConditionField []string      `json:"condition_field"`
	AuthOrgScopes  AuthOrgScopes `json:"auth_org_scopes"`
}

// AuthOrgScopes names the departments, each with all below it, and the people that the app may see.
type AuthOrgScopes struct {
	AuthedUser []string `json:"authed_user"`
	AuthedDept []int64  `json:"authed_dept"`
}

// GetAuthScopes tells what the app may see: where a walk through the organisation begins.
//
// DingTalk docs: "Obtain the contact scope of an app",
// https://help.dingtalk.io/open/development/obtain-corpsecret-authorization-scope
func (c *Client) GetAuthScopes(ctx context.Context) (*AuthScopes, error) {
	return call[AuthScopes](ctx, c, &contract.GetAuthScopes, nil)
}

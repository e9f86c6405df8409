package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// AuthScopes describes what the app may see. The documentation does not describe the first two fields.
type AuthScopes struct {
	AuthUserField  []string      `json:"auth_user_field"`
	ConditionField []string      `json:"condition_field"`
	AuthOrgScopes  AuthOrgScopes `json:"auth_org_scopes"`
}

// AuthOrgScopes holds the users and the departments, each with all departments below it, that the app may see.
type AuthOrgScopes struct {
	AuthedUser []string `json:"authed_user"`
	AuthedDept []int64  `json:"authed_dept"`
}

// GetAuthScopes reads what the app may see, which is where a walk through the organization begins.
//
// DingTalk docs: "Obtain the contact scope of an app",
// https://help.dingtalk.io/open/development/obtain-corpsecret-authorization-scope
func (c *Client) GetAuthScopes(ctx context.Context) (*AuthScopes, error) {
	return call[AuthScopes](ctx, c, &contract.GetAuthScopes, nil)
}

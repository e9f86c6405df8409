package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// EnableOrgAccountRequest names the enterprise account.
type EnableOrgAccountRequest struct {
	UserID string `json:"userId"`
}

// EnableOrgAccountResponse confirms that the account was enabled.
type EnableOrgAccountResponse struct {
	Result bool `json:"result"` // always true: see EnableOrgAccount
}

// DisableOrgAccountRequest names the enterprise account.
type DisableOrgAccountRequest struct {
	UserID string `json:"userId"`
	Reason string `json:"reason,omitzero"`
}

// DisableOrgAccountResponse confirms that the account was disabled.
type DisableOrgAccountResponse struct {
	Result bool `json:"result"` // always true: see EnableOrgAccount
}

// SignOutOrgAccountRequest names the enterprise account, with the reasons to give.
type SignOutOrgAccountRequest struct {
	UserID string `json:"userId"`
	Reason string `json:"reason,omitzero"` // in the audit log of the admin console
	// ReasonI18nForEmployee is what the user reads, by language: "zh_CN", "en_US", "ja_JP".
	ReasonI18nForEmployee map[string]string `json:"reasonI18nForEmployee,omitzero"`
}

// SignOutOrgAccountResponse confirms that the account was signed out.
type SignOutOrgAccountResponse struct {
	Result bool `json:"result"` // always true: see EnableOrgAccount
}

// GetOrgAccountStatusRequest names the enterprise account.
type GetOrgAccountStatusRequest struct {
	UserID string `json:"userId"`
}

// GetOrgAccountStatusResponse describes an enterprise account.
type GetOrgAccountStatusResponse struct {
	Disable bool `json:"disable"` // the account is disabled
}

// ListOwnedOrganizationsRequest names the enterprise account.
type ListOwnedOrganizationsRequest struct {
	UserID string `json:"userId"`
}

// ListOwnedOrganizationsResponse lists the organizations that an enterprise account created.
type ListOwnedOrganizationsResponse struct {
	OrgList []OwnedOrganization `json:"orgList"`
}

// OwnedOrganization is an organization that an enterprise account created.
type OwnedOrganization struct {
	CorpID   string `json:"corpId"`
	CorpName string `json:"corpName"`
}

// EnableOrgAccount lets an enterprise account, which belongs to the organization, sign in again. The error matches
// ErrNotFound if there is no such user, and ErrPrecondition if the account is no enterprise account or that of another
// organization. What a result of false means is not documented: it is no success, and the error matches ErrOutcomeUnknown.
// GetOrgAccountStatus reads back what holds.
//
// DingTalk docs: "Enable an enterprise account",
// https://open.dingtalk.com/document/development/enable-a-dedicated-account
func (c *Client) EnableOrgAccount(ctx context.Context, req EnableOrgAccountRequest) (*EnableOrgAccountResponse, error) {
	return call[EnableOrgAccountResponse](ctx, c, &contract.EnableOrgAccount, req)
}

// DisableOrgAccount disables an enterprise account, which cannot sign in until it is enabled. Errors are those of
// EnableOrgAccount.
//
// DingTalk docs: "Disable an enterprise account",
// https://open.dingtalk.com/document/development/disable-an-exclusive-account
func (c *Client) DisableOrgAccount(ctx context.Context, req DisableOrgAccountRequest) (*DisableOrgAccountResponse, error) {
	return call[DisableOrgAccountResponse](ctx, c, &contract.DisableOrgAccount, req)
}

// SignOutOrgAccount signs an enterprise account out of DingTalk; it may sign in again, unless it is disabled. Errors are
// those of EnableOrgAccount.
//
// DingTalk docs: "Force an enterprise account to sign out",
// https://open.dingtalk.com/document/development/force-logout-from-dedicated-account
func (c *Client) SignOutOrgAccount(ctx context.Context, req SignOutOrgAccountRequest) (*SignOutOrgAccountResponse, error) {
	return call[SignOutOrgAccountResponse](ctx, c, &contract.SignOutOrgAccount, req)
}

// GetOrgAccountStatus returns whether an enterprise account is disabled. Errors are those of EnableOrgAccount.
//
// DingTalk docs: "Query the status of an enterprise account",
// https://open.dingtalk.com/document/development/query-dedicated-account-status-1
func (c *Client) GetOrgAccountStatus(ctx context.Context, req GetOrgAccountStatusRequest) (*GetOrgAccountStatusResponse, error) {
	return call[GetOrgAccountStatusResponse](ctx, c, &contract.GetOrgAccountStatus, req)
}

// ListOwnedOrganizations lists the organizations that an enterprise account created. Errors are those of EnableOrgAccount.
//
// DingTalk docs: "Query the organizations that an enterprise account owns",
// https://open.dingtalk.com/document/development/you-can-call-this-operation-to-query-the-organization-that
func (c *Client) ListOwnedOrganizations(ctx context.Context, req ListOwnedOrganizationsRequest) (*ListOwnedOrganizationsResponse, error) {
	return call[ListOwnedOrganizationsResponse](ctx, c, &contract.ListOwnedOrganizations, req)
}

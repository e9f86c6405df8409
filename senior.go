package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// UpdateSeniorSettingsRequest describes the senior mode of a user. What the service does to a list that is not sent is not
// known: to change one, read the settings and send all of them. A list that is empty, but not nil, is sent.
type UpdateSeniorSettingsRequest struct {
	SeniorStaffID  string   `json:"seniorStaffId"`
	Open           bool     `json:"open"`                    // whether the mode is on
	PermitStaffIDs []string `json:"permitStaffIds,omitzero"` // users who may reach the user; the three lists have at most 200 entries together
	PermitDeptIDs  []int64  `json:"permitDeptIds,omitzero"`
	PermitTagIDs   []int64  `json:"permitTagIds,omitzero"` // roles
	// ProtectScenes lists what others may not do: DING_SMS, DING_MSG, CHAT, CONFERENCE_VIDEO, CONFERENCE, VIDEO_CALL,
	// CONFERENCE_VOIP, CALL, SEARCH, CALL_CENTER.
	ProtectScenes []string `json:"protectScenes,omitzero"`
}

// GetSeniorSettingsRequest names the user.
type GetSeniorSettingsRequest struct {
	SeniorStaffID string `json:"seniorStaffId"`
}

// GetSeniorSettingsResponse describes the senior mode of a user.
type GetSeniorSettingsResponse struct {
	SeniorStaffID   string            `json:"seniorStaffId"`
	ProtectScenes   []string          `json:"protectScenes"`
	SeniorWhiteList []SeniorPermitted `json:"seniorWhiteList"`
}

// SeniorPermitted is a user, a department or a role that may reach a user in senior mode.
type SeniorPermitted struct {
	ID   string `json:"id"`
	Type int64  `json:"type"` // 1 a user, 2 a department, 3 a role
	Name string `json:"name"`
}

// UpdateSeniorSettings switches the senior mode of a user on or off, which keeps others from finding, writing to or
// calling the user. The error matches ErrNotFound if there is no such user.
//
// DingTalk docs: "Set the senior mode",
// https://open.dingtalk.com/document/development/update-executive-settings
func (c *Client) UpdateSeniorSettings(ctx context.Context, req UpdateSeniorSettingsRequest) error {
	return perform(ctx, c, &contract.UpdateSeniorSettings, req)
}

// GetSeniorSettings returns the settings of a user's senior mode. The error matches ErrNotFound if there is no such user.
//
// DingTalk docs: "Obtain the settings of a user's senior mode",
// https://open.dingtalk.com/document/development/get-user-executive-mode-settings
func (c *Client) GetSeniorSettings(ctx context.Context, req GetSeniorSettingsRequest) (*GetSeniorSettingsResponse, error) {
	return call[GetSeniorSettingsResponse](ctx, c, &contract.GetSeniorSettings, req)
}

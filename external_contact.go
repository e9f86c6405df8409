package dingtalk

import (
	"cmp"
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ExternalContact is a person whom the organization knows but who is no member of it.
type ExternalContact struct {
	Title          string   `json:"title"`
	ShareDeptIDs   []int64  `json:"share_dept_ids"` // departments that see the contact
	LabelIDs       []int64  `json:"label_ids"`      // see ListExternalContactLabelGroups
	Remark         string   `json:"remark"`
	Address        string   `json:"address"`
	Name           string   `json:"name"`
	FollowerUserID string   `json:"follower_user_id"` // the user who is responsible for the contact
	StateCode      string   `json:"state_code"`       // the country code of the mobile number: "86"
	CompanyName    string   `json:"company_name"`
	ShareUserIDs   []string `json:"share_user_ids"` // users who see the contact
	Mobile         string   `json:"mobile"`         // empty for third-party apps
	UserID         string   `json:"userid"`
	Email          string   `json:"email"` // cannot be written
}

// CreateExternalContactRequest holds the external contact to create.
type CreateExternalContactRequest struct {
	Contact NewExternalContact `json:"contact"`
}

// NewExternalContact describes an external contact to create.
type NewExternalContact struct {
	Title          string   `json:"title,omitzero"`
	LabelIDs       []int64  `json:"label_ids"`               // 1 to 20: see ListExternalContactLabelGroups
	ShareDeptIDs   []int64  `json:"share_dept_ids,omitzero"` // at most 20
	Address        string   `json:"address,omitzero"`
	Remark         string   `json:"remark,omitzero"`
	FollowerUserID string   `json:"follower_user_id"` // the user who is responsible for the contact
	Name           string   `json:"name"`
	StateCode      string   `json:"state_code"` // the country code of the mobile number: "86"
	CompanyName    string   `json:"company_name,omitzero"`
	ShareUserIDs   []string `json:"share_user_ids,omitzero"` // at most 20
	Mobile         string   `json:"mobile"`                  // without the country code; it cannot be changed later
}

// CreateExternalContactResponse holds the user ID of the external contact.
type CreateExternalContactResponse struct {
	UserID string `json:"userid"`
}

// UpdateExternalContactRequest holds the changes of an external contact.
type UpdateExternalContactRequest struct {
	Contact ChangedExternalContact `json:"contact"`
}

// ChangedExternalContact describes the changes of an external contact. What is nil, or an empty name, follower or list of
// labels, stays as it is; an empty text or list that is not nil clears the field.
type ChangedExternalContact struct {
	Title          *string  `json:"title,omitzero"`
	LabelIDs       []int64  `json:"label_ids"`               // at most 20, and never none
	ShareDeptIDs   []int64  `json:"share_dept_ids,omitzero"` // at most 20
	Address        *string  `json:"address,omitzero"`
	Remark         *string  `json:"remark,omitzero"`
	FollowerUserID string   `json:"follower_user_id"`
	Name           string   `json:"name"`
	UserID         string   `json:"user_id"` // whom to change
	CompanyName    *string  `json:"company_name,omitzero"`
	ShareUserIDs   []string `json:"share_user_ids,omitzero"` // at most 20
}

// DeleteExternalContactRequest names the external contact to delete.
type DeleteExternalContactRequest struct {
	UserID string `json:"user_id"`
}

// GetExternalContactRequest names the external contact to read.
type GetExternalContactRequest struct {
	UserID string `json:"user_id"`
}

// CreateExternalContact adds an external contact, and returns the user ID. The error matches ErrAlreadyExists if there is
// one with the mobile number, and ErrPrecondition if the organization has not enabled external contacts. The call is
// never repeated after a lost response, whose error matches ErrOutcomeUnknown.
//
// DingTalk docs: "Add an external contact",
// https://help.dingtalk.io/open/development/add-enterprise-external-contacts
func (c *Client) CreateExternalContact(ctx context.Context, req CreateExternalContactRequest) (*CreateExternalContactResponse, error) {
	return call[CreateExternalContactResponse](ctx, c, &contract.CreateExternalContact, req)
}

// UpdateExternalContact changes an external contact. It is not known whether the service keeps a field that is not sent:
// unless the request has them all, the contact is read first (GetExternalContact, with its permission point and its
// errors), and all fields are sent. Another change made in between is undone. The error matches ErrNotFound if there is no
// such external contact.
//
// DingTalk docs: "Update an external contact",
// https://help.dingtalk.io/open/development/update-enterprise-external-contacts
func (c *Client) UpdateExternalContact(ctx context.Context, req UpdateExternalContactRequest) error {
	if !req.Contact.isComplete() {
		stored, err := c.GetExternalContact(ctx, GetExternalContactRequest{UserID: req.Contact.UserID})
		if err != nil {
			return err
		}
		req.Contact = req.Contact.over(stored)
	}
	return perform(ctx, c, &contract.UpdateExternalContact, req)
}

// DeleteExternalContact removes an external contact. The error matches ErrNotFound if there is none: after a lost response,
// which is repeated, that also means that the first call deleted it, and the error matches ErrOutcomeUnknown as well.
//
// DingTalk docs: "Delete an external contact",
// https://help.dingtalk.io/open/development/delete-external-contact
func (c *Client) DeleteExternalContact(ctx context.Context, req DeleteExternalContactRequest) error {
	return perform(ctx, c, &contract.DeleteExternalContact, req)
}

// GetExternalContact reads an external contact. The error matches ErrNotFound if there is none. GetUserIDByUnionID finds the
// user ID of an external contact by the union ID.
//
// DingTalk docs: "Obtain the details of an external contact",
// https://help.dingtalk.io/open/development/obtains-the-external-contact-details-of-an-enterprise
func (c *Client) GetExternalContact(ctx context.Context, req GetExternalContactRequest) (*ExternalContact, error) {
	return call[ExternalContact](ctx, c, &contract.GetExternalContact, req)
}

// isComplete reports whether the request has every field, so that nothing is left to what the service does.
func (r ChangedExternalContact) isComplete() bool {
	texts := r.Title != nil && r.Address != nil && r.Remark != nil && r.CompanyName != nil
	lists := len(r.LabelIDs) > 0 && r.ShareDeptIDs != nil && r.ShareUserIDs != nil
	return texts && lists && r.Name != "" && r.FollowerUserID != ""
}

// over returns the changes with the fields that they lack from the stored contact. Lists are never nil, so that they are
// sent.
func (r ChangedExternalContact) over(stored *ExternalContact) ChangedExternalContact {
	for _, f := range []struct {
		changed **string
		stored  string
	}{
		{&r.Title, stored.Title}, {&r.Address, stored.Address}, {&r.Remark, stored.Remark}, {&r.CompanyName, stored.CompanyName},
	} {
		if *f.changed == nil {
			*f.changed = new(f.stored)
		}
	}
	if len(r.LabelIDs) == 0 {
		r.LabelIDs = stored.LabelIDs
	}
	if r.ShareDeptIDs == nil {
		r.ShareDeptIDs = append([]int64{}, stored.ShareDeptIDs...)
	}
	if r.ShareUserIDs == nil {
		r.ShareUserIDs = append([]string{}, stored.ShareUserIDs...)
	}
	r.Name, r.FollowerUserID = cmp.Or(r.Name, stored.Name), cmp.Or(r.FollowerUserID, stored.FollowerUserID)
	return r
}

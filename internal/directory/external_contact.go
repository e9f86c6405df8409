package directory

import (
	"fmt"
	"slices"
)

// ExternalContact is a person whom the organization knows but who is no member of it.
type ExternalContact struct {
	UserID  string // empty in AddExternalContact: generated
	UnionID string // empty in AddExternalContact: generated
	Name    string // empty in AddExternalContact: the userid
	CorpID  string // the organization that the contact signs in with; may be empty

	Title, StateCode, Mobile, Email, CompanyName, Address, Remark string

	FollowerUserID string
	LabelIDs       []int64
	ShareDeptIDs   []int64
	ShareUserIDs   []string
}

// unshare returns the contact with lists of its own.
func (c ExternalContact) unshare() ExternalContact {
	c.LabelIDs = slices.Clone(c.LabelIDs)
	c.ShareDeptIDs = slices.Clone(c.ShareDeptIDs)
	c.ShareUserIDs = slices.Clone(c.ShareUserIDs)
	return c
}

// AddExternalContact seeds an external contact and returns the userid. Unlike CreateExternalContact it takes one that no
// call can create, such as one without a mobile number.
func (o *Organization) AddExternalContact(c ExternalContact) (string, error) {
	if c.UserID == "" {
		c.UserID = o.NewUserID()
	}
	if c.Name == "" {
		c.Name = c.UserID
	}
	if c.UnionID == "" {
		c.UnionID = o.generateUnionID(&User{UserID: c.UserID})
	}
	switch {
	case o.users[c.UserID] != nil || o.contactOf("", c.UserID) != nil:
		return "", fmt.Errorf("external contact %s: %w", c.UserID, refuse(UserIDTaken))
	case o.uniqueValues[uniqueValue{"unionid", c.UnionID}] != "" || o.contactOf(c.UnionID, "") != nil:
		return "", fmt.Errorf("external contact %s: %w", c.UserID, refuse(UnionIDTaken))
	}
	c = c.unshare()
	o.setContacts(append(slices.Clone(o.contacts), &c))
	return c.UserID, nil
}

// CreateExternalContact adds an external contact, whose userid it generates and returns.
func (o *Organization) CreateExternalContact(c ExternalContact) (string, error) {
	m, err := ParseMobile("+" + c.StateCode + "-" + c.Mobile)
	if err != nil {
		return "", err
	}
	c.StateCode, c.Mobile = m.StateCode, m.Number
	if slices.ContainsFunc(o.contacts, func(other *ExternalContact) bool {
		return other.StateCode == c.StateCode && other.Mobile == c.Mobile
	}) {
		return "", refuse(ContactTaken)
	}
	if err := o.checkContact(c); err != nil {
		return "", err
	}
	c.UserID, c.UnionID = "", ""
	return o.AddExternalContact(c)
}

// UpdateExternalContact replaces an external contact, but keeps what a call cannot change: the IDs, the mobile number and
// the email address.
func (o *Organization) UpdateExternalContact(c ExternalContact) error {
	stored := o.contactOf("", c.UserID)
	if stored == nil {
		return refuse(UnknownContact)
	}
	if err := o.checkContact(c); err != nil {
		return err
	}
	c.UnionID, c.CorpID = stored.UnionID, stored.CorpID
	c.StateCode, c.Mobile, c.Email = stored.StateCode, stored.Mobile, stored.Email
	contacts := slices.Clone(o.contacts)
	c = c.unshare()
	contacts[slices.Index(contacts, stored)] = &c
	o.setContacts(contacts)
	return nil
}

// checkContact checks who is responsible for an external contact, and its labels.
func (o *Organization) checkContact(c ExternalContact) error {
	if o.users[c.FollowerUserID] == nil {
		return refuse(UnknownFollower)
	}
	for _, id := range c.LabelIDs {
		if !isLabel(id) {
			return refuseDetail(UnknownLabel, fmt.Sprint(id))
		}
	}
	return nil
}

// DeleteExternalContact removes an external contact.
func (o *Organization) DeleteExternalContact(userid string) error {
	at := slices.IndexFunc(o.contacts, func(c *ExternalContact) bool { return c.UserID == userid })
	if at < 0 {
		return refuse(UnknownContact)
	}
	o.setContacts(slices.Delete(slices.Clone(o.contacts), at, at+1))
	return nil
}

// setContacts replaces the list of external contacts, which is never written to.
func (o *Organization) setContacts(contacts []*ExternalContact) {
	o.changes.replicate(func(r *Organization) { r.setContacts(contacts) })
	o.contacts = contacts
}

// ExternalContact returns a copy of an external contact.
func (o *Organization) ExternalContact(userid string) (ExternalContact, error) {
	c := o.contactOf("", userid)
	if c == nil {
		return ExternalContact{}, refuse(UnknownContact)
	}
	return c.unshare(), nil
}

// ExternalContacts returns copies of the external contacts in the order in which they were added.
func (o *Organization) ExternalContacts() []ExternalContact {
	out := make([]ExternalContact, len(o.contacts))
	for i, c := range o.contacts {
		out[i] = c.unshare()
	}
	return out
}

// FindContact returns the userid of the external contact with a union ID.
func (o *Organization) FindContact(unionID string) (userid string, found bool) {
	if c := o.contactOf(unionID, ""); c != nil {
		return c.UserID, true
	}
	return "", false
}

// contactOf returns the external contact with a union ID or a userid, or nil.
func (o *Organization) contactOf(unionID, userid string) *ExternalContact {
	for _, c := range o.contacts {
		if unionID != "" && c.UnionID == unionID || userid != "" && c.UserID == userid {
			return c
		}
	}
	return nil
}

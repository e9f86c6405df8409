package directory

import "fmt"

// ExternalContact is a person whom the organization knows but who is no member of it.
type ExternalContact struct {
	UserID  string // empty in AddExternalContact: generated
	UnionID string // empty in AddExternalContact: generated
	Name    string // empty in AddExternalContact: the userid
	CorpID  string // the organization that the contact signs in with; may be empty
}

// AddExternalContact adds an external contact and returns the userid.
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
	o.contacts = append(o.contacts, &c)
	return c.UserID, nil
}

// ExternalContacts returns the external contacts in the order in which they were added.
func (o *Organization) ExternalContacts() []ExternalContact {
	out := make([]ExternalContact, len(o.contacts))
	for i, c := range o.contacts {
		out[i] = *c
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

package directory

import "crypto/sha256"

// uniqueValue is a value that only one person of an organization may have.
type uniqueValue struct{ field, value string }

// generateUnionID derives a union ID from the mobile number, or from the userid of a person without one. The same
// person has the same union ID in every organization, which the mobile number alone shows.
func (o *Organization) generateUnionID(u *User) string {
	person := "userid " + o.corpID + u.UserID
	if u.Mobile != "" {
		person = "mobile " + u.StateCode + "-" + u.Mobile
	}
	sum := sha256.Sum256([]byte(person))
	const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var id [24]byte
	for i := range id {
		id[i] = letters[sum[i]%62]
	}
	return string(id[:]) + "iE"
}

// uniqueKeys returns the values of a person that must be unique, in the order in which they are checked.
func (u *User) uniqueKeys() [5]uniqueKey {
	return [...]uniqueKey{
		{mobileKey(Mobile{u.StateCode, u.Mobile}), MobileTaken, u.Mobile != ""},
		{uniqueValue{"telephone", u.Telephone}, TelephoneTaken, u.Telephone != ""},
		{uniqueValue{"email", u.Email}, EmailTaken, u.Email != ""},
		{uniqueValue{"login_id", u.LoginID}, LoginIDTaken, u.LoginID != ""},
		{uniqueValue{"unionid", u.UnionID}, UnionIDTaken, u.UnionID != ""},
	}
}

func mobileKey(m Mobile) uniqueValue { return uniqueValue{"mobile", m.StateCode + "-" + m.Number} }

// uniqueKey is a unique value of a person and the rule that a second holder breaks.
type uniqueKey struct {
	uniqueValue
	rule Rule
	set  bool
}

// checkUnique refuses a person of whom another person holds a unique value.
func (o *Organization) checkUnique(u *User) error {
	for _, key := range u.uniqueKeys() {
		if holder, taken := o.uniqueValues[key.uniqueValue]; key.set && taken && holder != u.UserID {
			return &Error{Rule: key.rule, Holder: holder}
		}
	}
	return nil
}

// releaseUnique frees the unique values of a person; u may be nil.
func (o *Organization) releaseUnique(u *User) {
	if u == nil {
		return
	}
	for _, key := range u.uniqueKeys() {
		delete(o.uniqueValues, key.uniqueValue)
	}
}

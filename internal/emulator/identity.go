package emulator

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// account is who signs in: a person in an organization, or an external contact.
type account struct {
	corpID string // the organization that is signed in with; may be empty for an external contact
	user   directory.User
}

// current returns the person as the organization has it now, or as it was when the account signed in, because an account
// outlives the membership.
func (s *Server) current(a account) directory.User {
	for _, org := range s.organizations() {
		if org.CorpID == a.corpID && org.people.User(a.user.UserID) != nil {
			return org.people.Snapshot(a.user.UserID)
		}
	}
	return a.user
}

// openID returns the openId of a person, which is of the person and the app.
func (s *Server) openID(u *directory.User) string {
	sum := sha256.Sum256([]byte(s.config.clientID + " " + u.UnionID))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

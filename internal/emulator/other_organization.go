package emulator

import (
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// otherOrganization is an organization besides that of the app, as an option describes it.
type otherOrganization struct {
	corpID, name string
	users        []directory.User
}

// WithOtherOrganization adds an organization with people who can sign in on the login page and whom the app must refuse.
// A person with the union ID or the mobile number of a person of the app's organization is the same person.
func WithOtherOrganization(corpID, name string, users ...directory.User) Option {
	return func(c *config) { c.others = append(c.others, otherOrganization{corpID, name, users}) }
}

// Organization is an organization whose people can sign in.
type organization struct {
	CorpID, Name string
	people       *directory.Organization
}

// buildOthers returns the organizations besides that of the app.
func buildOthers(others []otherOrganization, now time.Time) ([]organization, error) {
	var out []organization
	known := map[string]bool{directory.CorpID: true}
	for _, other := range others {
		if other.corpID == "" || known[other.corpID] {
			return nil, fmt.Errorf("an organization needs a corpId of its own: %q", other.corpID)
		}
		known[other.corpID] = true
		people := directory.New(directory.Config{CorpID: other.corpID, Scope: directory.WholeOrganization()})
		for i := range other.users {
			if _, err := people.AddUser(other.users[i].Clone(), now); err != nil {
				return nil, fmt.Errorf("organization %s: %w", other.corpID, err)
			}
		}
		out = append(out, organization{other.corpID, other.name, people})
	}
	return out, nil
}

// organizations returns the organization of the app and the others.
func (s *Server) organizations() []organization {
	own := organization{directory.CorpID, s.org.Name(), s.org}
	return append([]organization{own}, s.others...)
}

// AddExternalContact adds an external contact of the organization and returns the userid.
func (s *Server) AddExternalContact(c directory.ExternalContact) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notifyOrgChanged()
	id, err := s.org.AddExternalContact(c)
	if err == nil {
		c.UserID = id
		s.remember(func(org *directory.Organization, _ time.Time) error {
			_, err := org.AddExternalContact(c)
			return err
		})
	}
	return id, err
}

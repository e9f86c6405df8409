package emulator

import "github.com/dingtalk-contacts/dingtalk-go/internal/directory"

// contactFields are the fields of an external contact that both writes take.
type contactFields struct {
	Title          string   `arg:"title"`
	LabelIDs       []int64  `arg:"label_ids"`
	ShareDeptIDs   []int64  `arg:"share_dept_ids"`
	Address        string   `arg:"address"`
	Remark         string   `arg:"remark"`
	FollowerUserID string   `arg:"follower_user_id"`
	Name           string   `arg:"name"`
	CompanyName    string   `arg:"company_name"`
	ShareUserIDs   []string `arg:"share_user_ids"`
}

func (f contactFields) contact() directory.ExternalContact {
	return directory.ExternalContact{
		Name: f.Name, Title: f.Title, CompanyName: f.CompanyName, Address: f.Address, Remark: f.Remark,
		FollowerUserID: f.FollowerUserID, LabelIDs: f.LabelIDs, ShareDeptIDs: f.ShareDeptIDs, ShareUserIDs: f.ShareUserIDs,
	}
}

type createContactRequest struct {
	Contact newContact `arg:"contact"`
}

type newContact struct {
	contactFields
	StateCode string `arg:"state_code"`
	Mobile    string `arg:"mobile"`
}

type createContactResponse struct {
	UserID string `json:"userid"`
}

// createExternalContact adds an external contact.
//
// Assumed: An external contact may have the mobile number of a person of the organization, and needs a follower and
// labels that exist; the departments and people that it is shared with need not. More than 20 of a list are 400002. An
// organization that has not enabled external contacts refuses only new ones (60205), and has no labels.
func (s *Server) createExternalContact(q createContactRequest) (any, error) {
	if s.config.withoutContacts {
		return nil, refuse(60205)
	}
	c := q.Contact.contact()
	c.StateCode, c.Mobile = q.Contact.StateCode, q.Contact.Mobile
	userid, err := s.org.CreateExternalContact(c)
	if err != nil {
		return nil, err
	}
	return createContactResponse{userid}, nil
}

type updateContactRequest struct {
	Contact changedContact `arg:"contact"`
}

type changedContact struct {
	contactFields
	UserID string `arg:"user_id"`
}

// updateExternalContact replaces an external contact.
//
// Assumed: An update of an external contact clears the optional fields that are absent. An unknown contact is 60121
// there, an unknown follower 40003.
func (s *Server) updateExternalContact(q updateContactRequest) (any, error) {
	c := q.Contact.contact()
	c.UserID = q.Contact.UserID
	return nil, s.org.UpdateExternalContact(c)
}

type contactIDRequest struct {
	UserID string `arg:"user_id"`
}

func (s *Server) deleteExternalContact(q contactIDRequest) (any, error) {
	return nil, s.org.DeleteExternalContact(q.UserID)
}

// contactResponse is an external contact in responses.
type contactResponse struct {
	Title          string   `json:"title"`
	ShareDeptIDs   []int64  `json:"share_dept_ids"` // never null, as the other lists
	LabelIDs       []int64  `json:"label_ids"`
	Remark         string   `json:"remark"`
	Address        string   `json:"address"`
	Name           string   `json:"name"`
	FollowerUserID string   `json:"follower_user_id"`
	StateCode      string   `json:"state_code"`
	CompanyName    string   `json:"company_name"`
	ShareUserIDs   []string `json:"share_user_ids"`
	Mobile         string   `json:"mobile"`
	UserID         string   `json:"userid"`
	Email          string   `json:"email"`
}

func describeContact(c directory.ExternalContact) contactResponse {
	return contactResponse{
		Title: c.Title, ShareDeptIDs: notNull(c.ShareDeptIDs), LabelIDs: notNull(c.LabelIDs), Remark: c.Remark,
		Address: c.Address, Name: c.Name, FollowerUserID: c.FollowerUserID, StateCode: c.StateCode,
		CompanyName: c.CompanyName, ShareUserIDs: notNull(c.ShareUserIDs), Mobile: c.Mobile, UserID: c.UserID, Email: c.Email,
	}
}

func (s *Server) getExternalContact(q contactIDRequest) (any, error) {
	c, err := s.org.ExternalContact(q.UserID)
	if err != nil {
		return nil, err
	}
	return describeContact(c), nil
}

type contactPageRequest struct {
	Size   *int64 `arg:"size"`
	Offset *int64 `arg:"offset"`
}

// defaultContactPage is the size of a page where the call has none.
const defaultContactPage = 20

// window returns the part of a list of n that a call asks for.
//
// Assumed: The lists of external contacts and of their labels return the first 20 if offset or size is absent. External
// contacts are in the order in which they were added, and in no contact scope.
func (q contactPageRequest) window(n int) (from, to int, err error) {
	offset, size := int64(0), int64(defaultContactPage)
	if q.Size != nil && q.Offset != nil {
		offset, size = *q.Offset, *q.Size
	}
	if offset < 0 {
		return 0, 0, refuse(40068, "offset is less than 0")
	}
	start := min(offset, int64(n))
	return int(start), int(min(start+size, int64(n))), nil
}

type resultsResponse[T any] struct {
	Results []T `json:"results"` // never null
}

// listExternalContacts reads a page of the external contacts.
func (s *Server) listExternalContacts(q contactPageRequest) (any, error) {
	all := s.org.ExternalContacts()
	from, to, err := q.window(len(all))
	if err != nil {
		return nil, err
	}
	page := resultsResponse[contactResponse]{[]contactResponse{}}
	for _, c := range all[from:to] {
		page.Results = append(page.Results, describeContact(c))
	}
	return page, nil
}

type labelGroupResponse struct {
	Name   string          `json:"name"`
	Color  int64           `json:"color"`
	Labels []labelResponse `json:"labels"`
}

type labelResponse struct {
	Name string `json:"name"`
	ID   int64  `json:"id"`
}

// listLabelGroups reads a page of the groups of labels.
//
// Assumed: Every organization with external contacts has the groups of labels that the documentation shows, and no others.
func (s *Server) listLabelGroups(q contactPageRequest) (any, error) {
	all := s.org.LabelGroups()
	if s.config.withoutContacts {
		all = nil
	}
	from, to, err := q.window(len(all))
	if err != nil {
		return nil, err
	}
	page := resultsResponse[labelGroupResponse]{[]labelGroupResponse{}}
	for _, g := range all[from:to] {
		group := labelGroupResponse{Name: g.Name, Color: g.Color}
		for _, l := range g.Labels {
			group.Labels = append(group.Labels, labelResponse{l.Name, l.ID})
		}
		page.Results = append(page.Results, group)
	}
	return page, nil
}

// ExternalContacts returns the external contacts in the order in which they were added.
func (s *Server) ExternalContacts() []directory.ExternalContact {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.ExternalContacts()
}

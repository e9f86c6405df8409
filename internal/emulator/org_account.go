package emulator

import (
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

type orgAccountRequest struct {
	UserID string `arg:"userId"`
}

type disableAccountRequest struct {
	orgAccountRequest
	Reason string `arg:"reason"`
}

type signOutAccountRequest struct {
	orgAccountRequest
	Reason  string            `arg:"reason"`
	Reasons map[string]string `arg:"reasonI18nForEmployee"`
}

type doneResponse struct {
	Result bool `json:"result"`
}

// enableOrgAccount lets an enterprise account sign in again.
func (s *Server) enableOrgAccount(q orgAccountRequest) (any, error) {
	return s.setDisabled(q.UserID, false)
}

// disableOrgAccount stops an enterprise account.
//
// Assumed: A person out of the contact scope is refused like an unknown one by the calls for enterprise accounts and the
// senior mode. An account that is enabled, disabled or signed out already is no error. A disabled account can still sign
// in on the emulator's login page, and no token is revoked when an account is signed out.
func (s *Server) disableOrgAccount(q disableAccountRequest) (any, error) {
	return s.setDisabled(q.UserID, true)
}

func (s *Server) setDisabled(userid string, disabled bool) (any, error) {
	u, err := s.ownAccount(userid, noOwnAccount)
	if err != nil {
		return nil, err
	}
	changed := u.Clone()
	changed.DisableStatus = disabled
	if err := s.org.UpdateUser(changed); err != nil {
		return nil, err
	}
	return doneResponse{true}, nil
}

// signOutOrgAccount signs an enterprise account out, which leaves nothing to see here.
func (s *Server) signOutOrgAccount(q signOutAccountRequest) (any, error) {
	if _, err := s.ownAccount(q.UserID, noOwnAccount); err != nil {
		return nil, err
	}
	return doneResponse{true}, nil
}

type accountStatusResponse struct {
	Disable bool `json:"disable"`
}

// getOrgAccountStatus returns whether an enterprise account is disabled.
func (s *Server) getOrgAccountStatus(q orgAccountRequest) (any, error) {
	u, err := s.ownAccount(q.UserID, noOwnAccount)
	if err != nil {
		return nil, err
	}
	return accountStatusResponse{u.DisableStatus}, nil
}

type ownedOrganizationsResponse struct {
	OrgList []ownedOrganization `json:"orgList"` // never null
}

type ownedOrganization struct {
	CorpID   string `json:"corpId"`
	CorpName string `json:"corpName"`
}

// listOwnedOrganizations lists the organizations that an enterprise account created.
//
// Assumed: An organization was created by its boss. An account that created none has an empty orgList. An unknown person
// is employee.not.exist.
func (s *Server) listOwnedOrganizations(q orgAccountRequest) (any, error) {
	u, err := s.ownAccount(q.UserID, "exclusive.account.limit")
	if err != nil {
		return nil, err
	}
	owned := []ownedOrganization{}
	for _, org := range s.organizations() {
		if id, err := org.people.FindByUnionID(u.UnionID); err == nil && org.people.User(id).Boss {
			owned = append(owned, ownedOrganization{org.CorpID, org.Name})
		}
	}
	return ownedOrganizationsResponse{owned}, nil
}

// noOwnAccount is the string code with which most calls refuse a person who is no enterprise account of the organization.
const noOwnAccount = "exclusive.account.only"

// ownAccount returns an enterprise account that belongs to the organization, or refuses the person with a string code.
func (s *Server) ownAccount(userid, code string) (*directory.User, error) {
	u, err := s.org.VisibleUser(userid)
	if err != nil {
		return nil, err
	}
	if !u.ExclusiveAccount || u.ExclusiveAccountCorpID != "" && u.ExclusiveAccountCorpID != directory.CorpID {
		return nil, &refusal{code: 400002, v1: codeV1{http.StatusBadRequest, code, "只能操作归属该组织的专属账号"}}
	}
	return u, nil
}

// accountCodesV1 returns the string codes of the calls for enterprise accounts.
func accountCodesV1(unknown string) map[int]codeV1 {
	return map[int]codeV1{
		400002: {http.StatusBadRequest, "invalid.param", "无效参数"},
		60121:  {http.StatusBadRequest, unknown, "用户不存在"},
		-1:     {http.StatusInternalServerError, "system.busy", "系统繁忙"},
	}
}

package emulator

import (
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// profilesPath is the path below which each user has a profile, under the union ID or "me".
const profilesPath = "/v1.0/contact/users/"

type profileResponse struct {
	Nick       string `json:"nick"`
	AvatarURL  string `json:"avatarUrl,omitzero"`
	Mobile     string `json:"mobile,omitzero"`
	OpenID     string `json:"openId"`
	UnionID    string `json:"unionId"`
	Email      string `json:"email,omitzero"`
	StateCode  string `json:"stateCode,omitzero"`
	Visitor    bool   `json:"visitor"`
	LoginEmail string `json:"loginEmail,omitzero"`
}

// mobilePoint is the permission point for the mobile number of a user who has signed in.
const mobilePoint = "Contact.User.mobile"

// getMe returns the profile of the user who has signed in.
//
// Assumed: The union ID of another user than that of the token is refused like an unknown one. nick is the nickname, or
// the name where there is none. A user without a mobile number has no stateCode either, and without the permission point
// Contact.User.mobile both are absent.
func (s *Server) getMe(r *request, _ noRequest) (any, error) {
	u := s.current(s.sessions.tokens[r.tokenHeader].account)
	if id := strings.TrimPrefix(r.path, profilesPath); id != "me" && id != u.UnionID {
		return nil, refuse(60121)
	}
	p := profileResponse{
		Nick: u.Name, AvatarURL: u.Avatar, OpenID: s.openID(&u), UnionID: u.UnionID,
		Email: u.PersonalEmail, LoginEmail: u.LoginEmail,
	}
	if u.Nickname != "" {
		p.Nick = u.Nickname
	}
	if u.Mobile != "" && !slices.Contains(s.withoutScopes, mobilePoint) {
		p.Mobile, p.StateCode = u.Mobile, u.StateCode
	}
	return p, nil
}

type authRulesResponse struct {
	Result []authRule `json:"result"`
}

type authRule struct {
	Resource  string   `json:"resource"`
	AuthItems []string `json:"authItems"`
}

// getUserAuthRules returns what the user who has signed in permits the app: what the app has the permission points for.
//
// Assumed: The order of the records is that of the page's text, and a resource without items is absent.
func (s *Server) getUserAuthRules(*request, noRequest) (any, error) {
	rules := []authRule{}
	for _, rule := range []struct{ point, resource, item string }{
		{contract.ReadContactUser, "rpc_auth", contract.ReadContactUser},
		{mobilePoint, "Contact.User", "mobile"},
	} {
		if !slices.Contains(s.withoutScopes, rule.point) {
			rules = append(rules, authRule{rule.resource, []string{rule.item}})
		}
	}
	return authRulesResponse{rules}, nil
}

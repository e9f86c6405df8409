package emulator

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An enterprise ("exclusive") account belongs to the organisation and has no mobile number of its own.
// Those of the kind dingtalk have a login name and a password, those of the kind sso neither.
const (
	ssoAccount      = "sso"
	dingtalkAccount = "dingtalk"
)

// corpID identifies the organisation, and corpName is its name, where an enterprise account shows them.
const (
	corpID   = "ding00000000000000000000000000emulated"
	corpName = "Organisation"
)

var (
	enterpriseFields = []string{
		"exclusive_account_type", "exclusive_mobile", "exclusive_mobile_verify_status", "avatarMediaId",
		"nickname", "outer_exclusive_corpid", "outer_exclusive_userid",
	}
	loginFields = []string{"login_id", "loginId", "init_password", "send_password_to_user"}
)

// openAccount checks what a new person's account is and takes it over.
func (s *Server) openAccount(u *User, a args) error {
	u.ExclusiveAccount = a.is("exclusive_account")
	if !u.ExclusiveAccount {
		return s.openOrdinary(u, a)
	}
	for _, name := range []string{"mobile", "login_email"} {
		if !a.empty(name) {
			return refuse(400002, name+" cannot be combined with exclusive_account")
		}
	}
	if a.empty("exclusive_account_type") {
		return refuse(400002, "exclusive_account_type is missing")
	}
	set(a, "exclusive_account_type", &u.ExclusiveAccountType)
	if u.ExclusiveAccountType == dingtalkAccount {
		for _, name := range []string{"login_id", "init_password"} {
			if a.empty(name) {
				return refuse(400002, name+" is missing")
			}
		}
	}
	u.ExclusiveAccountCorpID, u.ExclusiveAccountCorpName = corpID, corpName
	set(a, "outer_exclusive_corpid", &u.OuterExclusiveCorpID)
	set(a, "outer_exclusive_userid", &u.OuterExclusiveUserID)
	return s.login(u, a, "login_id")
}

func (s *Server) openOrdinary(u *User, a args) error {
	if err := s.drop(a, slices.Concat(loginFields, enterpriseFields)); err != nil {
		return err
	}
	if a.empty("mobile") {
		return refuse(400002, "mobile is missing")
	}
	m, err := parseMobile(a.text("mobile"))
	if err != nil {
		return err
	}
	u.StateCode, u.Mobile = m.stateCode, m.number
	u.LoginEmail = a.text("login_email")
	return nil
}

// changeAccount checks and takes over what an update says about the account.
func (s *Server) changeAccount(u *User, a args) error {
	if !u.ExclusiveAccount {
		return s.drop(a, slices.Concat(loginFields, enterpriseFields))
	}
	return s.login(u, a, "loginId")
}

// login takes over a login name and checks a password, which is stored nowhere.
func (s *Server) login(u *User, a args, name string) error {
	if u.ExclusiveAccountType != dingtalkAccount {
		return s.drop(a, loginFields)
	}
	if login := a.text(name); login != "" {
		u.LoginID = login
	}
	if a.is("send_password_to_user") && a.empty("init_password") {
		return refuse(400002, "send_password_to_user needs init_password")
	}
	if password := a.text("init_password"); password != "" && !strong(password) {
		return refuse(400002, "init_password is too weak")
	}
	return nil
}

// strong is the documented rule: eight characters or more, not letters alone and not digits alone.
func strong(password string) bool {
	other := func(is func(rune) bool) bool {
		return strings.ContainsFunc(password, func(r rune) bool { return !is(r) })
	}
	return utf8.RuneCountInString(password) >= 8 && other(unicode.IsLetter) && other(unicode.IsDigit)
}

// drop leaves fields out that mean nothing for the account at hand. What the service does with them is
// not known; a strict server refuses them.
func (s *Server) drop(a args, names []string) error {
	for _, name := range names {
		if a.has(name) && s.config.strict {
			return refuse(400002, name+" is for another kind of account")
		}
		delete(a, name)
	}
	return nil
}

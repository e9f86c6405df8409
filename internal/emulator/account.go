package emulator

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// An enterprise ("exclusive") account belongs to the organization and has no mobile number of its own. An account of
// the type dingtalk has a login name and a password, one of the type sso has neither.
const dingtalkAccount = "dingtalk"

// newAccount holds what createUser takes about accounts.
type newAccount struct {
	ExclusiveAccount bool `arg:"exclusive_account"`
	createLogin
	createEnterprise
}

type createLogin struct {
	LoginID      *string `arg:"login_id"` // in camel case on update
	InitPassword *string `arg:"init_password"`
	SendPassword *bool   `arg:"send_password_to_user"`
}

type createEnterprise struct {
	AccountType *string `arg:"exclusive_account_type"`
	Mobile      *string `arg:"exclusive_mobile"`
	Verified    *string `arg:"exclusive_mobile_verify_status"`
	Avatar      *string `arg:"avatarMediaId"`
	Nickname    *string `arg:"nickname"`
	OuterCorpID *string `arg:"outer_exclusive_corpid"`
	OuterUserID *string `arg:"outer_exclusive_userid"`
}

// changedAccount holds what updateUser takes about accounts.
type changedAccount struct {
	updateLogin
	updateEnterprise
}

type updateLogin struct {
	LoginID      *string `arg:"loginId"`
	InitPassword *string `arg:"init_password"`
	SendPassword *bool   `arg:"send_password_to_user"`
}

type updateEnterprise struct {
	Mobile   *string `arg:"exclusive_mobile"`
	Verified *string `arg:"exclusive_mobile_verify_status"`
	Avatar   *string `arg:"avatarMediaId"`
	Nickname *string `arg:"nickname"`
}

// openAccount checks and sets what a new person's account is.
//
// Assumed: Fields of enterprise accounts are ignored for other accounts.
func (s *Server) openAccount(u *directory.User, q *createUserRequest) error {
	if !q.ExclusiveAccount {
		return s.openOrdinary(u, q)
	}
	switch {
	case q.Mobile != "":
		return refuse(400002, "mobile cannot be combined with exclusive_account")
	case q.LoginEmail != "":
		return refuse(400002, "login_email cannot be combined with exclusive_account")
	case value(q.AccountType) == "":
		return refuse(400002, "exclusive_account_type is missing")
	}
	u.ExclusiveAccount = true
	u.ExclusiveAccountType = *q.AccountType
	if u.ExclusiveAccountType == dingtalkAccount {
		switch {
		case value(q.LoginID) == "":
			return refuse(400002, "login_id is missing")
		case value(q.InitPassword) == "":
			return refuse(400002, "init_password is missing")
		}
	}
	u.ExclusiveAccountCorpID, u.ExclusiveAccountCorpName = directory.CorpID, directory.CorpName
	set(&u.OuterExclusiveCorpID, q.OuterCorpID)
	set(&u.OuterExclusiveUserID, q.OuterUserID)
	setEnterprise(u, updateEnterprise{q.createEnterprise.Mobile, q.Verified, q.Avatar, q.Nickname})
	return s.setLogin(u, updateLogin(q.createLogin), sentField(q.createLogin))
}

func (s *Server) openOrdinary(u *directory.User, q *createUserRequest) error {
	if err := s.ignore(sentField(q.createLogin), sentField(q.createEnterprise)); err != nil {
		return err
	}
	if q.Mobile == "" {
		return refuse(400002, "mobile is missing")
	}
	m, err := directory.ParseMobile(q.Mobile)
	if err != nil {
		return err
	}
	u.StateCode, u.Mobile = m.StateCode, m.Number
	u.LoginEmail = q.LoginEmail
	return nil
}

// updateAccount checks and sets the fields of an update that concern the account.
func (s *Server) updateAccount(u *directory.User, q *changedAccount) error {
	if !u.ExclusiveAccount {
		return s.ignore(sentField(q.updateLogin), sentField(q.updateEnterprise))
	}
	setEnterprise(u, q.updateEnterprise)
	return s.setLogin(u, q.updateLogin, sentField(q.updateLogin))
}

// setEnterprise sets the fields of an enterprise account that were sent.
func setEnterprise(u *directory.User, e updateEnterprise) {
	set(&u.ExclusiveMobile, e.Mobile)
	set(&u.ExclusiveMobileVerifyStatus, e.Verified)
	set(&u.AvatarMediaID, e.Avatar)
	set(&u.Nickname, e.Nickname)
}

// setLogin sets a login name and checks a password, which is stored nowhere. The name of the first field that was sent
// is for the refusal of an account without a login.
func (s *Server) setLogin(u *directory.User, l updateLogin, first string) error {
	if u.ExclusiveAccountType != dingtalkAccount {
		return s.ignore(first)
	}
	if login := value(l.LoginID); login != "" {
		u.LoginID = login
	}
	password := value(l.InitPassword)
	if value(l.SendPassword) && password == "" {
		return refuse(400002, "send_password_to_user needs init_password")
	}
	if password != "" && !isStrongPassword(password) {
		return refuse(400002, "init_password is too weak")
	}
	return nil
}

// isStrongPassword reports whether a password follows the documented rule: eight characters or more, not letters alone
// and not digits alone.
func isStrongPassword(password string) bool {
	other := func(is func(rune) bool) bool {
		return strings.ContainsFunc(password, func(r rune) bool { return !is(r) })
	}
	return utf8.RuneCountInString(password) >= 8 && other(unicode.IsLetter) && other(unicode.IsDigit)
}

// ignore accepts fields that do not apply to the account. What the service does with them is not known; a strict
// server refuses the first one that was sent.
func (s *Server) ignore(sent ...string) error {
	for _, name := range sent {
		if name != "" && s.config.strict {
			return refuse(400002, name+" is for another kind of account")
		}
	}
	return nil
}

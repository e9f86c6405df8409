package dingtalk

import (
	"errors"
	"maps"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

// Changes is the update that makes u what the request describes, and whether there is anything to update: what
// EnsureUser would do to u, without a call. Fields at their zero value are not compared, custom fields are
// merged, and what no answer shows counts as different; see EnsureUser. Somebody else — a person whose mobile
// number, login name or kind of account is another — is ErrPrecondition.
func (r CreateUserRequest) Changes(u *User) (up UpdateUserRequest, differs bool, err error) {
	if err := samePerson(&r, u); err != nil {
		return UpdateUserRequest{}, false, err
	}
	up, differs = difference(&r, u)
	return up, differs, nil
}

// samePerson refuses to change somebody else who has the userid.
func samePerson(want *CreateUserRequest, u *User) error {
	refuse := func(reason string) error { return &Error{Err: errors.New(reason), class: ErrPrecondition} }
	differ := func(want, have string) bool { return want != "" && have != "" && want != have }
	if want.ExclusiveAccount != u.ExclusiveAccount || differ(want.ExclusiveAccountType, u.ExclusiveAccountType) {
		return refuse("the userid belongs to an account of another kind; choose another userid")
	}
	if differ(want.LoginID, u.LoginID) {
		return refuse("the userid belongs to a person with another login name; choose another userid, or change it with UpdateUser")
	}
	if u.Mobile != "" && want.Mobile != "" && !mobile.Parse(want.Mobile).Is(u.StateCode, u.Mobile) {
		return refuse("the userid belongs to a person with another mobile number, which cannot be changed; choose another userid, or delete and create them")
	}
	return nil
}

// difference is the update that makes u as requested, and whether there is anything to update.
func difference(want *CreateUserRequest, u *User) (UpdateUserRequest, bool) {
	up := UpdateUserRequest{UserID: want.UserID}
	differs := false
	for _, f := range []struct {
		want, have string
		set        **string
	}{
		{want.Name, u.Name, &up.Name},
		{want.Telephone, u.Telephone, &up.Telephone},
		{want.JobNumber, u.JobNumber, &up.JobNumber},
		{want.Title, u.Title, &up.Title},
		{want.Email, u.Email, &up.Email},
		{want.OrgEmail, u.OrgEmail, &up.OrgEmail},
		{want.OrgEmailType, u.OrgEmailType, &up.OrgEmailType},
		{want.WorkPlace, u.WorkPlace, &up.WorkPlace},
		{want.Remark, u.Remark, &up.Remark},
		{want.ManagerUserID, u.ManagerUserID, &up.ManagerUserID},
		{want.LoginID, u.LoginID, &up.LoginID},
		{want.Nickname, u.Nickname, &up.Nickname},
		{want.ExclusiveMobile, "", &up.ExclusiveMobile},
		{want.ExclusiveMobileVerifyStatus, "", &up.ExclusiveMobileVerifyStatus},
		{want.AvatarMediaID, "", &up.AvatarMediaID},
	} {
		if f.want != "" && f.want != f.have {
			*f.set, differs = new(f.want), true
		}
	}
	if want.HideMobile && !u.HideMobile {
		up.HideMobile, differs = new(true), true
	}
	if want.SeniorMode && !u.Senior {
		up.SeniorMode, differs = new(true), true
	}
	if !want.HiredDate.IsZero() && want.HiredDate.UnixMilli() != u.HiredDate.UnixMilli() {
		up.HiredDate, differs = want.HiredDate, true
	}
	if len(want.DeptIDList) > 0 && !sameMembers(want.DeptIDList, u.DeptIDList) {
		up.DeptIDList, differs = want.DeptIDList, true
	}
	if !contains(u.DeptOrderList, want.DeptOrderList) {
		up.DeptOrderList, differs = want.DeptOrderList, true
	}
	if len(want.DeptTitleList) > 0 {
		up.DeptTitleList, differs = want.DeptTitleList, true
	}
	if !contains(u.DeptPositionList, want.DeptPositionList) {
		up.DeptPositionList, differs = want.DeptPositionList, true
	}
	if !extensionHolds(u.Extension, want.Extension) {
		up.Extension, up.ExtAttrsUpdateMode, differs = new(want.Extension), new(int64(1)), true
	}
	if !i18nHolds(u.ExtensionI18n, want.ExtensionI18n) {
		up.ExtensionI18n, differs = new(want.ExtensionI18n), true
	}
	return up, differs
}

func sameMembers(a, b []int64) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func contains[T comparable](have, want []T) bool {
	return !slices.ContainsFunc(want, func(w T) bool { return !slices.Contains(have, w) })
}

// extensionHolds reports whether all wanted custom fields are there as wanted.
func extensionHolds(have, want Extension) bool {
	if want == "" {
		return true
	}
	wanted, err := want.Map()
	if err != nil {
		return false // the service shall say what is wrong with it
	}
	fields, err := have.Map()
	return err == nil && holds(fields, wanted)
}

func i18nHolds(have, want ExtensionI18n) bool {
	if want == "" {
		return true
	}
	wanted, err := want.Map()
	if err != nil {
		return false
	}
	fields, err := have.Map()
	if err != nil {
		return false
	}
	for name, locales := range wanted {
		if !holds(fields[name], locales) {
			return false
		}
	}
	return true
}

func holds(have, want map[string]string) bool {
	merged := maps.Clone(have)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, want)
	return maps.Equal(merged, have) || len(want) == 0
}

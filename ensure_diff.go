package dingtalk

import (
	"errors"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

// Changes returns the update that makes u what the request describes, as EnsureUser would send it, and whether u
// differs from the request at all. It makes no call. Zero fields are not compared, custom fields are merged, and fields
// that the service does not return count as different; see EnsureUser. The error matches ErrPrecondition if u is
// another user: one with another mobile number, login name or kind of account.
func (r CreateUserRequest) Changes(u *User) (up UpdateUserRequest, differs bool, err error) {
	if err := checkSameUser(&r, u); err != nil {
		return UpdateUserRequest{}, false, err
	}
	up, differs = diffUser(&r, u)
	return up, differs, nil
}

// checkSameUser returns an error if u is another user, who has the user ID of the request.
func checkSameUser(want *CreateUserRequest, u *User) error {
	refuse := func(reason string) error { return &Error{Err: errors.New(reason), class: ErrPrecondition} }
	differ := func(want, have string) bool { return want != "" && have != "" && want != have }
	if want.ExclusiveAccount != u.ExclusiveAccount || differ(want.ExclusiveAccountType, u.ExclusiveAccountType) {
		return refuse("the user ID belongs to an account of another kind; choose another user ID")
	}
	if differ(want.LoginID, u.LoginID) {
		return refuse("the user ID belongs to a user with another login name; choose another user ID, or change the login name with UpdateUser")
	}
	if u.Mobile != "" && want.Mobile != "" && !mobile.Parse(want.Mobile).Is(u.StateCode, u.Mobile) {
		return refuse("the user ID belongs to a user with another mobile number, which cannot be changed; choose another user ID, or delete the user and create it again")
	}
	return nil
}

// diffUser returns the update that makes u as requested, and whether u differs.
func diffUser(want *CreateUserRequest, u *User) (UpdateUserRequest, bool) {
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
	if len(want.DeptIDList) > 0 && !equalSets(want.DeptIDList, u.DeptIDList) {
		up.DeptIDList, differs = want.DeptIDList, true
	}
	if !containsAll(u.DeptOrderList, want.DeptOrderList) {
		up.DeptOrderList, differs = want.DeptOrderList, true
	}
	if len(want.DeptTitleList) > 0 {
		up.DeptTitleList, differs = want.DeptTitleList, true
	}
	if !containsAll(u.DeptPositionList, want.DeptPositionList) {
		up.DeptPositionList, differs = want.DeptPositionList, true
	}
	if !extensionContains(u.Extension, want.Extension) {
		up.Extension, up.ExtAttrsUpdateMode, differs = new(want.Extension), new(int64(1)), true
	}
	if !i18nContains(u.ExtensionI18n, want.ExtensionI18n) {
		up.ExtensionI18n, differs = new(want.ExtensionI18n), true
	}
	return up, differs
}

// equalSets reports whether a and b have the same elements, in any order and number.
func equalSets(a, b []int64) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// containsAll reports whether have contains every element of want.
func containsAll[T comparable](have, want []T) bool {
	return !slices.ContainsFunc(want, func(w T) bool { return !slices.Contains(have, w) })
}

// extensionContains reports whether have contains the custom fields of want with the same values.
func extensionContains(have, want Extension) bool {
	if want == "" {
		return true
	}
	wanted, err := want.Map()
	if err != nil {
		return false // it is sent, so that the service reports what is wrong with it
	}
	fields, err := have.Map()
	return err == nil && containsFields(fields, wanted)
}

// i18nContains reports whether have contains the custom fields of want, with the same values in each language.
func i18nContains(have, want ExtensionI18n) bool {
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
		if !containsFields(fields[name], locales) {
			return false
		}
	}
	return true
}

// containsFields reports whether have contains the fields of want with the same values.
func containsFields(have, want map[string]string) bool {
	for name, value := range want {
		if v, ok := have[name]; !ok || v != value {
			return false
		}
	}
	return true
}

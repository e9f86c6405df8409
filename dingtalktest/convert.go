package dingtalktest

import (
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The types of this package have the fields of those in internal/directory. All conversions are in this file, and a
// test checks that they drop nothing.

// convertList converts the entries of a list; nil remains nil.
func convertList[From, To any](list []From, convert func(From) To) []To {
	if list == nil {
		return nil
	}
	out := make([]To, len(list))
	for i, entry := range list {
		out[i] = convert(entry)
	}
	return out
}

func toUser(u User) directory.User {
	return directory.User{
		UserID:                      u.UserID,
		UnionID:                     u.UnionID,
		Name:                        u.Name,
		Avatar:                      u.Avatar,
		StateCode:                   u.StateCode,
		Mobile:                      u.Mobile,
		HideMobile:                  u.HideMobile,
		Telephone:                   u.Telephone,
		JobNumber:                   u.JobNumber,
		Title:                       u.Title,
		Email:                       u.Email,
		OrgEmail:                    u.OrgEmail,
		OrgEmailType:                u.OrgEmailType,
		LoginEmail:                  u.LoginEmail,
		PersonalEmail:               u.PersonalEmail,
		WorkPlace:                   u.WorkPlace,
		Remark:                      u.Remark,
		Extension:                   u.Extension,
		ExtensionI18n:               u.ExtensionI18n,
		ManagerUserID:               u.ManagerUserID,
		HiredDate:                   u.HiredDate,
		CreateTime:                  u.CreateTime,
		DeptIDList:                  u.DeptIDList,
		DeptOrderList:               convertList(u.DeptOrderList, func(e DeptOrder) directory.DeptOrder { return directory.DeptOrder(e) }),
		DeptTitleList:               convertList(u.DeptTitleList, func(e DeptTitle) directory.DeptTitle { return directory.DeptTitle(e) }),
		DeptPositionList:            convertList(u.DeptPositionList, func(e DeptPosition) directory.DeptPosition { return directory.DeptPosition(e) }),
		LeaderInDept:                convertList(u.LeaderInDept, func(e DeptLeader) directory.DeptLeader { return directory.DeptLeader(e) }),
		RoleList:                    convertList(u.RoleList, func(e Role) directory.Role { return directory.Role(e) }),
		Active:                      u.Active,
		RealAuthed:                  u.RealAuthed,
		Senior:                      u.Senior,
		Admin:                       u.Admin,
		Boss:                        u.Boss,
		UnionEmpExt:                 toUnionEmpExt(u.UnionEmpExt),
		AdminLevel:                  u.AdminLevel,
		AdminDeptIDs:                u.AdminDeptIDs,
		Logins:                      u.Logins,
		ExclusiveAccount:            u.ExclusiveAccount,
		ExclusiveAccountType:        u.ExclusiveAccountType,
		LoginID:                     u.LoginID,
		Nickname:                    u.Nickname,
		ExclusiveMobile:             u.ExclusiveMobile,
		ExclusiveMobileVerifyStatus: u.ExclusiveMobileVerifyStatus,
		ExclusiveAccountCorpName:    u.ExclusiveAccountCorpName,
		ExclusiveAccountCorpID:      u.ExclusiveAccountCorpID,
		OuterExclusiveCorpID:        u.OuterExclusiveCorpID,
		OuterExclusiveUserID:        u.OuterExclusiveUserID,
		AvatarMediaID:               u.AvatarMediaID,
		DisableStatus:               u.DisableStatus,
	}
}

func fromUser(u directory.User) User {
	return User{
		UserID:                      u.UserID,
		UnionID:                     u.UnionID,
		Name:                        u.Name,
		Avatar:                      u.Avatar,
		StateCode:                   u.StateCode,
		Mobile:                      u.Mobile,
		HideMobile:                  u.HideMobile,
		Telephone:                   u.Telephone,
		JobNumber:                   u.JobNumber,
		Title:                       u.Title,
		Email:                       u.Email,
		OrgEmail:                    u.OrgEmail,
		OrgEmailType:                u.OrgEmailType,
		LoginEmail:                  u.LoginEmail,
		PersonalEmail:               u.PersonalEmail,
		WorkPlace:                   u.WorkPlace,
		Remark:                      u.Remark,
		Extension:                   u.Extension,
		ExtensionI18n:               u.ExtensionI18n,
		ManagerUserID:               u.ManagerUserID,
		HiredDate:                   u.HiredDate,
		CreateTime:                  u.CreateTime,
		DeptIDList:                  u.DeptIDList,
		DeptOrderList:               convertList(u.DeptOrderList, func(e directory.DeptOrder) DeptOrder { return DeptOrder(e) }),
		DeptTitleList:               convertList(u.DeptTitleList, func(e directory.DeptTitle) DeptTitle { return DeptTitle(e) }),
		DeptPositionList:            convertList(u.DeptPositionList, func(e directory.DeptPosition) DeptPosition { return DeptPosition(e) }),
		LeaderInDept:                convertList(u.LeaderInDept, func(e directory.DeptLeader) DeptLeader { return DeptLeader(e) }),
		RoleList:                    convertList(u.RoleList, func(e directory.Role) Role { return Role(e) }),
		Active:                      u.Active,
		RealAuthed:                  u.RealAuthed,
		Senior:                      u.Senior,
		Admin:                       u.Admin,
		Boss:                        u.Boss,
		UnionEmpExt:                 fromUnionEmpExt(u.UnionEmpExt),
		AdminLevel:                  u.AdminLevel,
		AdminDeptIDs:                u.AdminDeptIDs,
		Logins:                      u.Logins,
		ExclusiveAccount:            u.ExclusiveAccount,
		ExclusiveAccountType:        u.ExclusiveAccountType,
		LoginID:                     u.LoginID,
		Nickname:                    u.Nickname,
		ExclusiveMobile:             u.ExclusiveMobile,
		ExclusiveMobileVerifyStatus: u.ExclusiveMobileVerifyStatus,
		ExclusiveAccountCorpName:    u.ExclusiveAccountCorpName,
		ExclusiveAccountCorpID:      u.ExclusiveAccountCorpID,
		OuterExclusiveCorpID:        u.OuterExclusiveCorpID,
		OuterExclusiveUserID:        u.OuterExclusiveUserID,
		AvatarMediaID:               u.AvatarMediaID,
		DisableStatus:               u.DisableStatus,
	}
}

func toUnionEmpExt(e *UnionEmpExt) *directory.UnionEmpExt {
	if e == nil {
		return nil
	}
	return &directory.UnionEmpExt{
		UserID: e.UserID, CorpID: e.CorpID,
		UnionEmpMapList: convertList(e.UnionEmpMapList, func(m UnionEmpMap) directory.UnionEmpMap { return directory.UnionEmpMap(m) }),
	}
}

func fromUnionEmpExt(e *directory.UnionEmpExt) *UnionEmpExt {
	if e == nil {
		return nil
	}
	return &UnionEmpExt{
		UserID: e.UserID, CorpID: e.CorpID,
		UnionEmpMapList: convertList(e.UnionEmpMapList, func(m directory.UnionEmpMap) UnionEmpMap { return UnionEmpMap(m) }),
	}
}

func toDepartment(d Department) directory.Department {
	return directory.Department{
		ID:                     d.ID,
		ParentID:               d.ParentID,
		Name:                   d.Name,
		Order:                  d.Order,
		SourceIdentifier:       d.SourceIdentifier,
		Code:                   d.Code,
		Brief:                  d.Brief,
		Telephone:              d.Telephone,
		Extension:              d.Extension,
		AutoApproveApply:       d.AutoApproveApply,
		HideDept:               d.HideDept,
		DeptPermits:            d.DeptPermits,
		UserPermits:            d.UserPermits,
		OuterDept:              d.OuterDept,
		OuterDeptOnlySelf:      d.OuterDeptOnlySelf,
		OuterPermitDepts:       d.OuterPermitDepts,
		OuterPermitUsers:       d.OuterPermitUsers,
		DeptManagerUserIDList:  d.DeptManagerUserIDList,
		CreateDeptGroup:        d.CreateDeptGroup,
		DeptGroupChatID:        d.DeptGroupChatID,
		OrgDeptOwner:           d.OrgDeptOwner,
		AutoAddUser:            d.AutoAddUser,
		GroupContainSubDept:    d.GroupContainSubDept,
		GroupContainOuterDept:  d.GroupContainOuterDept,
		GroupContainHiddenDept: d.GroupContainHiddenDept,
		Tags:                   d.Tags,
		FromUnionOrg:           d.FromUnionOrg,
		UnionDeptExt:           (*directory.UnionDeptExt)(d.UnionDeptExt),
	}
}

func fromDepartment(d directory.Department) Department {
	return Department{
		ID:                     d.ID,
		ParentID:               d.ParentID,
		Name:                   d.Name,
		Order:                  d.Order,
		SourceIdentifier:       d.SourceIdentifier,
		Code:                   d.Code,
		Brief:                  d.Brief,
		Telephone:              d.Telephone,
		Extension:              d.Extension,
		AutoApproveApply:       d.AutoApproveApply,
		HideDept:               d.HideDept,
		DeptPermits:            d.DeptPermits,
		UserPermits:            d.UserPermits,
		OuterDept:              d.OuterDept,
		OuterDeptOnlySelf:      d.OuterDeptOnlySelf,
		OuterPermitDepts:       d.OuterPermitDepts,
		OuterPermitUsers:       d.OuterPermitUsers,
		DeptManagerUserIDList:  d.DeptManagerUserIDList,
		CreateDeptGroup:        d.CreateDeptGroup,
		DeptGroupChatID:        d.DeptGroupChatID,
		OrgDeptOwner:           d.OrgDeptOwner,
		AutoAddUser:            d.AutoAddUser,
		GroupContainSubDept:    d.GroupContainSubDept,
		GroupContainOuterDept:  d.GroupContainOuterDept,
		GroupContainHiddenDept: d.GroupContainHiddenDept,
		Tags:                   d.Tags,
		FromUnionOrg:           d.FromUnionOrg,
		UnionDeptExt:           (*UnionDeptExt)(d.UnionDeptExt),
	}
}

func toLeave(l Leave) directory.Leave {
	return directory.Leave{
		UserID:           l.UserID,
		Name:             l.Name,
		StateCode:        l.StateCode,
		Mobile:           l.Mobile,
		Time:             l.Time,
		Reason:           l.Reason,
		LastWorkDay:      l.LastWorkDay,
		Depts:            convertList(l.Depts, func(d LeftDept) directory.LeftDept { return directory.LeftDept(d) }),
		HandoverUserID:   l.HandoverUserID,
		ReasonMemo:       l.ReasonMemo,
		VoluntaryReasons: l.VoluntaryReasons,
		PassiveReasons:   l.PassiveReasons,
		OnlyContacts:     l.OnlyContacts,
		OnlySmartHR:      l.OnlySmartHR,
	}
}

func fromLeave(l directory.Leave) Leave {
	return Leave{
		UserID:           l.UserID,
		Name:             l.Name,
		StateCode:        l.StateCode,
		Mobile:           l.Mobile,
		Time:             l.Time,
		Reason:           l.Reason,
		LastWorkDay:      l.LastWorkDay,
		Depts:            convertList(l.Depts, func(d directory.LeftDept) LeftDept { return LeftDept(d) }),
		HandoverUserID:   l.HandoverUserID,
		ReasonMemo:       l.ReasonMemo,
		VoluntaryReasons: l.VoluntaryReasons,
		PassiveReasons:   l.PassiveReasons,
		OnlyContacts:     l.OnlyContacts,
		OnlySmartHR:      l.OnlySmartHR,
	}
}

package emulator

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

type updateSeniorRequest struct {
	SeniorStaffID  string   `arg:"seniorStaffId"`
	Open           bool     `arg:"open"`
	PermitStaffIDs []string `arg:"permitStaffIds"`
	PermitDeptIDs  []int64  `arg:"permitDeptIds"`
	PermitTagIDs   []int64  `arg:"permitTagIds"`
	ProtectScenes  []string `arg:"protectScenes"`
}

// maxPermitted is how many people, departments and roles may reach a person in senior mode.
const maxPermitted = 200

// updateSeniorSettings switches the senior mode of a person on or off.
//
// Assumed: The senior mode is set as a whole: a list that is absent is empty afterwards, and switching it off removes the
// settings. A person, department or role that is permitted need not exist, but is not returned. A scene that is not
// documented is parameter.error.
func (s *Server) updateSeniorSettings(q updateSeniorRequest) (any, error) {
	if len(q.PermitStaffIDs)+len(q.PermitDeptIDs)+len(q.PermitTagIDs) > maxPermitted {
		return nil, refuse(400002, "more than 200 are permitted")
	}
	for _, scene := range q.ProtectScenes {
		if !slices.Contains(contract.ProtectScenes, scene) {
			return nil, refuse(400002, scene+" is no scene")
		}
	}
	return nil, s.org.SetSenior(q.SeniorStaffID, q.Open, directory.SeniorSettings{
		ProtectScenes: q.ProtectScenes, StaffIDs: q.PermitStaffIDs, DeptIDs: q.PermitDeptIDs, RoleIDs: q.PermitTagIDs,
	})
}

type seniorRequest struct {
	SeniorStaffID string `arg:"seniorStaffId"`
}

type seniorResponse struct {
	SeniorStaffID   string            `json:"seniorStaffId"`
	ProtectScenes   []string          `json:"protectScenes"`   // never null
	SeniorWhiteList []seniorPermitted `json:"seniorWhiteList"` // never null
}

type seniorPermitted struct {
	ID   string `json:"id"`
	Type int64  `json:"type"`
	Name string `json:"name"`
}

// What a seniorPermitted is.
const (
	permittedUser = iota + 1
	permittedDepartment
	permittedRole
)

// getSeniorSettings returns the settings of a person's senior mode, which are empty while it is off.
func (s *Server) getSeniorSettings(q seniorRequest) (any, error) {
	senior, err := s.org.Senior(q.SeniorStaffID)
	if err != nil {
		return nil, err
	}
	out := seniorResponse{q.SeniorStaffID, notNull(senior.ProtectScenes), []seniorPermitted{}}
	for _, id := range senior.StaffIDs {
		out.SeniorWhiteList = append(out.SeniorWhiteList, seniorPermitted{id, permittedUser, s.org.User(id).Name})
	}
	for _, id := range senior.DeptIDs {
		out.SeniorWhiteList = append(out.SeniorWhiteList,
			seniorPermitted{strconv.FormatInt(id, 10), permittedDepartment, s.org.Department(id).Name})
	}
	for _, id := range senior.RoleIDs {
		role, err := s.org.RoleByID(id)
		if err != nil {
			return nil, err
		}
		out.SeniorWhiteList = append(out.SeniorWhiteList, seniorPermitted{strconv.FormatInt(id, 10), permittedRole, role.Name})
	}
	return out, nil
}

// seniorCodesV1 holds the string codes of the calls for the senior mode.
var seniorCodesV1 = map[int]codeV1{
	400002: {http.StatusBadRequest, "parameter.error", "参数错误"},
	60121:  {http.StatusInternalServerError, "parameter.userNotExists", "用户不存在"},
	-1:     {http.StatusInternalServerError, "system.error", "获取设置出错"},
}

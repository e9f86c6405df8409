package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// defaultLeavePage is the documented size of a page of dismissions.
const defaultLeavePage = 30

type dismissionsRequest struct {
	NextToken  int64  `arg:"nextToken"`
	MaxResults *int64 `arg:"maxResults"`
}

type dismissionsResponse struct {
	NextToken  int64    `json:"nextToken"`
	HasMore    bool     `json:"hasMore"`
	UserIDList []string `json:"userIdList"`
}

// hrNotOpened returns the refusal of an organization that has not opened Smart HR, for which the legacy API has no code.
func hrNotOpened() error {
	return &refusal{code: http.StatusBadRequest, v1: codeV1{http.StatusBadRequest, "corpNotOpenHrm", "企业未开通通智能人事"}}
}

// listDismissedUserIDs reads a page of the people who have left in Smart HR.
//
// Assumed: Smart HR lists everyone who left Contacts, in the order of time, until they return. Without Smart HR, dismissions
// is refused like dimissionInfos, and queryonjob lists no one. nextToken is an offset; on the last page it is 0.
func (s *Server) listDismissedUserIDs(q dismissionsRequest) (any, error) {
	if s.config.withoutHR {
		return nil, hrNotOpened()
	}
	if q.NextToken < 0 {
		return nil, refuse(400002, "nextToken is less than 0")
	}
	size := int64(defaultLeavePage)
	set(&size, q.MaxResults)
	ids, next := cut(s.org.Dismissed(), q.NextToken, size)
	return dismissionsResponse{next, next > 0, append([]string{}, ids...)}, nil
}

type dismissionInfoRequest struct {
	UserIDs []string `arg:"userIdList"`
}

type dismissionInfoResponse struct {
	Result []dismissionInfo `json:"result"`
}

type dismissionInfo struct {
	UserID          string           `json:"userId"`
	Name            string           `json:"name"`
	LastWorkDay     int64            `json:"lastWorkDay"`
	DeptList        []dismissionDept `json:"deptList"`
	MainDeptID      int64            `json:"mainDeptId,omitempty"`
	MainDeptName    string           `json:"mainDeptName,omitempty"`
	PreStatus       int64            `json:"preStatus"`
	Status          int64            `json:"status"`
	HandoverUserID  string           `json:"handoverUserId,omitempty"`
	ReasonMemo      string           `json:"reasonMemo"`
	VoluntaryReason []string         `json:"voluntaryReason"`
	PassiveReason   []string         `json:"passiveReason"`
}

type dismissionDept struct {
	DeptID   int64  `json:"dept_id"` // in snake case, unlike all around it
	DeptPath string `json:"dept_path"`
}

// getDismissionInfo returns what Smart HR knows of people.
//
// Assumed: In dimissionInfos the status of a person who has returned is 3, and that of one who works in the organization
// and never left is 3 as well, without a last day.
func (s *Server) getDismissionInfo(q dismissionInfoRequest) (any, error) {
	if s.config.withoutHR {
		return nil, hrNotOpened()
	}
	res := dismissionInfoResponse{Result: []dismissionInfo{}}
	for _, id := range q.UserIDs {
		if info, known := s.dismissionOf(unquoted(id)); known {
			res.Result = append(res.Result, info)
		}
	}
	return res, nil
}

// unquoted returns a userid without the second pair of quotes that the documentation's sample has.
func unquoted(userid string) string {
	var plain string
	if json.Unmarshal([]byte(userid), &plain) == nil {
		return plain
	}
	return userid
}

func (s *Server) dismissionOf(userid string) (info dismissionInfo, known bool) {
	const regular = 3
	u, l := s.org.User(userid), s.org.Dismission(userid)
	switch {
	case l != nil:
		info = describeLeave(l)
	case u != nil:
		info = dismissionInfo{UserID: u.UserID, Name: u.Name}
	default:
		return info, false
	}
	info.PreStatus, info.Status = regular, contract.DismissionLeft
	if u != nil {
		info.Status = contract.DismissionNeither
	}
	info.VoluntaryReason, info.PassiveReason = notNull(info.VoluntaryReason), notNull(info.PassiveReason)
	info.DeptList = notNull(info.DeptList)
	return info, true
}

// describeLeave returns what Smart HR has of a record.
func describeLeave(l *directory.Leave) dismissionInfo {
	info := dismissionInfo{
		UserID: l.UserID, Name: l.Name, LastWorkDay: l.LastWorkDay.UnixMilli(), HandoverUserID: l.HandoverUserID,
		ReasonMemo: l.ReasonMemo, VoluntaryReason: l.VoluntaryReasons, PassiveReason: l.PassiveReasons,
	}
	for i, d := range l.Depts {
		if i == 0 {
			info.MainDeptID, info.MainDeptName = d.ID, d.Path[strings.LastIndex(d.Path, "-")+1:]
		}
		info.DeptList = append(info.DeptList, dismissionDept{d.ID, d.Path})
	}
	return info
}

type onJobRequest struct {
	StatusList []int64 `arg:"status_list"`
	Offset     int64   `arg:"offset"`
	Size       int64   `arg:"size"`
}

type onJobResponse struct {
	DataList   []string `json:"data_list"`
	NextCursor int64    `json:"next_cursor,omitzero"` // absent on the last page
}

// listOnJobUserIDs reads a page of the people who work in the organization.
//
// Assumed: Smart HR knows everyone in the organization, sorted by userid and as regular (status 3). A status that is not
// documented is 400002.
func (s *Server) listOnJobUserIDs(q onJobRequest) (any, error) {
	const onProbation, regular, leaving, none = 2, 3, 5, -1
	if q.Offset < 0 {
		return nil, refuse(400002, "offset is less than 0")
	}
	for _, status := range q.StatusList {
		if !slices.Contains([]int64{onProbation, regular, leaving, none}, status) {
			return nil, refuse(400002, "status_list is malformed")
		}
	}
	var all []string
	if slices.Contains(q.StatusList, regular) && !s.config.withoutHR {
		all = s.org.UserIDs()
	}
	ids, next := cut(all, q.Offset, q.Size)
	return onJobResponse{append([]string{}, ids...), next}, nil
}

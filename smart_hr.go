package dingtalk

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Calls of the Smart HR app, which the organization must have opened. The documentation of the international version does
// not mention them.

// ListDismissedUserIDsRequest selects a page of the people who have left in Smart HR.
type ListDismissedUserIDsRequest struct {
	NextToken  int64 `json:"nextToken,omitzero"`  // 0, then NextToken of the previous page
	MaxResults int64 `json:"maxResults,omitzero"` // 1 to 50; 0 is 50
}

// ListDismissedUserIDsResponse is a page of user IDs.
type ListDismissedUserIDsResponse struct {
	NextToken  int64    `json:"nextToken"` // of the next page, if HasMore
	HasMore    bool     `json:"hasMore"`
	UserIDList []string `json:"userIdList"`
}

// GetDismissionInfoRequest names the users whose data to read.
type GetDismissionInfoRequest struct {
	UserIDList []string `json:"userIdList"` // 1 to 50; DismissionInfos takes any number
}

// query returns the query of the request, in which the user IDs are a JSON array.
func (r GetDismissionInfoRequest) query() (query url.Values, secrets []string) { //nolint:unparam // as other requests have it
	list, _ := marshalRaw(append([]string{}, r.UserIDList...)) // texts always have a JSON form
	return url.Values{"userIdList": {string(list)}}, nil
}

// GetDismissionInfoResponse holds the data of those of the users whom Smart HR knows.
type GetDismissionInfoResponse struct {
	Result []DismissionInfo `json:"result"`
}

// DismissionInfo describes why and when a user left, or is about to leave, as Smart HR has it. Where the user was deleted
// in Contacts, Smart HR knows no reason.
type DismissionInfo struct {
	UserID          string           `json:"userId"`
	Name            string           `json:"name"`
	LastWorkDay     Millis           `json:"lastWorkDay"` // midnight in UTC+8
	DeptList        []DismissionDept `json:"deptList"`    // the user's departments before
	MainDeptID      int64            `json:"mainDeptId"`
	MainDeptName    string           `json:"mainDeptName"`
	PreStatus       int64            `json:"preStatus"` // before: 1 to join, 2 on probation, 3 regular
	Status          int64            `json:"status"`    // 1 about to leave, 2 left, 3 neither, 4 approval pending
	HandoverUserID  string           `json:"handoverUserId"`
	ReasonMemo      string           `json:"reasonMemo"`
	VoluntaryReason []string         `json:"voluntaryReason"`
	PassiveReason   []string         `json:"passiveReason"`
}

// DismissionDept is a department that a user left.
type DismissionDept struct {
	DeptID   int64  `json:"dept_id"`
	DeptPath string `json:"dept_path"` // names from the top, joined by hyphens: "Sales-East"
}

// ListOnJobUserIDsRequest selects a page of the people who work in the organization.
type ListOnJobUserIDsRequest struct {
	StatusList IDList `json:"status_list"` // 2 on probation, 3 regular, 5 about to leave, -1 no state; nil is all of these
	Offset     int64  `json:"offset"`      // 0, then NextCursor of the previous page
	Size       int64  `json:"size"`        // 1 to 50; 0 is 50
}

// ListOnJobUserIDsResponse is a page of user IDs.
type ListOnJobUserIDsResponse struct {
	DataList   []string `json:"data_list"`
	NextCursor int64    `json:"next_cursor"` // the offset of the next page; 0 on the last one
}

// ListDismissedUserIDs reads a page of the user IDs of people who have left in Smart HR, whenever that was.
// DismissedUserIDs iterates over all pages.
//
// DingTalk docs: "Obtain the list of employees who have left",
// https://open.dingtalk.com/document/development/obtain-the-list-of-employees-who-have-left
func (c *Client) ListDismissedUserIDs(ctx context.Context, req ListDismissedUserIDsRequest) (*ListDismissedUserIDsResponse, error) {
	req.MaxResults = cmp.Or(req.MaxResults, contract.MaxLeavePage)
	return call[ListDismissedUserIDsResponse](ctx, c, &contract.ListDismissedUserIDs, req)
}

// DismissedUserIDs iterates over the user IDs of people who have left in Smart HR, page by page, each once. An error is the
// last pair: it matches ErrUnsupported if the list does not end.
func (c *Client) DismissedUserIDs(ctx context.Context, req ListDismissedUserIDsRequest) iter.Seq2[string, error] {
	return tokenPages(&contract.ListDismissedUserIDs, req.NextToken, itself, func(token int64) ([]string, int64, bool, error) {
		req := req
		req.NextToken = token
		page, err := c.ListDismissedUserIDs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.UserIDList, page.NextToken, page.HasMore, nil
	})
}

// GetDismissionInfo reads why and when up to 50 people left. Those whom Smart HR does not know are missing in the
// response. DismissionInfos takes any number of people. The error matches ErrPrecondition if the organization has not
// opened Smart HR.
//
// DingTalk docs: "Obtain the resignation information of employees",
// https://open.dingtalk.com/document/development/obtain-resignation-information-of-employees-new-version
func (c *Client) GetDismissionInfo(ctx context.Context, req GetDismissionInfoRequest) (*GetDismissionInfoResponse, error) {
	return call[GetDismissionInfoResponse](ctx, c, &contract.GetDismissionInfo, req)
}

// DismissionInfos iterates over what Smart HR knows of why and when people left, at a call for 50 of them. People whom
// Smart HR does not know are missing. An error is the last pair.
func (c *Client) DismissionInfos(ctx context.Context, userIDs []string) iter.Seq2[DismissionInfo, error] {
	return func(yield func(DismissionInfo, error) bool) {
		for batch := range slices.Chunk(userIDs, contract.MaxLeavePage) {
			res, err := c.GetDismissionInfo(ctx, GetDismissionInfoRequest{UserIDList: batch})
			if err != nil {
				yield(DismissionInfo{}, err)
				return
			}
			for _, info := range res.Result {
				if !yield(info, nil) {
					return
				}
			}
		}
	}
}

// ListOnJobUserIDs reads a page of the user IDs of people who work in the organization, as Smart HR has them.
// OnJobUserIDs iterates over all pages. Smart HR knows only those who have worked since it was opened, and is not
// dependable for schools and linked organizations: OrgUsers is.
//
// DingTalk docs: "Obtain the list of on-the-job employees",
// https://open.dingtalk.com/document/development/intelligent-personnel-query-the-list-of-on-the-job-employees-of-the
func (c *Client) ListOnJobUserIDs(ctx context.Context, req ListOnJobUserIDsRequest) (*ListOnJobUserIDsResponse, error) {
	if req.StatusList == nil {
		req.StatusList = IDList{2, 3, 5, -1}
	}
	req.Size = cmp.Or(req.Size, contract.MaxLeavePage)
	return call[ListOnJobUserIDsResponse](ctx, c, &contract.ListOnJobUserIDs, req)
}

// OnJobUserIDs iterates over the user IDs of people who work in the organization, as Smart HR has them, page by page, each
// once. An error is the last pair: it matches ErrUnsupported if the list does not end.
func (c *Client) OnJobUserIDs(ctx context.Context, req ListOnJobUserIDsRequest) iter.Seq2[string, error] {
	return tokenPages(&contract.ListOnJobUserIDs, req.Offset, itself, func(offset int64) ([]string, int64, bool, error) {
		req := req
		req.Offset = offset
		page, err := c.ListOnJobUserIDs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.DataList, page.NextCursor, page.NextCursor != 0, nil
	})
}

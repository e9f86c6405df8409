package dingtalk

import (
	"cmp"
	"context"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ListLeaveRecordsRequest selects a page of the people who left Contacts in a time of at most 365 days.
type ListLeaveRecordsRequest struct {
	StartTime  string `json:"startTime"`          // in UTC: "2026-03-01T00:00:00Z"; without EndTime at most 365 days ago
	EndTime    string `json:"endTime,omitzero"`   // empty: now
	NextToken  string `json:"nextToken,omitzero"` // empty, then NextToken of the previous page
	MaxResults int64  `json:"maxResults"`         // 1 to 50; 0 is 50
}

// ListLeaveRecordsResponse is a page of the people who left Contacts.
type ListLeaveRecordsResponse struct {
	NextToken string        `json:"nextToken"` // of the next page; empty on the last one
	Records   []LeaveRecord `json:"records"`
}

// LeaveRecord describes that a person left Contacts. It remains when the person returns.
type LeaveRecord struct {
	UserID    string `json:"userId"`
	Name      string `json:"name"`
	StateCode string `json:"stateCode"` // country code of Mobile: "86"
	Mobile    string `json:"mobile"`
	LeaveTime string `json:"leaveTime"` // in UTC: "2026-03-04T08:15:30Z"
	// LeaveReason is "oapi" (an app deleted them), "delete" (an administrator did), "leave" (they left by themselves),
	// "cancel" (their account was closed), "unknown", or another text.
	LeaveReason string `json:"leaveReason"`
}

// firstToken is the documented token of the first page.
const firstToken = "0"

// ListLeaveRecords reads a page of the people who left Contacts, for whatever reason, in the last 365 days. LeaveRecords
// iterates over all pages, and Leavers adds what the Smart HR app knows.
//
// DingTalk docs: "Query the records of employees who have left",
// https://help.dingtalk.io/open/development/query-the-details-of-employees-who-have-left-office
func (c *Client) ListLeaveRecords(ctx context.Context, req ListLeaveRecordsRequest) (*ListLeaveRecordsResponse, error) {
	req.NextToken = cmp.Or(req.NextToken, firstToken)
	req.MaxResults = cmp.Or(req.MaxResults, contract.MaxLeavePage)
	return call[ListLeaveRecordsResponse](ctx, c, &contract.ListLeaveRecords, req)
}

// LeaveRecords iterates over the people who left Contacts, page by page, in the order of the service, which is not
// documented. A record that two pages have is yielded once; a person who left twice has two. An error is the last pair: it
// matches ErrUnsupported if the list does not end.
func (c *Client) LeaveRecords(ctx context.Context, req ListLeaveRecordsRequest) iter.Seq2[LeaveRecord, error] {
	same := func(r LeaveRecord) [2]string { return [2]string{r.UserID, r.LeaveTime} }
	return tokenPages(&contract.ListLeaveRecords, cmp.Or(req.NextToken, firstToken), same, func(token string) ([]LeaveRecord, string, bool, error) {
		req := req
		req.NextToken = token
		page, err := c.ListLeaveRecords(ctx, req)
		if err != nil {
			return nil, "", false, err
		}
		return page.Records, page.NextToken, page.NextToken != "", nil
	})
}

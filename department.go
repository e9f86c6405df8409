package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RootDepartmentID is the department that every organisation has, and that all others are below.
const RootDepartmentID int64 = 1

// ListSubDepartmentIDsRequest names a department.
type ListSubDepartmentIDsRequest struct {
	DeptID int64 `json:"dept_id"` // RootDepartmentID for the departments at the top
}

// ListSubDepartmentIDsResponse holds the IDs of a department's children.
type ListSubDepartmentIDsResponse struct {
	DeptIDList []int64 `json:"dept_id_list"` // empty for a department without children
}

// ListSubDepartmentIDs lists the IDs of a department's direct children, all at once. What the app may see
// does not limit the answer. An unknown department is ErrNotFound.
//
// DingTalk docs: "Obtain the list of sub-department IDs", https://open.dingtalk.com/document/
func (c *Client) ListSubDepartmentIDs(ctx context.Context, req ListSubDepartmentIDsRequest) (*ListSubDepartmentIDsResponse, error) {
	return call[ListSubDepartmentIDsResponse](ctx, c, &contract.ListSubDepartmentIDs, req)
}

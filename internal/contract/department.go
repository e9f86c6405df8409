package contract

// RootDepartmentID is the department every organisation has.
const RootDepartmentID int64 = 1

// ListSubDepartmentIDs lists the direct children of a department. It is not paged, and not limited to
// what the app may see.
var ListSubDepartmentIDs = Endpoint{
	Name: "ListSubDepartmentIDs", Title: "Obtain the list of sub-department IDs", Doc: Docs,
	Method: "POST", Path: "/topapi/v2/department/listsubid",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "dept_id", Type: Int64, Required: true},
	},
	Response: []Field{
		{Name: "dept_id_list", Type: Int64Array, Required: true}, // empty for a leaf
	},
	Errors: []int{-1, 60003, 400002},
}

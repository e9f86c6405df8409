package contract

// ListLeaveRecords reads a page of the people who left Contacts, for whatever reason, in the last 365 days. A record
// remains when the person returns.
var ListLeaveRecords = Endpoint{
	Name: "ListLeaveRecords", Title: "Query the records of employees who have left",
	Doc: bothPages("query-the-details-of-employees-who-have-left-office"), API: New, Method: "GET", Path: "/v1.0/contact/empLeaveRecords",
	Permission: ReadContactCommon,
	Repeat:     Always, Payload: Whole,
	Request: []Field{
		{Name: "startTime", Type: String, Required: true}, // RFC 3339 in UTC; without endTime at most 365 days ago
		{Name: "endTime", Type: String},                   // at most 365 days after startTime
		{Name: "nextToken", Type: String},                 // "0" at first
		{Name: "maxResults", Type: Int64, Required: true, Min: 1, Max: MaxLeavePage},
	},
	Response: []Field{
		{Name: "nextToken", Type: String}, // absent or empty on the last page
		{Name: "records", Type: ObjectArray, Required: true, Fields: []Field{
			{Name: "userId", Type: String},
			{Name: "name", Type: String},
			{Name: "stateCode", Type: String},
			{Name: "mobile", Type: String},
			{Name: "leaveTime", Type: String},   // RFC 3339 in UTC
			{Name: "leaveReason", Type: String}, // oapi, cancel, leave, delete, unknown, or another
		}},
	},
	StringCodes: []string{"invalidParameter.param.invalid", "system.error"}, // with HTTP 400 and 500
}

// MaxLeavePage is the largest page of the lists of people who left or work in the organization.
const MaxLeavePage = 50

// ListDismissedUserIDs reads a page of the userids of people who have left in Smart HR, whenever that was.
var ListDismissedUserIDs = Endpoint{
	Name: "ListDismissedUserIDs", Title: "Obtain the list of employees who have left",
	Doc: chinesePage("obtain-the-list-of-employees-who-have-left"), API: New, Method: "GET", Path: "/v1.0/hrm/employees/dismissions",
	Permission: ReadHRUser,
	Repeat:     Always, Payload: Whole,
	Request: []Field{
		{Name: "nextToken", Type: Int64}, // absent or 0 at first
		{Name: "maxResults", Type: Int64, Min: 1, Max: MaxLeavePage},
	},
	Response: []Field{
		{Name: "nextToken", Type: Int64},
		{Name: "hasMore", Type: Bool, Required: true}, // it alone decides whether there is another page
		{Name: "userIdList", Type: StringArray, Required: true, Unless: "hasMore"},
	},
	StringCodes: []string{"invalidParameter", "systemError"}, // with HTTP 400 and 500
}

// GetDismissionInfo returns what Smart HR knows of why and when up to 50 people left. Userids that it does not know are
// left out. The userids are a JSON array in the query; the page's own sample quotes each of them twice, other programs
// and the official SDK do not.
var GetDismissionInfo = Endpoint{
	Name: "GetDismissionInfo", Title: "Obtain the resignation information of employees",
	Doc: chinesePage("obtain-resignation-information-of-employees-new-version"), API: New, Method: "GET", Path: "/v1.0/hrm/employees/dimissionInfos",
	Permission: ReadHRUser,
	Repeat:     Always, Payload: Whole,
	Request: []Field{{Name: "userIdList", Type: StringArray, Required: true, Max: MaxLeavePage}},
	Response: []Field{
		{Name: "result", Type: ObjectArray, Required: true, Fields: []Field{
			{Name: "userId", Type: String},
			{Name: "name", Type: String},        // not on the page, but in the official SDK and on the wire
			{Name: "lastWorkDay", Type: Millis}, // midnight in UTC+8
			{Name: "deptList", Type: ObjectArray, Fields: []Field{
				{Name: "dept_id", Type: Int64},
				{Name: "dept_path", Type: String},
			}},
			{Name: "mainDeptId", Type: Int64},
			{Name: "mainDeptName", Type: String},
			{Name: "preStatus", Type: Int64}, // 1 to join, 2 on probation, 3 regular
			{Name: "status", Type: Int64},    // 1 about to leave, 2 left, 3 neither, 4 approval pending
			{Name: "handoverUserId", Type: String},
			{Name: "reasonMemo", Type: String},
			{Name: "voluntaryReason", Type: StringArray},
			{Name: "passiveReason", Type: StringArray},
		}},
	},
	StringCodes: []string{"invalidParameter", "corpNotOpenHrm", "systemError"}, // with HTTP 400, 400 and 500
}

// The states of a person in Smart HR, as dimissionInfos has them.
const (
	DismissionLeaving = 1 // about to leave
	DismissionLeft    = 2
	DismissionNeither = 3
	DismissionPending = 4 // the approval is pending
)

// ListOnJobUserIDs reads a page of the userids of people who work in the organization, as Smart HR has them: only those
// since it was opened.
var ListOnJobUserIDs = Endpoint{
	Name: "ListOnJobUserIDs", Title: "Obtain the list of on-the-job employees",
	Doc:    chinesePage("intelligent-personnel-query-the-list-of-on-the-job-employees-of-the"),
	Method: "POST", Path: "/topapi/smartwork/hrm/employee/queryonjob",
	Permission: ReadHRUser,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "status_list", Type: CommaIDs, Required: true, Max: 20, Code: 400002}, // 2 on probation, 3 regular, 5 about to leave, -1 no state
		{Name: "offset", Type: Int64, Required: true},
		{Name: "size", Type: Int64, Required: true, Min: 1, Max: MaxLeavePage},
	},
	Response: []Field{
		{Name: "data_list", Type: StringArray, Required: true},
		{Name: "next_cursor", Type: Int64}, // the next offset; absent on the last page, where the page's sample has 0
	},
}

package main

// The types as written by hand for a direct call of the API.

type envelope[T any] struct {
	ErrCode   int    `json:"errcode"`
	ErrMsg    string `json:"errmsg"`
	RequestID string `json:"request_id"`
	Result    *T     `json:"result"`
}

type userQuery struct {
	UserID string `json:"userid"`
}

type pageQuery struct {
	DeptID int64 `json:"dept_id"`
	Cursor int64 `json:"cursor"`
	Size   int64 `json:"size"`
}

type user struct {
	UserID           string         `json:"userid"`
	UnionID          string         `json:"unionid"`
	Name             string         `json:"name"`
	Avatar           string         `json:"avatar"`
	StateCode        string         `json:"state_code"`
	Mobile           string         `json:"mobile"`
	HideMobile       bool           `json:"hide_mobile"`
	Telephone        string         `json:"telephone"`
	JobNumber        string         `json:"job_number"`
	Title            string         `json:"title"`
	Email            string         `json:"email"`
	OrgEmail         string         `json:"org_email"`
	WorkPlace        string         `json:"work_place"`
	Remark           string         `json:"remark"`
	Extension        string         `json:"extension"`
	ManagerUserID    string         `json:"manager_userid"`
	HiredDate        int64          `json:"hired_date"`
	DeptIDList       []int64        `json:"dept_id_list"`
	DeptOrderList    []deptOrder    `json:"dept_order_list"`
	LeaderInDept     []deptLeader   `json:"leader_in_dept"`
	RoleList         []role         `json:"role_list"`
	Active           bool           `json:"active"`
	RealAuthed       bool           `json:"real_authed"`
	Senior           bool           `json:"senior"`
	Admin            bool           `json:"admin"`
	Boss             bool           `json:"boss"`
	ExclusiveAccount bool           `json:"exclusive_account"`
	UnionEmpExt      linkedAccounts `json:"union_emp_ext"`
	CreateTime       string         `json:"create_time"`
}

type deptOrder struct {
	DeptID int64 `json:"dept_id"`
	Order  int64 `json:"order"`
}

type deptLeader struct {
	DeptID int64 `json:"dept_id"`
	Leader bool  `json:"leader"`
}

type deptTitle struct {
	DeptID int64  `json:"dept_id"`
	Title  string `json:"title"`
}

type deptPosition struct {
	DeptID    int64  `json:"dept_id"`
	IsMain    bool   `json:"is_main"`
	Title     string `json:"title"`
	WorkPlace string `json:"work_place"`
}

type role struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"group_name"`
}

type linkedAccounts struct {
	UserID  string          `json:"userid"`
	CorpID  string          `json:"corp_id"`
	Entries []linkedAccount `json:"union_emp_map_list"`
}

type linkedAccount struct {
	UserID string `json:"userid"`
	CorpID string `json:"corp_id"`
}

type newUser struct {
	UserID           string         `json:"userid,omitempty"`
	Name             string         `json:"name"`
	Mobile           string         `json:"mobile,omitempty"`
	HideMobile       bool           `json:"hide_mobile,omitempty"`
	Telephone        string         `json:"telephone,omitempty"`
	JobNumber        string         `json:"job_number,omitempty"`
	Title            string         `json:"title,omitempty"`
	Email            string         `json:"email,omitempty"`
	OrgEmail         string         `json:"org_email,omitempty"`
	OrgEmailType     string         `json:"org_email_type,omitempty"`
	WorkPlace        string         `json:"work_place,omitempty"`
	Remark           string         `json:"remark,omitempty"`
	DeptIDList       string         `json:"dept_id_list"`
	DeptOrderList    []deptOrder    `json:"dept_order_list,omitempty"`
	DeptTitleList    []deptTitle    `json:"dept_title_list,omitempty"`
	Extension        string         `json:"extension,omitempty"`
	SeniorMode       bool           `json:"senior_mode,omitempty"`
	HiredDate        int64          `json:"hired_date,omitempty"`
	ManagerUserID    string         `json:"manager_userid,omitempty"`
	LoginEmail       string         `json:"login_email,omitempty"`
	DeptPositionList []deptPosition `json:"dept_position_list,omitempty"`
}

type created struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"`
}

type page struct {
	HasMore    bool         `json:"has_more"`
	NextCursor int64        `json:"next_cursor"`
	List       []deptMember `json:"list"`
}

type deptMember struct {
	UserID           string  `json:"userid"`
	UnionID          string  `json:"unionid"`
	Name             string  `json:"name"`
	Avatar           string  `json:"avatar"`
	StateCode        string  `json:"state_code"`
	Mobile           string  `json:"mobile"`
	HideMobile       bool    `json:"hide_mobile"`
	Telephone        string  `json:"telephone"`
	JobNumber        string  `json:"job_number"`
	Title            string  `json:"title"`
	Email            string  `json:"email"`
	OrgEmail         string  `json:"org_email"`
	WorkPlace        string  `json:"work_place"`
	Remark           string  `json:"remark"`
	DeptIDList       []int64 `json:"dept_id_list"`
	DeptOrder        int64   `json:"dept_order"`
	Extension        string  `json:"extension"`
	HiredDate        int64   `json:"hired_date"`
	Active           bool    `json:"active"`
	Admin            bool    `json:"admin"`
	Boss             bool    `json:"boss"`
	Leader           bool    `json:"leader"`
	ExclusiveAccount bool    `json:"exclusive_account"`
}

package main

// The types as the vendor's code generator writes them.

type generatedResponse struct {
	Headers    map[string]*string `json:"headers,omitempty" xml:"headers,omitempty"`
	StatusCode *int32             `json:"statusCode,omitempty" xml:"statusCode,omitempty"`
	Body       *generatedBody     `json:"body,omitempty" xml:"body,omitempty"`
}

type generatedBody struct {
	ErrCode   *int64         `json:"errcode,omitempty" xml:"errcode,omitempty"`
	ErrMsg    *string        `json:"errmsg,omitempty" xml:"errmsg,omitempty"`
	RequestID *string        `json:"request_id,omitempty" xml:"request_id,omitempty"`
	Result    *generatedUser `json:"result,omitempty" xml:"result,omitempty"`
}

type generatedUser struct {
	UserID           *string                  `json:"userid,omitempty" xml:"userid,omitempty"`
	UnionID          *string                  `json:"unionid,omitempty" xml:"unionid,omitempty"`
	Name             *string                  `json:"name,omitempty" xml:"name,omitempty"`
	Avatar           *string                  `json:"avatar,omitempty" xml:"avatar,omitempty"`
	StateCode        *string                  `json:"state_code,omitempty" xml:"state_code,omitempty"`
	Mobile           *string                  `json:"mobile,omitempty" xml:"mobile,omitempty"`
	HideMobile       *bool                    `json:"hide_mobile,omitempty" xml:"hide_mobile,omitempty"`
	Telephone        *string                  `json:"telephone,omitempty" xml:"telephone,omitempty"`
	JobNumber        *string                  `json:"job_number,omitempty" xml:"job_number,omitempty"`
	Title            *string                  `json:"title,omitempty" xml:"title,omitempty"`
	Email            *string                  `json:"email,omitempty" xml:"email,omitempty"`
	OrgEmail         *string                  `json:"org_email,omitempty" xml:"org_email,omitempty"`
	WorkPlace        *string                  `json:"work_place,omitempty" xml:"work_place,omitempty"`
	Remark           *string                  `json:"remark,omitempty" xml:"remark,omitempty"`
	Extension        *string                  `json:"extension,omitempty" xml:"extension,omitempty"`
	ManagerUserID    *string                  `json:"manager_userid,omitempty" xml:"manager_userid,omitempty"`
	HiredDate        *int64                   `json:"hired_date,omitempty" xml:"hired_date,omitempty"`
	DeptIDList       []*int64                 `json:"dept_id_list,omitempty" xml:"dept_id_list,omitempty"`
	DeptOrderList    []*generatedDeptOrder    `json:"dept_order_list,omitempty" xml:"dept_order_list,omitempty"`
	LeaderInDept     []*generatedDeptLeader   `json:"leader_in_dept,omitempty" xml:"leader_in_dept,omitempty"`
	RoleList         []*generatedRole         `json:"role_list,omitempty" xml:"role_list,omitempty"`
	Active           *bool                    `json:"active,omitempty" xml:"active,omitempty"`
	RealAuthed       *bool                    `json:"real_authed,omitempty" xml:"real_authed,omitempty"`
	Senior           *bool                    `json:"senior,omitempty" xml:"senior,omitempty"`
	Admin            *bool                    `json:"admin,omitempty" xml:"admin,omitempty"`
	Boss             *bool                    `json:"boss,omitempty" xml:"boss,omitempty"`
	ExclusiveAccount *bool                    `json:"exclusive_account,omitempty" xml:"exclusive_account,omitempty"`
	UnionEmpExt      *generatedLinkedAccounts `json:"union_emp_ext,omitempty" xml:"union_emp_ext,omitempty"`
	CreateTime       *string                  `json:"create_time,omitempty" xml:"create_time,omitempty"`
}

type generatedDeptOrder struct {
	DeptID *int64 `json:"dept_id,omitempty" xml:"dept_id,omitempty"`
	Order  *int64 `json:"order,omitempty" xml:"order,omitempty"`
}

type generatedDeptLeader struct {
	DeptID *int64 `json:"dept_id,omitempty" xml:"dept_id,omitempty"`
	Leader *bool  `json:"leader,omitempty" xml:"leader,omitempty"`
}

type generatedRole struct {
	ID        *int64  `json:"id,omitempty" xml:"id,omitempty"`
	Name      *string `json:"name,omitempty" xml:"name,omitempty"`
	GroupName *string `json:"group_name,omitempty" xml:"group_name,omitempty"`
}

type generatedLinkedAccounts struct {
	UserID  *string                   `json:"userid,omitempty" xml:"userid,omitempty"`
	CorpID  *string                   `json:"corp_id,omitempty" xml:"corp_id,omitempty"`
	Entries []*generatedLinkedAccount `json:"union_emp_map_list,omitempty" xml:"union_emp_map_list,omitempty"`
}

type generatedLinkedAccount struct {
	UserID *string `json:"userid,omitempty" xml:"userid,omitempty"`
	CorpID *string `json:"corp_id,omitempty" xml:"corp_id,omitempty"`
}

package dingtalktest

// Department is a department as it is stored. The root has the ID 1 and no parent. Its fields are the documented
// ones; how many people it has follows from their departments.
type Department struct {
	ID               int64 // 0 in AddDepartment: generated; negative: a home-school department, the live one has -7
	ParentID         int64 // 0 in AddDepartment: the root
	Name             string
	Order            int64  // smaller comes first, unlike the order of people; 0 in AddDepartment: the ID
	SourceIdentifier string // a key of another system
	Code             string
	Brief            string
	Telephone        string
	Extension        string // JSON text; responses spell it extention
	AutoApproveApply bool

	// Who may see the department if it is hidden, and what its members may see if it is outer.
	HideDept          bool
	DeptPermits       []int64
	UserPermits       []string
	OuterDept         bool
	OuterDeptOnlySelf bool // no response shows it
	OuterPermitDepts  []int64
	OuterPermitUsers  []string

	DeptManagerUserIDList []string

	// Its group chat. The department has one if DeptGroupChatID is set.
	CreateDeptGroup        bool   // in AddDepartment: generates the ID of the group chat
	DeptGroupChatID        string // no call sets it
	OrgDeptOwner           string
	AutoAddUser            bool
	GroupContainSubDept    bool
	GroupContainOuterDept  bool // no response shows it
	GroupContainHiddenDept bool // no response shows it

	// No call sets these.
	Tags         string        // of schools: campus, period, grade, class
	FromUnionOrg bool          // the department came with a linked organization
	UnionDeptExt *UnionDeptExt // the department there
}

// UnionDeptExt is a department of a linked organization.
type UnionDeptExt struct {
	CorpID string
	DeptID int64
}

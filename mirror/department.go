package mirror

import dingtalk "github.com/dingtalk-contacts/dingtalk-go"

// Department is a department as the mirror has it. MemberCount and OwningMemberCount are zero: they change without an
// event whenever a user moves. View.Members yields the direct members.
type Department struct {
	dingtalk.Department
}

// Package demo fills emulators with invented people.
package demo

import "github.com/dingtalk-contacts/dingtalk-go/dingtalktest"

// The organization that Seed creates.
const (
	Engineering int64 = 724960197
	Sales       int64 = 724960198
	Owner             = "owner1001"
	Manager           = "manager7676"
)

// Seed creates an organization on an emulator: two departments, the owner, who is the main administrator, and a manager.
func Seed(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: Engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: Sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{
		UserID: Owner, Name: "Chen Rui", Mobile: "13900001001", Title: "Managing Director",
		Boss: true, AdminLevel: 1, RoleList: []dingtalktest.Role{{Name: "负责人"}, {Name: "主管理员"}},
		Active: true, RealAuthed: true,
	})
	srv.AddUser(dingtalktest.User{
		UserID: Manager, Name: "Lin Yue", Mobile: "13900005678", Title: "Director of Engineering", WorkPlace: "Building 1",
		DeptIDList: []int64{Engineering}, LeaderInDept: []dingtalktest.DeptLeader{{DeptID: Engineering, Leader: true}},
		RoleList: []dingtalktest.Role{{Name: "主管"}}, Active: true, RealAuthed: true,
	})
}

// Sample returns the option of an emulator with an organization of 16 departments and 60 people, for examples that read
// all of it.
func Sample() dingtalktest.Option { return dingtalktest.WithSampleOrg(16, 60, 1) }

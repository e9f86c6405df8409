package dingtalktest_test

import (
	"context"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The same arguments give the same organization on every machine.
func ExampleWithSampleOrg() {
	srv := dingtalktest.NewServer(dingtalktest.WithSampleOrg(60, 700, 1))
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	top, err := client.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{DeptID: dingtalk.RootDepartmentID})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, dept := range top {
		detail, err := client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: dept.DeptID})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(dept.Name, detail.MemberCount)
	}
	fmt.Println("in the root itself:")
	for user, err := range client.DepartmentUsers(ctx, dingtalk.ListUsersRequest{DeptID: dingtalk.RootDepartmentID}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.Name, user.Title, user.DeptOrder)
	}

	// Output:
	// Sales West 25
	// APAC 295
	// 供应链中心 412
	// in the root itself:
	// 陈敏 仓库管理员 176200000000001761
	// 曾凯 Designer 176200000000001497
	// 蔡梅芳 高级工程师 176200000000001249
	// 蒋雨丽  176200000000000881
	// 李子 设计师 176200000000000781
	// Priya Patel 董事长 176200000000000513
}

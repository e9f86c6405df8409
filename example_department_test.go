package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_CreateDepartment() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	req := dingtalk.CreateDepartmentRequest{Name: "Platform", ParentID: dingtalk.RootDepartmentID, Order: 10}
	created, err := client.CreateDepartment(ctx, req)
	if err != nil {
		fmt.Println(err)
		return
	}
	dept, _ := srv.Department(created.DeptID)
	fmt.Println(dept.Name, dept.ParentID)

	_, err = client.CreateDepartment(ctx, req)
	fmt.Println(errors.Is(err, dingtalk.ErrAlreadyExists)) // names are unique under a parent
	// Output:
	// Platform 1
	// true
}

// Pointers distinguish "change it to the zero value" from "leave it as it is".
func ExampleClient_UpdateDepartment() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{Name: "Platform"})
	parent := srv.AddDepartment(dingtalktest.Department{Name: "Engineering"})
	client := srv.Client()

	err := client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{
		DeptID:   dept,
		ParentID: &parent, // moved; its name stays
	})
	now, _ := srv.Department(dept)
	fmt.Println(err, now.Name, now.ParentID == parent)

	err = client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: parent, ParentID: &dept})
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition)) // it would be its own ancestor
	// Output:
	// <nil> Platform true
	// true
}

func ExampleClient_DeleteDepartment() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})
	client := srv.Client()

	err := client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: dept})
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition)) // it has a user

	if err := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: dept}))
	// Output:
	// true
	// <nil>
}

func ExampleClient_GetDepartment() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering", Order: 10})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})

	res, err := srv.Client().GetDepartment(context.Background(), dingtalk.GetDepartmentRequest{DeptID: dept})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.DeptID, res.Name, res.ParentID, res.Order, res.MemberCount)
	// Output: 724960197 Engineering 1 10 1
}

func ExampleClient_ListSubDepartments() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: 724960198, Name: "Sales", Order: 2})
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering", Order: 1})

	depts, err := srv.Client().ListSubDepartments(context.Background(),
		dingtalk.ListSubDepartmentsRequest{DeptID: dingtalk.RootDepartmentID})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, dept := range depts {
		fmt.Println(dept.DeptID, dept.Name, dept.ParentID)
	}
	// Output:
	// 724960197 Engineering 1
	// 724960198 Sales 1
}

func ExampleClient_ListParentDepartmentsByDepartment() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: 724960211, Name: "Platform", ParentID: 724960197})

	res, err := srv.Client().ListParentDepartmentsByDepartment(context.Background(),
		dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: 724960211})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.ParentIDList) // the department itself first, the root last
	// Output: [724960211 724960197 1]
}

func ExampleClient_ListParentDepartmentsByUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: 724960211, Name: "Platform", ParentID: 724960197})
	srv.AddDepartment(dingtalktest.Department{ID: 724960198, Name: "Sales"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{724960211, 724960198}})

	res, err := srv.Client().ListParentDepartmentsByUser(context.Background(),
		dingtalk.ListParentDepartmentsByUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range res.ParentList { // one for each department that the user is in
		fmt.Println(path.ParentDeptIDList)
	}
	// Output:
	// [724960211 724960197 1]
	// [724960198 1]
}

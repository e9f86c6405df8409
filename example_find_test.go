package dingtalk_test

import (
	"context"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_SearchUsers() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.lei", Name: "Zhao Lei"})

	found, err := srv.Client().SearchUsers(context.Background(), dingtalk.SearchUsersRequest{QueryWord: "zhao"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.List, found.HasMore)
	// Output: [zhao.lei zhao.min] false
}

func ExampleClient_SearchDepartments() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Platform"})

	found, err := srv.Client().SearchDepartments(context.Background(), dingtalk.SearchDepartmentsRequest{QueryWord: "plat"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.List, found.TotalCount)
	// Output: [724960197] 1
}

// Those whose whole name is the word come first.
func ExampleClient_FindUsers() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "u1", Name: "Li Na Na"})
	srv.AddUser(dingtalktest.User{UserID: "u2", Name: "Li Na", Title: "Lead"})

	for user, err := range srv.Client().FindUsers(context.Background(), "Li Na") {
		if err != nil {
			fmt.Println(user.UserID, err) // deleted since the search, or not to be seen
			continue
		}
		fmt.Println(user.Name, user.Title)
	}
	// Output:
	// Li Na Lead
	// Li Na Na
}

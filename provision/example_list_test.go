package provision_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// A column whose name ends with ! is authoritative: an empty cell clears the field.
func ExampleCSV() {
	list := "\ufeffuserid,title,remark!,extension.Hobby,#comment\r\n" +
		"li.na,\"Lead, Platform\",,Chess,on leave\r\n" +
		"wang.fang,,,,\r\n"
	for p, err := range provision.CSV(strings.NewReader(list)) {
		if err != nil {
			fmt.Println(err)
			continue // or stop: only this row is unusable
		}
		fmt.Printf("%s: %q %v %s\n", p.UserID, p.Title, p.Clear, p.Extension)
	}
	// Output:
	// li.na: "Lead, Platform" [remark] {"Hobby":"Chess"}
	// wang.fang: "" [remark]
}

func ExampleJSONLines() {
	list := `{"userid":"li.na","title":"Lead","remark":null,"dept_id_list":[1,"/研发中心/Platform"]}
{"userid":"wang.fang","titel":"Lead"}
`
	for p, err := range provision.JSONLines(strings.NewReader(list)) {
		if row, bad := errors.AsType[*provision.RowError](err); bad {
			fmt.Println("line", row.Line, "cannot be used")
			continue
		}
		fmt.Println(p.UserID, p.Title, p.Clear, p.DeptIDList, p.DeptPaths)
	}
	// Output:
	// li.na Lead [remark] [1] [/研发中心/Platform]
	// line 2 cannot be used
}

// A list can be made by a program: any sequence of people and errors, such as the rows of a database.
func ExampleList() {
	srv := example()
	defer srv.Close()
	plan, err := provision.NewPlan(context.Background(), srv.Client(), provision.List(
		provision.Person{
			CreateUserRequest: dingtalk.CreateUserRequest{UserID: "li.na", Title: "Lead Engineer"},
			Clear:             []string{"manager_userid"},
		},
		provision.Person{
			CreateUserRequest: dingtalk.CreateUserRequest{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13900000002"},
			DeptPaths:         []string{"/研发中心"},
		},
	), provision.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range plan.Items {
		fmt.Printf("%s: %s %q\n", it.UserID, it.Action, it.Reason)
	}
	// Output:
	// li.na: update ""
	// zhao.min: conflict "the mobile number belongs to wang.fang, who is in the organization"
}

// The error of a row names its line.
func ExampleRowError_Error() {
	for _, err := range provision.CSV(strings.NewReader("userid,hired_date\nli.na,1 September\n")) {
		fmt.Println(err)
	}
	// Output: provision: line 2: hired_date: "1 September" is neither a date such as 2026-09-01 nor a time in milliseconds
}

// A program's own sequence reports an unusable row in the same way.
func ExampleRowError_Unwrap() {
	missing := errors.New("the person has no contract")
	err := error(&provision.RowError{Line: 7, UserID: "li.na", Err: missing})
	fmt.Println(errors.Is(err, missing))
	// Output: true
}

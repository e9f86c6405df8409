package provision_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// example returns a server with two people and two departments.
func example() *dingtalktest.Server {
	srv := dingtalktest.NewServer()
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, ParentID: 1, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: 724960198, ParentID: 724960197, Name: "Platform"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", Title: "Engineer", DeptIDList: []int64{724960198}})
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", Name: "Wang Fang", Mobile: "13900000002", DeptIDList: []int64{724960197}})
	return srv
}

const exampleList = `userid,name,mobile,dept_id_list,title,manager_userid
zhao.min,Zhao Min,13800001234,/研发中心/Platform,Engineer,li.na
li.na,,,,Lead Engineer,
`

// This example brings an organization in line with a list.
func Example() {
	ctx := context.Background()
	srv := example()
	defer srv.Close()
	client := srv.Client()

	plan, err := provision.NewPlan(ctx, client, provision.CSV(strings.NewReader(exampleList)), provision.Options{Delete: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = plan.WriteTo(os.Stdout)
	if plan.Count(provision.ActionConflict) > 0 {
		return // correct the list first
	}

	dir, err := os.MkdirTemp("", "provision")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	opts := provision.ApplyOptions{Journal: filepath.Join(dir, "people.journal")}
	_, err = plan.Apply(ctx, client, opts)
	fmt.Println(errors.Is(err, provision.ErrTooManyDeletions))

	opts.MaxDeletionShare = 0.5 // after reviewing the plan
	report, err := plan.Apply(ctx, client, opts)
	fmt.Println(report.Count(provision.ResultDone), "done,", report.Count(provision.ResultFailed), "failed,", err)
	// Output:
	// 1 to create, 1 to update, 1 to delete, 0 unchanged, 0 in conflict; 1 of 2 people are not in the list
	// create zhao.min Zhao Min (line 2)
	//     name: Zhao Min
	//     mobile: 13800001234
	//     title: Engineer
	//     dept_id_list: 724960198 /研发中心/Platform
	//     manager_userid: li.na
	// update li.na Li Na (line 3)
	//     title: Engineer -> Lead Engineer
	// delete wang.fang Wang Fang
	//     name: Wang Fang
	//     mobile: 13900000002
	//     dept_id_list: 724960197 /研发中心
	// true
	// 3 done, 0 failed, <nil>
}

// The list is about one department. A person who is elsewhere is found as well.
func ExampleNewPlan() {
	srv := example()
	defer srv.Close()
	list := "userid,name\nwang.fang,Wang Fang\n"
	plan, err := provision.NewPlan(context.Background(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{
		DeptIDs: []int64{724960198}, // Platform
		Delete:  true,
		Progress: func(p provision.Progress) {
			if p.Done == 0 && p.Total > 0 {
				fmt.Println(p.Step, p.Total)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range plan.Items {
		fmt.Println(it.UserID, it.Action)
	}
	// Output:
	// reading people 1
	// reading details 1
	// wang.fang unchanged
	// li.na delete
}

func ExamplePlan_WriteTo() {
	plan := &provision.Plan{People: 2, Items: []provision.Item{{
		Action: provision.ActionUpdate, UserID: "li.na", Name: "Li Na", Line: 2,
		Changes: []provision.Change{{Field: "title", Old: "Engineer", New: "Lead Engineer"}, {Field: "remark", Old: "old"}},
	}}}
	_, _ = plan.WriteTo(os.Stdout)
	// Output:
	// 0 to create, 1 to update, 0 to delete, 0 unchanged, 0 in conflict; 0 of 2 people are not in the list
	// update li.na Li Na (line 2)
	//     title: Engineer -> Lead Engineer
	//     remark: old -> (none)
}

// Estimate shows how long a plan will take.
func ExamplePlan_Estimate() {
	plan := &provision.Plan{}
	for range 100_000 {
		plan.Items = append(plan.Items, provision.Item{Action: provision.ActionCreate})
	}
	calls, atLeast := plan.Estimate(20)
	fmt.Println(calls, atLeast)
	// Output: 100000 1h23m20s
}

// A plan that was stored for review has the same ID unless it was changed.
func ExamplePlan_ID() {
	plan := &provision.Plan{People: 1, Items: []provision.Item{{Action: provision.ActionUnchanged, UserID: "li.na", Line: 2}}}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		fmt.Println(err)
		return
	}
	var reviewed provision.Plan
	err = json.Unmarshal(text, &reviewed)
	fmt.Println(reviewed.ID() == plan.ID(), err)

	err = json.Unmarshal(bytes.ReplaceAll(text, []byte("li.na"), []byte("wang.fang")), &reviewed)
	fmt.Println(reviewed.ID() == plan.ID(), err)
	// Output:
	// true <nil>
	// false <nil>
}

func ExamplePlan_Count() {
	plan := &provision.Plan{Items: []provision.Item{{Action: provision.ActionCreate}, {Action: provision.ActionCreate}, {Action: provision.ActionConflict}}}
	fmt.Println(plan.Count(provision.ActionCreate), plan.Count(provision.ActionUpdate), plan.Count(provision.ActionConflict))
	// Output: 2 0 1
}

// A dry run checks a plan once more, and the journal lets it continue after an interruption.
func ExamplePlan_Apply() {
	srv := example()
	defer srv.Close()
	client := srv.Client()
	plan, err := provision.NewPlan(context.Background(), client, provision.CSV(strings.NewReader(exampleList)), provision.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := plan.Apply(context.Background(), client, provision.ApplyOptions{DryRun: true})
	fmt.Println(report.Count(provision.ResultPending), "pending,", err)

	dir, err := os.MkdirTemp("", "provision")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithCancel(context.Background())
	opts := provision.ApplyOptions{
		Journal: filepath.Join(dir, "people.journal"), Concurrency: 1,
		Progress: func(p provision.Progress) {
			if fmt.Println(p.Done, "of", p.Total); p.Done == 1 {
				cancel() // as Ctrl-C would
			}
		},
	}
	_, err = plan.Apply(ctx, client, opts)
	fmt.Println(errors.Is(err, context.Canceled))
	report, err = plan.Apply(context.Background(), client, opts)
	fmt.Println(report.Count(provision.ResultDone), "done,", err)
	// Output:
	// 2 pending, <nil>
	// 0 of 2
	// 1 of 2
	// true
	// 1 of 2
	// 2 of 2
	// 2 done, <nil>
}

// Another person makes a change between plan and application.
func ExampleReport_Count() {
	ctx := context.Background()
	srv := example()
	defer srv.Close()
	client := srv.Client()
	plan, err := provision.NewPlan(ctx, client, provision.CSV(strings.NewReader(exampleList)), provision.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "li.na", Title: new("Head")})

	report, err := plan.Apply(ctx, client, provision.ApplyOptions{})
	fmt.Println(report.Count(provision.ResultDone), report.Count(provision.ResultConflict), err)
	for _, o := range report.Outcomes {
		fmt.Printf("%s: %s %q\n", o.Item.UserID, o.Result, o.Reason)
	}
	// Output:
	// 1 1 <nil>
	// zhao.min: done ""
	// li.na: conflict "title was changed since the plan was made"
}

package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// leavers returns an organization that two people left, of whom one has returned.
func leavers() *dingtalktest.Server {
	srv := dingtalktest.NewServer()
	for _, id := range []string{"he.ping", "li.na", "zhao.min"} {
		srv.AddUser(dingtalktest.User{UserID: id})
	}
	srv.Leave("he.ping", dingtalktest.Leave{Time: time.Now().AddDate(0, 0, -9), VoluntaryReasons: []string{"moved"}})
	srv.Leave("li.na", dingtalktest.Leave{Time: time.Now().AddDate(0, 0, -2), Reason: "delete"})
	srv.Rehire("li.na")
	return srv
}

// An organization without Smart HR, or an app without its permission point, gets what Contacts knows.
func ExampleClient_Leavers() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping"})
	srv.AddUser(dingtalktest.User{UserID: "li.na"})
	srv.Leave("he.ping", dingtalktest.Leave{VoluntaryReasons: []string{"moved"}})
	srv.Leave("li.na", dingtalktest.Leave{Reason: "delete"})
	srv.Rehire("li.na")

	for l, err := range srv.Client().Leavers(context.Background(), time.Now().AddDate(0, 0, -30)) {
		switch {
		case errors.Is(err, dingtalk.ErrPrecondition), errors.Is(err, dingtalk.ErrPermission):
			fmt.Println("not complete:", err)
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(l.UserID, l.Record.LeaveReason, l.Dismission.VoluntaryReason, "rehired:", l.Rehired)
		}
	}
	// Output:
	// he.ping leave [moved] rehired: false
	// li.na delete [] rehired: true
}

func ExampleClient_ListLeaveRecords() {
	srv := leavers()
	defer srv.Close()
	page, err := srv.Client().ListLeaveRecords(context.Background(), dingtalk.ListLeaveRecordsRequest{
		StartTime: time.Now().AddDate(0, 0, -30).UTC().Format(time.RFC3339), MaxResults: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Records[0].UserID, page.Records[0].LeaveReason, page.NextToken != "")
	// Output: he.ping leave true
}

func ExampleClient_LeaveRecords() {
	srv := leavers()
	defer srv.Close()
	lastWeek := time.Now().AddDate(0, 0, -7).UTC().Format(time.RFC3339)
	for record, err := range srv.Client().LeaveRecords(context.Background(), dingtalk.ListLeaveRecordsRequest{StartTime: lastWeek}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(record.UserID, record.LeaveReason)
	}
	// Output: li.na delete
}

func ExampleClient_ListDismissedUserIDs() {
	srv := leavers()
	defer srv.Close()
	page, err := srv.Client().ListDismissedUserIDs(context.Background(), dingtalk.ListDismissedUserIDsRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.UserIDList, page.HasMore)
	// Output: [he.ping] false
}

func ExampleClient_DismissedUserIDs() {
	srv := leavers()
	defer srv.Close()
	for userid, err := range srv.Client().DismissedUserIDs(context.Background(), dingtalk.ListDismissedUserIDsRequest{}) {
		fmt.Println(userid, err)
	}
	// Output: he.ping <nil>
}

func ExampleClient_GetDismissionInfo() {
	srv := leavers()
	defer srv.Close()
	res, err := srv.Client().GetDismissionInfo(context.Background(), dingtalk.GetDismissionInfoRequest{UserIDList: []string{"he.ping"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Result[0].UserID, res.Result[0].Status, res.Result[0].VoluntaryReason)
	// Output: he.ping 2 [moved]
}

// Any number of people, at a call for 50 of them.
func ExampleClient_DismissionInfos() {
	srv := leavers()
	defer srv.Close()
	for info, err := range srv.Client().DismissionInfos(context.Background(), []string{"he.ping", "li.na"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(info.UserID, info.Status)
	}
	// Output:
	// he.ping 2
	// li.na 3
}

func ExampleClient_ListOnJobUserIDs() {
	srv := leavers()
	defer srv.Close()
	page, err := srv.Client().ListOnJobUserIDs(context.Background(), dingtalk.ListOnJobUserIDsRequest{Size: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.DataList, page.NextCursor)
	// Output: [li.na] 1
}

func ExampleClient_OnJobUserIDs() {
	srv := leavers()
	defer srv.Close()
	for userid, err := range srv.Client().OnJobUserIDs(context.Background(), dingtalk.ListOnJobUserIDsRequest{}) {
		fmt.Println(userid, err)
	}
	// Output:
	// li.na <nil>
	// zhao.min <nil>
}

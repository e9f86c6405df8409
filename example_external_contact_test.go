package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// An external contact has at least one label, of those of the organization.
func ExampleClient_CreateExternalContact() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()

	labels, err := client.ListExternalContactLabelGroups(ctx, dingtalk.ListExternalContactLabelGroupsRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	created, err := client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: dingtalk.NewExternalContact{
		Name: "Mei Tan", StateCode: "86", Mobile: "13700002222", FollowerUserID: "zhao.min",
		LabelIDs: []int64{labels.Results[0].Labels[0].ID},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	contact, err := client.GetExternalContact(ctx, dingtalk.GetExternalContactRequest{UserID: created.UserID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(contact.Name, contact.FollowerUserID)
	// Output: Mei Tan zhao.min
}

// What is nil stays as it is; an empty text clears the field.
func ExampleClient_UpdateExternalContact() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.AddExternalContact(dingtalktest.ExternalContact{
		UserID: "mei.tan", Name: "Mei Tan", Title: "Buyer", Remark: "met at the fair", FollowerUserID: "zhao.min", LabelIDs: []int64{4700000001},
	})
	client := srv.Client()

	err := client.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{Contact: dingtalk.ChangedExternalContact{
		UserID: "mei.tan", CompanyName: new("Harbor Foods"), Remark: new(""),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	contact := srv.ExternalContacts()[0]
	fmt.Printf("%s, %s, %s, %q\n", contact.Name, contact.Title, contact.CompanyName, contact.Remark)
	// Output: Mei Tan, Buyer, Harbor Foods, ""
}

func ExampleClient_DeleteExternalContact() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "mei.tan"})
	client := srv.Client()

	fmt.Println(client.DeleteExternalContact(ctx, dingtalk.DeleteExternalContactRequest{UserID: "mei.tan"}))
	err := client.DeleteExternalContact(ctx, dingtalk.DeleteExternalContactRequest{UserID: "mei.tan"})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output:
	// <nil>
	// true
}

func ExampleClient_GetExternalContact() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "mei.tan", Name: "Mei Tan", Title: "Buyer"})

	contact, err := srv.Client().GetExternalContact(context.Background(), dingtalk.GetExternalContactRequest{UserID: "mei.tan"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(contact.Name, contact.Title)
	// Output: Mei Tan Buyer
}

func ExampleClient_ListExternalContacts() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddExternalContact(dingtalktest.ExternalContact{Name: "Mei Tan"})

	page, err := srv.Client().ListExternalContacts(context.Background(), dingtalk.ListExternalContactsRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Results), page.Results[0].Name)
	// Output: 1 Mei Tan
}

func ExampleClient_ExternalContacts() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddExternalContact(dingtalktest.ExternalContact{Name: "Mei Tan"})
	srv.AddExternalContact(dingtalktest.ExternalContact{Name: "He Ping"})

	for contact, err := range srv.Client().ExternalContacts(context.Background(), dingtalk.ListExternalContactsRequest{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(contact.Name)
	}
	// Output:
	// Mei Tan
	// He Ping
}

func ExampleClient_ListExternalContactLabelGroups() {
	srv := dingtalktest.NewServer()
	defer srv.Close()

	page, err := srv.Client().ListExternalContactLabelGroups(context.Background(), dingtalk.ListExternalContactLabelGroupsRequest{Size: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Results[0].Name, page.Results[0].Labels[0].Name)
	// Output: 类型 客户
}

func ExampleClient_ExternalContactLabelGroups() {
	srv := dingtalktest.NewServer()
	defer srv.Close()

	groups := srv.Client().ExternalContactLabelGroups(context.Background(), dingtalk.ListExternalContactLabelGroupsRequest{})
	for group, err := range groups {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(group.Name, len(group.Labels))
	}
	// Output:
	// 类型 6
	// 级别 3
	// 状态 5
}

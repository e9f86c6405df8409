package matrix_test

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// customer is the label of the emulator that the external contacts have.
const customer = 4700000001

// seedExternalContact adds the external contact mei.tan.
func seedExternalContact(srv *dingtalktest.Server) {
	srv.AddExternalContact(dingtalktest.ExternalContact{
		UserID: "mei.tan", Name: "Mei Tan", StateCode: "86", Mobile: "13700002222", FollowerUserID: "zhao.min", LabelIDs: []int64{customer},
	})
}

// externalContactOperations are the operations on external contacts.
var externalContactOperations = map[string]operation{
	"CreateExternalContact": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: dingtalk.NewExternalContact{
			Name: "He Ping", StateCode: "86", Mobile: "13700003333", FollowerUserID: "zhao.min", LabelIDs: []int64{customer},
		}}))
	}, func(srv *dingtalktest.Server) bool { return len(srv.ExternalContacts()) == 2 }},
	"UpdateExternalContact": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{Contact: dingtalk.ChangedExternalContact{
			UserID: "mei.tan", Name: "Mei Tan", FollowerUserID: "zhao.min", LabelIDs: []int64{customer}, // complete: it is not read first
			Title: new("Buyer"), Address: new(""), Remark: new(""), CompanyName: new(""), ShareDeptIDs: []int64{}, ShareUserIDs: []string{},
		}})
	}, func(srv *dingtalktest.Server) bool { return srv.ExternalContacts()[0].Title == "Buyer" }},
	"DeleteExternalContact": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteExternalContact(ctx, dingtalk.DeleteExternalContactRequest{UserID: "mei.tan"})
	}, func(srv *dingtalktest.Server) bool { return len(srv.ExternalContacts()) == 0 }},
	"GetExternalContact": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetExternalContact(ctx, dingtalk.GetExternalContactRequest{UserID: "mei.tan"}))
	}, nil},
	"ListExternalContacts": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListExternalContacts(ctx, dingtalk.ListExternalContactsRequest{}))
	}, nil},
	"ListExternalContactLabelGroups": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListExternalContactLabelGroups(ctx, dingtalk.ListExternalContactLabelGroupsRequest{}))
	}, nil},
}

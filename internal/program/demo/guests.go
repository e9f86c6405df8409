package demo

import "github.com/dingtalk-contacts/dingtalk-go/dingtalktest"

// OtherOrganization returns the option of an emulator with a second organization, whose people the app must refuse.
func OtherOrganization() dingtalktest.Option {
	return dingtalktest.WithOtherOrganization("ding00000000000000000000000000harbor", "Harbor Foods",
		dingtalktest.User{UserID: "mei.tan", Name: "Mei Tan", Mobile: "13700002222", Title: "Buyer", Active: true},
		dingtalktest.User{UserID: "zhou.hang", Name: "周航", Mobile: "13700003333", Title: "总经理", Admin: true, Boss: true, Active: true},
	)
}

// AddGuest adds an external contact, whom the app must refuse as well.
func AddGuest(srv *dingtalktest.Server) {
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "x-5501", Name: "Omar Haddad"})
}

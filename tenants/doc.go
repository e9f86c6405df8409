// Package tenants keeps a client for each organization that has authorized an app of many organizations.
//
//	apps, err := tenants.New(suiteKey, suiteSecret, tenants.Config{
//		Tickets: dingtalkredis.NewTicketStore(rdb),
//		Options: []dingtalk.Option{dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb))},
//	})
//	receiver, err := stream.New(suiteKey, suiteSecret, apps) // takes tickets and authorizations
//
//	client, err := apps.Client(corpID)
//	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
//
// The clients share their connections and the limits of the app, and a client has no goroutine. With a TokenStore a fleet of
// processes fetches the token of an organization once.
package tenants

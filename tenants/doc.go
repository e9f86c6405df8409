// Package tenants keeps a client for each organization that has authorized an app, such as a third-party app.
//
//	store := dingtalkredis.NewTokenStore(rdb) // keeps tickets, too
//	apps, err := tenants.New(suiteKey, suiteSecret, tenants.Config{
//		Tickets: store,
//		Options: []dingtalk.Option{dingtalk.WithTokenStore(store)},
//	})
//	receiver, err := stream.New(suiteKey, suiteSecret, apps) // takes tickets and authorizations
//
//	client, err := apps.Client(corpID)
//	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
//
// The clients share their connections and the limits of the app, and an idle client has no goroutine. With a TokenStore a
// fleet of processes fetches the token of each organization once.
package tenants

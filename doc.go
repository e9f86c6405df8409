// Package dingtalk is a client for DingTalk Contacts (钉钉通讯录), the server API "topapi v2" with which an
// organisation's people and departments are looked up and provisioned.
//
//	client, err := dingtalk.New(clientID, clientSecret)
//	if err != nil {
//		return err
//	}
//	created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
//		Name:       "Zhao Min",
//		Mobile:     "+86-13800001234",
//		DeptIDList: []int64{dingtalk.RootDepartmentID},
//	})
//
// # Requests and responses
//
// Structs mirror the documentation: its fields, in its order, under its names. In requests, fields at their
// zero value are not sent, except required ones; where zero is a value of its own, as in an update, a field
// is a pointer, and new(false) or new("") sets it. Responses hold plain values and take what the service
// really sends: numbers and booleans in quotes, empty texts or objects in place of nothing, fields this
// package does not know. An answer that is not the documented one is an error, never an empty success.
//
// # Errors
//
// Every failure is an *[Error] and belongs to a class, which errors.Is tells: [ErrNotFound],
// [ErrAlreadyExists] and so on. [ErrOutcomeUnknown] deserves a thought of its own: a write was sent, and no
// answer proves whether it was applied. No error, log record or printed value of this package holds a
// secret or a token.
//
// # Reading the organisation
//
// Each paged list has an iterator beside it, such as [Client.Users]; an error is its last pair. [Client.Departments]
// and [Client.OrgUsers] go through all that the app may see, several calls at once and in one order, and go on
// after an error that concerns one department, which Error.DeptID names. [Client.UsersByID] and its like look
// up many people and tell an error for each.
//
// # Tokens
//
// The access token is fetched when it is first needed, by one caller for all, kept for as long as it lives
// and renewed ten minutes before its end while calls go on with the present one. When the service refuses it
// earlier, it is fetched anew once and the call repeated. [WithTokenSource] brings tokens from elsewhere.
//
// As a rule the token comes from /gettoken, whose URL has the client secret in it. [OAuth2TokenSource] obtains
// the same token from the new API, on a host of its own, with the secret in the body:
//
//	src, err := dingtalk.OAuth2TokenSource(clientID, clientSecret)
//	if err != nil {
//		return err
//	}
//	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(src))
//
// The processes of a fleet share one token through a [TokenStore], such as Redis: see [WithTokenStore]. One of
// them fetches and renews it for all. A store that is slow, down or wrong fails no call.
//
// # Repeating
//
// A call is repeated, up to three attempts as a rule, when that is safe and may help:
//
//   - after a throttle (errcode 90018, 90019, 90002, 90005, 90006, or HTTP 429), after a refused token and
//     when no connection came about: any call, for nothing was done;
//   - after a lost or unreadable answer, an HTTP status of 500 and above, and "system busy" (errcode -1, 999,
//     1002, 400001): reads, updates and deletes, whose repetition changes nothing; creates never.
//
// Pauses are random below a ceiling that doubles from 200 ms to 5 s. Where the service asks for a longer
// one, or the caller's deadline comes first, the error goes out at once with the wait in RetryAfter. Bans of
// an IP address or organisation, and quotas, are never run against.
//
// The caller's context bounds all of it: token, attempts, pauses and the waiting for the rate limit.
//
// # Rate limits
//
// The service takes 20 calls a second from an app to each endpoint, and 10,000 in 20 seconds from an address. The
// client comes to that and never to more: each attempt waits for its turn, also the one at the token. However
// many goroutines call, none of them has to count, sleep or deal with a throttle; docs/performance.md proves it. A call
// whose turn would come after the deadline of its context is refused at once, as [ErrRateLimited] with the wait in
// RetryAfter, and was not made. Calls through [Client.Bulk] let the others go first.
//
// The client counts its own calls: programs that use the same app divide its limit with [WithRateLimit], or share a
// counter behind [WithLimiter]. What is throttled all the same is repeated as said above and stops nobody else.
// When the service blocks the address, the organisation or the credentials, which it does for minutes, nobody calls
// until that is over: who has the time waits, who has a deadline before it is refused at once.
//
// # Testing
//
// Package dingtalktest is a DingTalk in the test's own process, with an organisation that remembers what was
// done to it, tokens that expire and faults on demand. Those who prefer httpmock activate it on
// [Client.HTTPClient].
package dingtalk

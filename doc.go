// Package dingtalk is a client for DingTalk Contacts (钉钉通讯录), the server API "topapi v2" with which the users and
// departments of an organization are looked up and provisioned. Beside it are the packages [login], [stream], [callback]
// and [event], [mirror], [provision] and [dingtalktest].
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
// Structs mirror the documentation: they have its fields, in its order, under its names. In requests, fields at their
// zero value are not sent, except required ones. Where zero is a value of its own, as in an update, a field is a
// pointer, and new(false) or new("") sets it. A page of size 0 is the largest that the service returns. Responses hold
// plain values, and accept what the service really sends: numbers and booleans in quotes, empty strings or objects in
// place of absent values, and fields that this package does not have. A response that is not the documented one is an
// error, never an empty success.
//
// # Errors
//
// Every failure is an *[Error] and belongs to a class, which errors.Is tests: [ErrNotFound], [ErrAlreadyExists] and so
// on. [ErrOutcomeUnknown] needs special care: a write was sent, and no response proves whether it was applied. No error,
// log record or printed value of this package contains a secret or a token.
//
// # Reading the organization
//
// Each paged list has an iterator, such as [Client.DepartmentUsers] for [Client.ListUsers]; an error is its last pair.
// [Client.OrgDepartments] and [Client.OrgUsers] walk through everything that the app may see, with several calls in
// flight and in a fixed order, and continue after an error that concerns one department, which the DeptID of the
// [Error] names. [Client.UsersByID], [Client.UserIDsByMobile] and [Client.UserIDsByUnionID] look up many users, with an
// error for each. [Client.FindUsers] finds users by name, exact matches first.
//
// # People who left
//
// [Client.Leavers] yields who has left since a time, each person once, by joining the leave records of Contacts
// ([Client.LeaveRecords]) with what Smart HR knows ([Client.DismissionInfos]), and marks those who have returned under
// the same user ID. An organization without Smart HR gets what Contacts knows, and an error that says so.
//
// # Accounts and external contacts
//
// [Client.DisableOrgAccount], [Client.EnableOrgAccount] and [Client.SignOutOrgAccount] concern the enterprise accounts
// that belong to the organization, and [Client.UpdateSeniorSettings] the senior mode of a user.
// [Client.ExternalContacts] iterates over the external contacts; [Client.UpdateExternalContact] keeps the fields that
// are not named. [Client.GetOrgAuthInfo] and [Client.GetInviteInfo] describe the organization itself.
//
// # Tokens
//
// The access token is fetched when it is first needed, by one caller for all, and kept until it expires. It is renewed
// ten minutes before that, while calls continue with the present one. When the service refuses it earlier, a new one is
// fetched once and the call is repeated. A token that lacks a permission point and is more than five minutes old is
// replaced once, if the service returns another one: see [Client.RenewToken]. [WithTokenSource] takes tokens from
// elsewhere.
//
// By default the token comes from /gettoken, whose URL contains the client secret. [WithOAuth2Token] obtains the same
// token from the new (v1.0) API, which is on another host, with the secret in the body.
//
// The processes of a fleet share one token through a [TokenStore], such as Redis: see [WithTokenStore]. One of them
// fetches and renews it for all. A store that is slow, down or wrong fails no call.
//
// # Signing people in
//
// Package [login] signs the people of an organization in, in the browser and within DingTalk, over
// [Client.GetUserAccessToken], [Client.GetMe] and [Client.GetUserByCode]. [Client.SignJSAPI] signs the address of a
// page that uses the JSAPI.
//
// # Events
//
// Package [stream] receives the events of an organization over WebSocket connections that it opens itself, and package
// [callback] over HTTP; package [event] decodes them. Package [mirror] keeps a copy of the organization in step with
// them. [Client.RegisterCallback] sets the URL of a callback, and [Client.GetFailedCallbacks] reads what could not be
// delivered to it.
//
// # Retries
//
// A call is repeated, by default up to three attempts, when that is safe and may help:
//
//   - after a throttle (errcode 90018, 90019, 90002, 90005, 90006, or HTTP 429), after a refused token, and when no
//     connection was made: any call, because nothing was applied;
//   - after a lost or unreadable response, an HTTP status of 500 and above, and "system busy" (errcode -1, 15, 88, 999,
//     1002, 400001): reads, updates and deletes, whose repetition changes nothing; never creates, and never a call that
//     spends a login code.
//
// Delays are random, below a maximum that doubles from 200 ms to 5 s. If the service asks for a longer delay, or the
// caller's deadline comes first, the error is returned at once, with the wait in RetryAfter. A call is never repeated
// against a quota, or a ban of an IP address or organization.
//
// The caller's context bounds all of it: token, attempts, delays and the wait for the rate limit.
//
// # Bans and foreign pages
//
// No call waits in silence. While DingTalk bans the IP address, the organization or the app, which it does for minutes,
// a call fails at once: [ErrRateLimited], with the end in RetryAfter and the cause in the text, as in "blocked by
// DingTalk until 09:08". The call that meets the ban ends the walk, the lookup or the plan that it belongs to. Evidence
// of a ban are certain codes and what DingTalk's front end responds to those it blocks.
//
// Any other HTML page with status 200 is of a proxy, or a network that wants a login. After one only a probe is sent
// now and then: after 5, 10, 20 seconds and so on, up to 5 minutes. The other calls fail at once with [ErrTransient]
// until the first response of the service. A write that got the page instead of a response is [ErrOutcomeUnknown].
//
// Calls through [Client.Bulk] wait: for the end of a ban, and up to a minute behind pages. The logger of [WithLogger]
// has a warning at the beginning and the end of both, when such a call waits, and while calls wait for the rate limit
// for more than five seconds.
//
// # Other calls
//
// [Client.Do] makes a call that this package does not offer, with the same token, rate limit, repetitions, classes of
// errors, middleware and logs.
//
// # Rate limits
//
// The service accepts 20 calls a second from an app to each endpoint, and 10,000 in 20 seconds from an IP address. The
// client reaches that limit and never exceeds it: each attempt waits for its turn, including the one for the token. No
// goroutine has to count calls, sleep or handle a throttle, however many there are; [docs/performance.md] proves it. A
// call whose turn would come after the deadline of its context is not sent: it fails at once with [ErrRateLimited] and
// the wait in RetryAfter. Calls through [Client.Bulk] let the others go first.
//
// The client counts only its own calls: programs that use the same app divide its limit with [WithRateLimit], or share a
// counter through [WithLimiter]. A call that is throttled anyway is repeated as described above, and delays no other
// call. [WithMaxWait] bounds the wait of calls without a deadline.
//
// # Testing
//
// Package [dingtalktest] is a DingTalk server in the process of the test. It has an organization that keeps what was
// written to it, tokens that expire, and faults on demand. To use httpmock instead, activate it on [Client.HTTPClient],
// and switch the rate limit off with [NoRateLimit].
//
// [login]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/login
// [stream]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/stream
// [callback]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/callback
// [event]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/event
// [mirror]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/mirror
// [provision]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/provision
// [dingtalktest]: https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/dingtalktest
// [docs/performance.md]: https://github.com/dingtalk-contacts/dingtalk-go/blob/main/docs/performance.md
package dingtalk

//go:generate go run ./internal/readme
//go:generate go test -run TestMatrix_IsPrintedInTheDocument ./internal/e2e/matrix -update

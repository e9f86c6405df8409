// Package dingtalktest is a DingTalk in your process: an organization that remembers what was written to it, access
// tokens that expire, permissions, limits, and faults on demand. A test drives the real client against it, down to the
// bytes on the wire, so nothing of the client has to be mocked:
//
//	func TestNewDepartment(t *testing.T) {
//		srv := dingtalktest.New(t)
//		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
//		client := srv.Client() // a *dingtalk.Client
//
//		created, err := client.CreateDepartment(t.Context(), dingtalk.CreateDepartmentRequest{
//			Name: "Key accounts", ParentID: sales,
//		})
//		if err != nil {
//			t.Fatal(err)
//		}
//		if d, found := srv.Department(created.DeptID); !found || d.ParentID != sales {
//			t.Errorf("stored: %+v", d)
//		}
//	}
//
// [New] makes a server for a test, which ends with it; [NewServer] makes one for a program. [Server.AddDepartment],
// [Server.AddUser], [Server.AddRole] and [Server.AddRoleGroup] put in what a test is about, and [Server.User],
// [Server.Users], [Server.Departments], [Server.Roles] and [Server.Calls] return what happened. [WithSampleOrg] fills
// in an organization of any size, the same every time and with everything in it that breaks programs: 5,000 departments
// and 100,000 people take one to two seconds and 140 MiB.
//
// # Entry points
//
// One server has three. [Server.Client] and [Server.Transport] are in memory: no port is opened, and they work in the
// bubbles of testing/synctest. A [Server] is an http.Handler. [Server.Listen] opens a real port, for curl and for
// programs in any language: the server accepts requests as DingTalk's own SDKs and the common third party ones send
// them, as JSON with every scalar in quotes or as a form. The host in a URL does not matter: the new (v1.0) API uses
// the same entry points.
//
// # Faults
//
// [Server.Fail] makes the next calls of an operation meet a fault: a limit, a refusal, a page of a proxy, a connection
// that breaks before or after the work was done.
//
//	srv.Fail("CreateUser", dingtalktest.Throttled, 2)    // the next two calls are refused with 90018
//	srv.Fail("CreateUser", dingtalktest.LostResponse, 1) // the third creates the user, but its response is lost
//	srv.Fail("GetUser", dingtalktest.Code(60121), 1)     // any code of the service
//
// Limits of the service are options: [WithQPS], [WithAddressLimit], [WithoutScope], [WithContactScope].
// [Server.SetContactScope] and [Server.SetMissingScopes] change what the app may see and do while a test runs. [Strict]
// refuses everything except the documented form of a request.
//
// # Signing in
//
// [Server.SignIn] signs a person in on the login page, without a browser, and returns the redirect with the code; on a
// real port the page itself is at /oauth2/auth. [Server.IssueCode], [Server.IssueTmpCode] and [Server.IssueAdminCode]
// issue the codes of the other flows. [WithOtherOrganization] and [Server.AddExternalContact] add people who can sign
// in and whom the app must refuse.
//
//	redirect, err := srv.SignIn("wang.fang", flow.AuthURL(state)) // as if Wang Fang had approved
//
// # Events
//
// Every write sends its contact events, whether the app, [Server.AdminClient], the console or a method of Server makes
// it. [Server.Events] returns them, and [Server.Emit] sends any other. They reach a client over Stream, in memory and
// over a port: OpenConnection and ConnectStream are operations like others. What is not acknowledged is sent again;
// [Server.Deliveries] returns each attempt.
//
//	srv.Disturb(1, dingtalktest.Disturbance{Lose: .05, Double: .1, Reorder: .1, NoAck: .1}) // 1: the seed
//	srv.StreamConnections()[0].Freeze()                                                      // a zombie
//
// [WithReadLag] makes reads lag behind events, and [WithoutOwnEvents], [WithoutMoveEvents] and [WithEventTypes] decide
// what sends events, where the documentation is silent.
//
// # Clock
//
// The server has a clock of its own, which [Server.Advance] moves forward: two hours later a token has expired. In a
// synctest bubble make the server inside the bubble, with the bubble's own *testing.T. Sleeping there moves the time of
// the client and of the server together; Advance moves that of the server alone.
//
// # Console
//
// [WithConsole] serves a web console beside the API: the organization, the calls as they arrive, and controls that
// inject faults. [Server.Console] returns it by itself. In it one plays the administrator, who creates, changes and
// deletes users and departments; in a test AdminClient does.
//
// # Limits of the emulation
//
// What the server does not emulate, and what it had to assume because the documentation is silent, is listed in
// [docs/emulator.md].
//
// [docs/emulator.md]: https://github.com/dingtalk-contacts/dingtalk-go/blob/main/docs/emulator.md
package dingtalktest

//go:generate go run ../internal/emulatordoc

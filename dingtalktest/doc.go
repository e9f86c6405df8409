// Package dingtalktest is a DingTalk in your process: an organisation that remembers what was written to
// it, access tokens that expire, permissions, limits, and faults when you ask for them. A test drives the
// real client against it, down to the bytes on the wire, so nothing of the client has to be mocked:
//
//	srv := dingtalktest.New(t)
//	dept := srv.AddDepartment(dingtalktest.Department{Name: "Platform"})
//	srv.Fail("CreateUser", dingtalktest.Throttled, 2) // the next two calls of this operation
//
//	client := srv.Client() // a *dingtalk.Client
//	...
//	srv.Calls("CreateUser") // what arrived: three calls
//
// There are three doors to one server. Client and Transport are in memory: no port, and they work in the
// bubbles of testing/synctest. A Server is an http.Handler. Listen opens a real port, for curl and for
// programs in any language: the server takes requests the way DingTalk's own SDKs and the common third
// party ones send them, as JSON with every scalar in quotes or as a form.
//
// In a synctest bubble make the server inside the bubble, with the bubble's own *testing.T. Sleeping
// there moves the client's and the server's time together; Advance moves the server's alone.
//
// The server is liberal where the service is, ignoring unknown fields for one. Strict makes it refuse
// everything but the documented form.
//
// # Awkward on purpose
//
// Generated department IDs need more than 32 bits and the default orders of people more than the 53 of a
// float64, as live orders do. Fields without a value are absent from answers. Errors come with HTTP 200.
//
// # What it does not claim
//
// These are not emulated:
//
//   - operations that the client does not have
//   - the contact scope of an app (50002, 50004): it sees the whole organisation
//   - apps of third parties and several apps or organisations in one server
//   - limits over all callers, all operations or one address; headcounts; monthly quotas
//   - invitations to people whose account is protected, and whether a number has a DingTalk account
//   - sensitive words, the form of mail addresses, names and links in custom fields
//   - organisations registered outside mainland China, where a mainland number needs its +86- prefix
//   - the mail service behind org_email, and texts in other languages
//   - contact events and callbacks
//
// And in these points it has to decide what the documentation leaves open and nobody reported from the
// live service. Do not take it as evidence:
//
//   - which of the checks comes first when several fail, in the gateway and in a call
//   - an empty text clears a plain field on update; a missing mobile number is 400002
//   - extension keeps the text it was sent; merged, its keys are sorted
//   - dept_order_list sets the departments it names, dept_title_list and dept_position_list replace all;
//     entries for departments that the person is not in are dropped
//   - fields of enterprise accounts are ignored for other accounts; a login name that is taken is 60107
//   - a deleted userid may be used again, and people keep a manager who was deleted
//   - a repeated gettoken prints the full lifetime; the limit of an operation holds for gettoken too
//   - the wording of error texts beyond the documented ones
package dingtalktest

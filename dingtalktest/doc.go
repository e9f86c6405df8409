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
// Whoever wants to see what a program did to the organisation opens the console in a browser: WithConsole and
// Server.Console serve it.
//
// The host in a URL does not matter: the new API, for dingtalk.OAuth2TokenSource, goes through the same doors. The
// example of Server.Client shows how.
//
// In a synctest bubble make the server inside the bubble, with the bubble's own *testing.T. Sleeping
// there moves the client's and the server's time together; Advance moves the server's alone.
//
// AddDepartment and AddUser put in what a test is about. Where it takes a whole organisation, WithSampleOrg makes
// one of any size, the same every time, with everything in it that trips programs up: 5,000 departments and
// 100,000 people take one to two seconds and 140 MiB.
//
// The server is liberal where the service is, ignoring unknown fields for one. Strict makes it refuse
// everything but the documented form.
//
// # Awkward on purpose
//
// Generated department IDs need more than 32 bits and the default orders of people more than the 53 of a
// float64, as live orders do. Fields without a value are absent from answers. Errors come with HTTP 200, but
// for those of the new API, which have words for codes.
//
// # What it does not claim
//
// These are not emulated:
//
//   - operations that the client does not have, on the new API (/v1.0/) all but the token
//   - apps of third parties and several apps or organisations in one server
//   - limits over all callers or over all operations of an app; headcounts and numbers of departments; monthly
//     quotas
//   - invitations to people whose account is protected, and whether a number has a DingTalk account
//   - sensitive words, the form of mail addresses, names and links in custom fields
//   - organisations registered outside mainland China, where a mainland number needs its +86- prefix
//   - the mail service behind org_email, and texts in other languages
//   - people whose access is restricted: contain_access_limit changes nothing
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
//   - a department's name that is malformed or too long is 60001 (not 60009), one that is taken 60021, an
//     update of an empty one 60001; a bad, unknown or surplus entry of a visibility list 60109; more than 999
//     managers 40031, a manager who is no direct member 60111; custom fields that are no object 60122
//   - there are 15 levels of departments below the root, for calls but not for AddDepartment
//   - on update the 50 entries that visibility lists share are counted for those of a hidden department and
//     those of an outer one separately, with what is stored; an empty text clears such a list
//   - department/get shows visibility lists only where they have an effect, an empty array otherwise, and the
//     owner of a group only where there is a group; an order of 0 is absent; of listsub, ext is the extension
//   - create_dept_group makes a group, and false later does not take it away; managers and owners stay on the
//     lists when they leave the department, and departments and people when they are deleted
//   - member_count counts a person once, in however many departments below
//   - a department with people is 60005 even if it has sub-departments as well; a deleted one takes its group
//     with it
//   - the contact scope limits a department's children in listsub, not the department asked for; a move needs
//     both ends in it, a person's new departments must be in it but not those they have; chains of parents go
//     up to the root; what does not exist is refused as such first; who manages or sees whom is not limited
//   - auth_user_field and condition_field are empty
//   - in lists of people equal orders go by userid (not by pinyin); joining and changing are told apart by the
//     order in which they happened, seeds by that of AddUser; role changes are no changes of a person;
//     listid has the default order
//   - a cursor is the number of people before the page, and one beyond the end gives an empty page; cursors
//     above 100000 are taken
//   - in v2/user/list a department, cursor, size or order_field that is not allowed is 40035; an unknown
//     department is 60003, one out of the contact scope 50004 even if people in it are not; an empty title is
//     there, and org_email goes with the permission for personal information
//   - getbymobile finds enterprise accounts by exclusive_mobile, but not those invited from elsewhere; the
//     list of them is an array and absent if empty, and so is the userid of a number that only they have; a
//     number too long is 40104; getbymobile, getbyunionid and get_admin_scope refuse people out of the contact
//     scope with 50002
//   - Admin without AdminLevel is a sub administrator, or the main one for a boss, and a boss alone is none;
//     listadmin goes by level, then userid; what nobody set to be managed is an empty array, for the main
//     administrator too; without a userid get_admin_scope refuses with 40036; an only_active that is no flag
//     is 40035
//   - the days of the inactive list end at midnight in UTC+8 and are answered at once; one in the future or
//     more than a month ago is 400002; it goes by userid, dept_ids are direct members, an unknown department is
//     60003; people count who are there now, whenever they came, as far as they are in the contact scope
//   - the default group of roles and its four roles have English names, which carry no rights: Admin and Boss
//     of a person are something else; people may be given these roles, and further roles added to the group
//   - renaming one of the four is 660000; a role's name is unique in its group, on renaming as well (34021),
//     and a group's name is not; an empty or missing name of a role is 34018
//   - deleting a role takes it from everybody; giving roles and taking them is done for all named or for
//     nobody, roles are looked for before people, and what is so already is no error; a list that is
//     malformed or too long is 400002, and so is an unknown group in getrolegroup
//   - role/list counts groups and never splits one; its groups and roles go by ID, the people of a role by
//     userid; its size has to be in range even without an offset; nextCursor is absent on the last page
//   - a scope is set for people who have the role, which otherwise is 40003, an unknown person 46004; its limit
//     is 50 departments; giving the role again leaves the scope, taking it ends it
//   - manageScopes is absent for somebody who has a role everywhere, and an empty array for one whose
//     departments were all deleted
//   - the contact scope does not limit the calls on roles
//   - a repeated gettoken prints the full lifetime; the limit of an operation holds for gettoken too, and for the
//     new API's accessToken separately
//   - the new API has the same checks and texts as the other; its words beyond invalidClientIdOrSecret and those of
//     the limits are SystemError (HTTP 500), BadRequest (400), NotFound (404) and a bare Forbidden.AccessDenied (403) for a
//     missing permission and an address that is not allowed; it takes POST and JSON alone, its requestid looks like
//     a request_id, and Call.Code is the number that stands for a word elsewhere
//   - the limit of an address counts everything that arrives, in memory from 127.0.0.1; its block ends after five
//     minutes, whatever is called meanwhile, and nothing is remembered of the time before
//   - the wording of error texts beyond the documented ones
package dingtalktest

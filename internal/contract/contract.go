// Package contract is the DingTalk Contacts API as data, transcribed by hand from the documentation
// and never derived from the client's own structs, so that client and table can prove each other wrong.
//
// The client takes name, path, repeatability and the place of the payload from here; the emulator its
// routing and its checks; the tests hold every struct against it; the table in docs/calls.md is printed from it.
package contract

import "time"

// Endpoint is one documented operation.
type Endpoint struct {
	Name       string // the operation, and the client's method: "CreateUser"
	Title      string // the documentation page's title: "Create a user"
	Doc        Doc    // the addresses of the page
	API        API    // which of the two APIs has it
	Method     string // the HTTP method
	Path       string
	Permission string // the permission point an app needs; empty where none is needed
	Credential Credential
	Write      bool // changes the organization, or spends a one-time code
	Repeat     Repeat
	Payload    Payload
	Request    []Field
	Response   []Field // the payload alone, without the envelope's own fields
	Errors     []int   // the codes its page lists, and those observed; the general ones are not repeated

	// StringCodes are the same of the new API.
	StringCodes []string
}

// API is one of the two APIs of the service, each with hosts of its own.
type API int

const (
	// Legacy is on oapi.dingtalk.io and oapi.dingtalk.com. A response has HTTP status 200 and an envelope with an errcode.
	Legacy API = iota
	// New is the v1.0 API, on api.dingtalk.io and api.dingtalk.com. A response has no envelope: the HTTP status
	// distinguishes success from refusal, and the code of a refusal is a string.
	New
)

// Credential is what a request proves the caller's identity with. On the legacy API a token is the query parameter
// access_token, on the new one the header TokenHeader.
type Credential int

const (
	AppToken       Credential = iota // the access token of the app
	UserToken                        // the access token of a user, from GetUserAccessToken
	SSOToken                         // the access token for the admin console, from GetSSOToken
	SuiteToken                       // the access token of a third-party app itself, from GetSuiteToken
	NoToken                          // none
	Signature                        // the query parameters accessKey, timestamp and signature, made with the client secret
	SuiteSignature                   // the same of a third-party app, with the parameter suiteTicket, which is signed as well
)

// Renewable reports whether the credential is a token that the client obtains by itself.
func (c Credential) Renewable() bool { return c == AppToken || c == SSOToken || c == SuiteToken }

// TokenHeader is the header with the access token on the new API.
const TokenHeader = "x-acs-dingtalk-access-token"

// Repeat describes whether a request may be repeated if the first one may have been applied.
type Repeat int

const (
	Never  Repeat = iota // a second application may differ from the first
	Always               // a second application leaves what the first left
)

// Payload is where a response carries its result.
type Payload int

const (
	Nothing         Payload = iota // the envelope alone
	UnderResult                    // in the field "result"
	ListUnderResult                // in the field "result", which is an array; Response describes its entries
	TopLevel                       // beside errcode
	Ignored                        // whatever the response holds
	Whole                          // the whole response, which has no envelope on the new API
)

// Type is how a value is written in JSON.
type Type string

const (
	String      Type = "string"
	Bool        Type = "bool"
	Int64       Type = "int64"
	Millis      Type = "millis"       // number: Unix time in milliseconds
	CommaIDs    Type = "comma ids"    // text: "1,2,3"
	CommaNames  Type = "comma names"  // text: "a,b"
	JSONText    Type = "json text"    // text that holds a JSON object
	Int64Array  Type = "int64 array"  // [1,2]
	StringArray Type = "string array" // ["a","b"]
	StringMap   Type = "string map"   // {"a":"b"}
	Object      Type = "object"
	ObjectArray Type = "object array"
	RawArray    Type = "raw array" // […] of values that differ in form
)

// Field is one documented request or response field.
type Field struct {
	Name     string // to the letter
	Also     string // response: another spelling of the name, which some responses have
	Type     Type
	Required bool // request: must be sent. Response: without it the response is not usable
	// Unless names a boolean field of the response: if that is false, a required field may be absent.
	Unless string
	// MustBeTrue: with false, whose meaning is not documented, the response is no success.
	MustBeTrue bool
	Always     bool  // response: documented to be always present
	Max        int   // characters of a text, entries of a list or the biggest number; 0 where none is documented
	Zero       bool  // request: zero differs from absent
	Secret     bool  // must not be printed; in a request, empty is the same as absent
	Min        int64 // the smallest number allowed; 0 where none is documented
	Enum       []string
	Code       int     // request: what a value that is not allowed is refused with; 0 where it is 400002
	Fields     []Field // what an Object, or each entry of an ObjectArray, holds
}

// Doc holds the addresses of a documentation page.
type Doc struct {
	Chinese string
	English string // empty where no page is known for sure
}

// Page returns the English page where there is one, else the Chinese one.
func (d Doc) Page() string {
	if d.English != "" {
		return d.English
	}
	return d.Chinese
}

const (
	chineseDocs = "https://open.dingtalk.com/document/development/"
	englishDocs = "https://help.dingtalk.io/open/development/"
)

// bothPages returns the pages of a name that both sites have.
func bothPages(name string) Doc { return Doc{Chinese: chineseDocs + name, English: englishDocs + name} }

// chinesePage returns a page that only the Chinese site has for sure.
func chinesePage(name string) Doc { return Doc{Chinese: chineseDocs + name} }

// The errcodes of responses by the gateway, whose reason is in sub_code: a number, or a string such as "isp.-1".
const (
	GatewayCode     = 88 // the gateway refused the request
	RemoteErrorCode = 15 // the service behind the gateway failed
)

// Permission points.
const (
	ManageAddressList     = "qyapi_manage_addresslist"
	GetMember             = "qyapi_get_member"
	GetMemberByMobile     = "qyapi_get_member_by_mobile"
	GetDepartmentMember   = "qyapi_get_department_member"
	GetDepartmentList     = "qyapi_get_department_list"
	LivenessBase          = "qyapi_liveness_base"
	Base                  = "qyapi_base"
	OpenAppBase           = "open_app_api_base"
	SNSBase               = "snsapi_base"
	ReadContactUser       = "Contact.User.Read"
	GetSSOUserInfo        = "qyapi_get_omp_sso_userinfo"
	SearchAddressList     = "qyapi_addresslist_search"
	ReadContactOrg        = "Contact.Org.Read"
	ReadExternalContacts  = "qyapi_ext_read"
	WriteExternalContacts = "qyapi_ext_write"
	ManageOrgAccounts     = "Contact.OrgAccountSecurity.ReadWrite"
	ReadContactCommon     = "Contact.Common.Read"
	ReadHRUser            = "qyapi_hrm_read_user"
	ThirdPartyBase        = "isvapi_base"
)

// All lists every endpoint in the order of the documentation.
func All() []*Endpoint {
	return []*Endpoint{
		&GetToken, &GetOAuth2Token, &GetCorpToken, &GetSuiteCorpToken, &GetSuiteToken, &GetSSOToken,
		&GetAuthScopes, &GetOrgAuthInfo, &GetInviteInfo, &GetAuthInfo, &GetSuiteAuthInfo,
		&CreateUser, &GetUser, &UpdateUser, &DeleteUser,
		&ListUsers, &ListUserBriefs, &ListUserIDs, &GetUserIDByMobile, &GetUserIDByUnionID,
		&GetUserByCode, &GetUserAccessToken, &GetMe, &GetUserAuthRules, &GetUserByTmpCode, &GetAdminByCode, &GetJSAPITicket,
		&SearchUsers, &SearchDepartments,
		&CountUsers,
		&EnableOrgAccount, &DisableOrgAccount, &SignOutOrgAccount, &GetOrgAccountStatus, &ListOwnedOrganizations,
		&GetSeniorSettings, &UpdateSeniorSettings,
		&ListAdmins, &GetAdminScope, &ListInactiveUserIDs,
		&ListLeaveRecords, &ListDismissedUserIDs, &GetDismissionInfo, &ListOnJobUserIDs,
		&CreateDepartment, &UpdateDepartment, &DeleteDepartment, &GetDepartment,
		&ListSubDepartments, &ListSubDepartmentIDs, &ListParentDepartmentsByDepartment, &ListParentDepartmentsByUser,
		&CreateExternalContact, &UpdateExternalContact, &DeleteExternalContact, &GetExternalContact,
		&ListExternalContacts, &ListExternalContactLabelGroups,
		&CreateRoleGroup, &CreateRole, &UpdateRole, &DeleteRole, &ListRoles, &GetRole, &GetRoleGroup,
		&AddRolesToUsers, &RemoveRolesFromUsers, &UpdateRoleScope, &ListRoleUsers,
		&RegisterCallback, &UpdateCallback, &GetCallback, &DeleteCallback, &GetFailedCallbacks,
	}
}

// WithoutMethod lists the endpoints that the emulator has and for which the client has no method: Do calls them.
func WithoutMethod() []*Endpoint { return []*Endpoint{&SendWorkNotification} }

// ServiceZone is the time zone of the service: days begin and end in it, and times in its texts are given in it.
var ServiceZone = time.FixedZone("UTC+8", 8*60*60)

// BanTime is how long a ban lasts that does not name its end. The documentation speaks of minutes, and of five for the
// ban of an address.
const BanTime = 5 * time.Minute

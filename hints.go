package dingtalk

import (
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// hint returns what the code of the error means, in English, or "" where the class says as much. The service's own
// texts are Chinese, and it asks programs not to rely on them.
func (e *Error) hint() string {
	switch class := e.category(); {
	case class == ErrInvalidCredential && e.Op == contract.GetSSOToken.Name: //nolint:errorlint // identity is meant
		return "corp ID or SSO secret is wrong, or belongs to the other region: WithSSOSecret"
	case e.Reason == invalidTicket:
		return "the suite ticket is not the latest"
	case class == ErrInvalidCredential && (e.Code == 0 || e.Code == 40001): //nolint:errorlint // identity is meant
		return wrongCredential // the new API's string code, and /gettoken's second meaning of 40001
	case class == ErrPermission && len(e.RequiredScopes) > 0: //nolint:errorlint // as above
		scopes := e.RequiredScopes[:min(len(e.RequiredScopes), maxHintScopes)]
		return "the app lacks the permission point " + oneLine(strings.Join(scopes, ", "))
	}
	if e.Reason != "" {
		return reasonHints[e.Reason]
	}
	return hints[e.Code]
}

// effect names what a call whose outcome is unknown may have done.
func (e *Error) effect() string {
	switch e.Op {
	case contract.GetUserByCode.Name, contract.GetUserByTmpCode.Name, contract.GetAdminByCode.Name:
		return "the code may be spent, request a new one"
	case contract.GetUserAccessToken.Name:
		return "the code or the refresh token may be spent, let the user sign in again"
	case contract.GetFailedCallbacks.Name:
		return "the events of the lost response may be cleared, read what they may have been about again"
	}
	return "the change may have been made"
}

// maxHintScopes is how many permission points a hint names.
const maxHintScopes = 5

// wrongCredential is the hint for credentials that the service does not know.
const wrongCredential = "client ID or secret is wrong, or belongs to the other region: WithBaseURL"

// notOwnAccount is the hint for a user who is not managed by the organization.
const notOwnAccount = "the user is no enterprise account, or one of another organization"

// reasonHints holds the meanings of the string codes.
var reasonHints = map[string]string{
	"InvalidAuthentication": "the token is wrong or has expired", "accesstoken.expired": "the user's token has expired, refresh it",
	"invalidToken":                        "the token for the admin console is wrong or has expired",
	"invalidParameter.authCode.notFound":  "the login code or the refresh token is unknown, expired or spent, let the user sign in again",
	"invalidCode":                         "the login code is unknown, expired or spent, request a new one",
	"invalidParameter.user.notFound":      "no such user",
	orgDenied:                             "the organization has not authorized the app",
	orgNotAuthorized:                      "the organization has not authorized the app",
	"invalidAuthInfo":                     "the organization has not authorized the app",
	"unauthorized.client":                 "the organization has not authorized the app",
	"orgNotExist":                         "no such organization",
	"invalidParameter.param.orgIdInvalid": "no such organization",
	"invalidParameter.system.param":       "no such organization, or a parameter is empty",
	"user.not.exist":                      "no such user", "employee.not.exist": "no such user", "profile.not.exist": "no such account",
	"parameter.userNotExists": "no such user", "parameter.orgNotExists": "no such organization",
	"exclusive.account.only": notOwnAccount, "exclusive.account.limit": notOwnAccount,
	"corpNotOpenHrm":                        "the organization has not opened the Smart HR app",
	noSuchAction:                            "no such path on this host, or not with this method",
	denied + ".AccessTokenPermissionDenied": "the app lacks a permission point, the user has not granted it, or the token is of another kind",
	denied + ".IpNotInWhiteList":            "the caller's IP address is not on the app's allowlist",
	denied + ".QpsLimitForAppkeyAndApi":     "the app calls this endpoint too often",
	denied + ".QpmLimitForAppkeyAndApi":     "the app calls this endpoint too often",
	denied + ".QpsLimitForApi":              "too many calls to this endpoint from all apps",
	denied + ".ApiCountLimitForOrg":         "the organization's monthly quota of calls is used up",
	"system.busy":                           "the service is busy", "systemBusy": "the service is busy",
	"system.error": "the service failed", "systemError": "the service failed",
}

// hints holds the meanings of the codes, from the service's global table and the pages of single endpoints.
var hints = map[int]string{
	-1: "the service is busy", 1002: "the service is busy",
	15: "the service behind the gateway failed", 88: "the gateway refused without a documented code",
	22: "no such API on this host", 404: "no such path on this host",

	// Tokens, credentials and codes.
	33001: "the token is of no known organization", 33009: "the token is of another kind than the call needs",
	40001: "the secret or the token is wrong", 40014: "the token is wrong or has expired",
	41001: "the token is missing", 42001: "the token has expired",
	40002: "unknown kind of credential", 40013: "unknown corp ID", 40089: wrongCredential, 40096: wrongCredential,
	40080: "wrong suite secret", 40082: "wrong suite token", 40083: "wrong suite ID", 40084: "wrong permanent code",
	40085: "unknown suite ticket", 40088: "wrong suite key or secret", 48003: "the suite token is not valid",
	41002: "the corp ID is missing", 41004: "the secret is missing",
	40029: "the login code is not valid, request a new one", 40078: "the login code is unknown or spent, request a new one",
	42008:  "the login code has expired, request a new one",
	853001: "the timestamp is not in milliseconds", 853002: "the clock of this machine is off by more than a minute",
	853003: "unknown client ID", 853004: "the signature is wrong: check the client secret", 853005: "the signature has an invalid suite ticket",
	40091: "the user must grant access again", 40102: "the code has expired or is spent", 41026: "the login code is missing",

	// Permissions, organization and app.
	12012: "no such organization", 70001: "no such organization", 400043: "the organization is not valid",
	40079: "the app has no authorization for this user", 41030: "the organization has not authorized the app",
	43007: "an authorization is needed", 48002: "this API is disabled", 48004: "the authorization is not valid",
	50002: "the user is outside the app's contact scope", 50004: "the department is outside the app's contact scope",
	50003: "the app is stopped", 50005: "the organization is disabled",
	60011: "the app lacks a permission point", 60020: "the caller's IP address is not on the app's allowlist",

	// What is not there.
	33011: "no such role", 60301: "no such role", 34020: "no such role group",
	33012: "no such user", 40003: "no such user", 46004: "no such user", 60111: "no such user", 60121: "no such user",
	60003: "no such department", 60004: "no such parent department",
	60067: "no such owner of the department's group", 60068: "no such manager of the department",

	// What is there already.
	40021: "the new mobile number is registered with DingTalk", 40100: "the extension number is taken",
	40101: "the mail address is taken", 60106: "the mail address is taken",
	60102: "the user ID is taken", 60104: "the mobile number is taken",
	60107: "the DingTalk account of this number is a member already", 60016: "the department ID is taken",
	60008: "the department name is taken", 60021: "the department name is taken", 34021: "the role name is taken",

	// Users.
	60103: "the mobile number is not valid; outside mainland China it is +<country code>-<number>",
	40104: "the mobile number is not valid", 60105: "the mail address is not valid",
	60113: "mobile number and mail address are both missing", 60118: "no valid mobile number or mail address",
	60112: "the name is not valid", 60119: "the position is not valid", 60122: "the custom fields are not valid",
	60123: "the job number is not valid", 60128: "no such manager", 41009: "the user ID is missing",
	40031: "a user ID in the list is unknown", 40032: "the list of user IDs is empty or too long",
	40063: "the extension number is too long", 40064: "the work place is too long", 40065: "the remark is too long",
	40019: "the number is in five unverified organizations already", 41054: "a mobile number cannot be changed: delete the user and create it again",
	40022: "the number differs from that of the DingTalk account: delete the user and create it again",
	40020: "the organization has reached its number of users", 40024: "the organization has reached its number of users",
	45024: "the organization has reached its number of users", 40103: "the user must accept an invitation, which was sent",
	60120: "the user is disabled",

	// External contacts.
	22005: "an external contact has the mobile number", 60200: "there is such an external contact",
	60203: "the organization has reached its number of external contacts", 60204: "the labels are missing or unknown",
	60205: "the organization has not enabled external contacts", 41101: "the page size is not valid",

	// Departments and roles.
	40009: "the department ID is not valid", 40010: "the parent department's ID is not valid",
	40011: "the order is not valid", 40025: "the list of departments is not valid", 40066: "the list of departments is not valid",
	40093: "the owner of the department's group is not a member", 60109: "the visibility list is not valid",
	600109: "the visibility list is not valid", 60001: "the department name is not valid",
	60009: "the department name has characters that are not allowed", 60019: "the members of the department cannot be read",
	40023: "the department has reached its number of users", 60002: "the department is too deep in the tree",
	60005: "the department has members", 60006: "the department has sub-departments",
	60007: "the root department cannot be deleted", 60018: "the root department cannot be changed",
	60010: "the department would be its own ancestor", 60110: "the organization has reached its number of departments",
	60510: "the department's permissions cannot be set", 23004: "a system role cannot be changed",
	34018: "the role name or the group is missing",

	// HTTP callbacks.
	71006: "the app has registered a callback already", 400041: "the app has registered a callback already",
	71007: "the app has registered no callback", 400040: "the app has registered no callback",
	71008: "a type of event is not one of those that a callback can have",
	71009: "the URL did not respond with the encrypted success", 400052: "the URL did not respond with the encrypted success",
	71010: "a parameter of the callback is missing or malformed",
	71011: "the URL of the callback is not valid", 400050: "the URL of the callback is not valid",
	71012: "DingTalk cannot reach the URL", 400051: "DingTalk cannot reach the URL",
	71013: "this domain or address may not receive callbacks", 400053: "this domain or address may not receive callbacks",
	400054: "the URL did not respond in time",

	// The form of a request.
	40033: "the request has \\u escapes", 40036: "a parameter is empty", 40068: "the offset is not valid",
	40069: "the page size is not valid", 40070: "the order is not valid", 44002: "the body is empty", 47001: "the body is not valid JSON",
	43001: "the method must be GET", 43002: "the method must be POST", 43003: "the scheme must be https",
	43004: "wrong Content-Type", 43005: "wrong Content-Type", 43009: "the body must be JSON",
	60022: "the text has content that is not allowed",

	// Limits.
	45009: "too many calls", 90018: "the app calls this endpoint too often", 90019: "the app calls this endpoint too often",
	90002: "too many calls to this endpoint from all apps", 90005: "the organization calls this endpoint too often",
	90006: "the app calls this endpoint too often",
	90001: "all calls from this server are blocked for minutes", 90003: "all calls of the organization are blocked for minutes",
	90004: "all calls of the app are blocked for minutes", 90017: "this address uses the credentials of too many organizations",
	90020: "the organization's monthly quota of calls is used up",
}

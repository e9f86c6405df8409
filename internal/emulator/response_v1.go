package emulator

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The new (v1.0) API has hosts and paths of its own. Its successes have no envelope, and its refusals have an HTTP
// status and a string code where the others have a number.

// isV1 reports whether a path belongs to the new API.
func isV1(path string) bool { return strings.HasPrefix(path, "/v1.0/") }

// refusalV1 is the body of a refusal.
type refusalV1 struct {
	Code      string  `json:"code"`
	RequestID string  `json:"requestid"`
	Message   string  `json:"message"`
	Denied    *denial `json:"accessdenieddetail,omitempty"`
}

type denial struct {
	RequiredScopes []string `json:"requiredScopes"`
}

// codeV1 is the counterpart of a numeric code on the new API.
type codeV1 struct {
	status int
	code   string
	text   string // empty: that of the numeric code
}

const (
	throttleTextV1 = "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了"
	notFoundTextV1 = "Specified api is not found, please check your url and method."
)

// codesV1 holds the string codes by numeric code, as far as an operation has none of its own.
//
// Assumed: The string codes of the new (v1.0) API beyond the documented ones: systemError (HTTP 500) for errcode -1,
// Forbidden.AccessDenied.QpsLimitForSuitekeyAndOrgAndApi for errcode 90019, the throttle of a third-party app,
// InvalidAuthentication for a missing token too (HTTP 401), and BadRequest (400) for what is wrong with a value. Where
// something is missing or is no JSON, the code is "Missing" with the name of the parameter or "body". The text of a
// throttle does not name its end. Call.Code is the number that the legacy API has for a string code.
var codesV1 = map[int]codeV1{
	-1:     {http.StatusInternalServerError, "systemError", "系统错误"},
	404:    {http.StatusNotFound, "InvalidAction.NotFound", notFoundTextV1},
	43001:  {http.StatusNotFound, "InvalidAction.NotFound", notFoundTextV1}, // a wrong method
	43002:  {http.StatusNotFound, "InvalidAction.NotFound", notFoundTextV1},
	40000:  {http.StatusUnauthorized, "InvalidAuthentication", ""},
	40014:  {http.StatusBadRequest, "InvalidAuthentication", ""},
	42001:  {http.StatusBadRequest, "accesstoken.expired", ""},
	40035:  {http.StatusBadRequest, "Missing", ""}, // with the name of the parameter
	400002: {http.StatusBadRequest, "BadRequest", ""},
	40089:  {http.StatusBadRequest, "invalidClientIdOrSecret", "无效的clientId或者clientSecret"},
	40096:  {http.StatusBadRequest, "invalidClientIdOrSecret", "无效的clientId或者clientSecret"},
	60011:  {http.StatusForbidden, "Forbidden.AccessDenied.AccessTokenPermissionDenied", ""},
	60020:  {http.StatusForbidden, "Forbidden.AccessDenied.IpNotInWhiteList", ""},
	90002:  {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForApi", throttleTextV1},
	90018:  {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", throttleTextV1},
	90019:  {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForSuitekeyAndOrgAndApi", throttleTextV1},
	90020:  {http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg", throttleTextV1},
}

// operationCodesV1 holds the string codes of operations that have codes of their own.
var operationCodesV1 = map[string]map[int]codeV1{
	contract.GetUserAccessToken.Name: {
		40078: {http.StatusBadRequest, "invalidParameter.authCode.notFound", "不合法的临时授权码"},
		60020: {http.StatusBadRequest, "invalidParameter.authCode.notFound", "不合法的临时授权码"},
	},
	contract.GetCorpToken.Name: {
		-1:     {http.StatusInternalServerError, "server.error", "系统错误"},
		400002: {http.StatusBadRequest, "unsupported.grant.type", "不支持的grant_type"},
	},
	contract.GetMe.Name:            {60121: {http.StatusNotFound, "invalidParameter.user.notFound", "找不到该用户"}},
	contract.GetUserAuthRules.Name: {-1: {http.StatusInternalServerError, "system.busy", "系统繁忙"}},
	contract.GetAdminByCode.Name: {
		40078: {http.StatusBadRequest, "invalidCode", "无效的授权码"},
		40014: {http.StatusBadRequest, "invalidToken", "无效的token"},
	},
	contract.SearchUsers.Name:            searchCodesV1,
	contract.SearchDepartments.Name:      searchCodesV1,
	contract.EnableOrgAccount.Name:       accountCodesV1("user.not.exist"),
	contract.DisableOrgAccount.Name:      accountCodesV1("user.not.exist"),
	contract.SignOutOrgAccount.Name:      accountCodesV1("user.not.exist"),
	contract.GetOrgAccountStatus.Name:    accountCodesV1("user.not.exist"),
	contract.ListOwnedOrganizations.Name: accountCodesV1("employee.not.exist"),
	contract.GetSeniorSettings.Name:      seniorCodesV1,
	contract.UpdateSeniorSettings.Name:   seniorCodesV1,
	contract.GetOrgAuthInfo.Name:         {-1: {http.StatusInternalServerError, "service.system.error", "系统错误"}},
	contract.GetInviteInfo.Name:          {-1: {http.StatusInternalServerError, "invalid.system.errror", "系统错误"}}, // sic
	contract.GetJSAPITicket.Name:         {-1: {http.StatusInternalServerError, "systemBusy", "系统繁忙"}},
	contract.ListLeaveRecords.Name: {
		-1:     {http.StatusInternalServerError, "system.error", "系统错误"},
		400002: {http.StatusBadRequest, "invalidParameter.param.invalid", "入参错误"},
	},
	contract.ListDismissedUserIDs.Name: {400002: {http.StatusBadRequest, "invalidParameter", "参数错误"}},
	contract.GetDismissionInfo.Name:    {400002: {http.StatusBadRequest, "invalidParameter", "员工 id列表大小不在[1,50]范围"}},
}

// searchCodesV1 holds the string codes of the searches.
var searchCodesV1 = map[int]codeV1{
	400002: {http.StatusBadRequest, "parameter.error", "参数错误"},
	-1:     {http.StatusInternalServerError, "system.busy", "系统错误"},
}

// codeV1For returns the string code of an operation for a numeric one.
func codeV1For(op string, code int) (codeV1, bool) {
	if own, ok := operationCodesV1[op][code]; ok {
		return own, true
	}
	c, ok := codesV1[code]
	return c, ok
}

// failedV1 returns the response of a refusal on the new API.
func failedV1(op string, r *refusal) response {
	c, known := codeV1For(op, r.code)
	switch {
	case r.v1 != codeV1{}:
		c = r.v1
	case !known:
		c = codesV1[400002]
	case r.parameter != "":
		c = codeV1{c.status, c.code + r.parameter, r.parameter + " is mandatory for this action."}
	}
	body := refusalV1{Code: c.code, Message: cmp.Or(c.text, r.message()), RequestID: uuid()}
	if r.scope != "" {
		body.Denied = &denial{[]string{r.scope}}
	}
	return response{
		status: c.status, contentType: "application/json;charset=utf-8", body: encode(body),
		code: r.code, reason: c.code, message: body.Message, requestID: body.RequestID,
	}
}

// succeedV1 returns the response of a success on the new API. The request ID is in a header.
func succeedV1(payload []byte) response {
	id := uuid()
	return response{
		status: http.StatusOK, contentType: "application/json", body: payload,
		requestID: id, header: http.Header{"X-Acs-Request-Id": {id}},
	}
}

// supports returns an error for a fault whose response on an operation is not known: a test against an invented response
// would prove nothing.
func (rt *route) supports(f Fault) error {
	switch {
	case rt.page != nil && (f.kind == refused || f.kind == omitted || f.kind == badJSON):
		return fmt.Errorf("%s is a page, which has no codes and no fields", rt.Name)
	case f.kind != refused:
		return nil
	case f.v1 != codeV1{}:
		if rt.API == contract.Legacy {
			return fmt.Errorf("%s refuses with numeric codes", rt.Name)
		}
		return nil
	case f.code == remoteCode && !isGatewayPath(rt.Path):
		return fmt.Errorf("the gateway, whose errcode %d is, does not serve %s", f.code, rt.Name)
	case rt.API == contract.Legacy:
		return nil
	}
	_, known := codeV1For(rt.Name, f.code)
	// The token of a call without one cannot be refused, and what is wrong with a value depends on the value.
	tokenless := rt.Credential == contract.NoToken && slices.Contains([]int{40000, 40014, 42001}, f.code)
	if !known || tokenless || slices.Contains([]int{40035, 400002}, f.code) {
		return fmt.Errorf("%s refuses with string codes, and the one for %d is not known: use StringCode", rt.Name, f.code)
	}
	return nil
}

// uuid returns a random UUID in upper case, as the requestid of the new API.
func uuid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := strings.ToUpper(hex.EncodeToString(b))
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

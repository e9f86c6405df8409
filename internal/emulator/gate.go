package emulator

import (
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// gates runs the checks that come before a call's own: token, address, permission, rate. Their order on
// the service was not observed; here it is fixed.
func (s *Server) gates(r *request, rt *route) error {
	if !rt.Anonymous {
		switch value := r.token(); {
		case strings.TrimSpace(value) == "":
			return &refusal{code: 40000, text: "access_token is blank", gateway: true}
		case value != s.token.value || !s.token.liveAt(s.now()):
			return tokenRefused()
		}
	}
	if len(s.config.allowedIPs) > 0 && !slices.Contains(s.config.allowedIPs, r.ip) {
		return &refusal{
			code: 60020, gateway: true,
			text: "访问ip不在白名单之中,request ip=" + r.ip + " appKey(" + s.config.clientID + ")",
		}
	}
	if slices.Contains(s.config.withoutScopes, rt.Permission) {
		return s.permissionMissing(rt)
	}
	if until, ok := s.throttle(rt.Name); !ok {
		return s.throttled(until)
	}
	return nil
}

func tokenRefused() error { return &refusal{code: 40014, gateway: true} }

// permissionMissing names the missing permission point twice, as the service does: in a link to the
// console and at the end.
func (s *Server) permissionMissing(rt *route) error {
	point := rt.Permission
	if point == "" {
		point = "qyapi_base" // what the international documentation names for the token
	}
	return &refusal{
		code: 60011, gateway: true, scope: point,
		text: "应用尚未开通所需的权限：[" + point + "]，点击链接申请并开通即可：" +
			"https://open-dev.dingtalk.com/appscope/apply?content=" + s.config.clientID + "%23" + point +
			" {requiredScopes=[" + point + "]}",
	}
}

// token reads the access token from the query, then from a form. A token in a JSON body is not read.
func (r *request) token() string {
	if value := r.query.Get("access_token"); value != "" {
		return value
	}
	return r.form.Get("access_token")
}

// check holds the arguments against the table: required fields first, then sizes and values, each in the
// documented order.
func (rt *route) check(a args) error {
	for _, f := range rt.Request {
		if f.Required && a.empty(f.Name) {
			return rt.missing(f.Name)
		}
	}
	return limits(rt.Request, a)
}

func limits(spec []contract.Field, a args) error {
	for _, f := range spec {
		if err := limit(f, a[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

package emulator

import "slices"

// admit runs the checks of the gateway, which come before those of the operation: token, address, permission, rate.
// Their order on the service was not observed; here it is fixed.
//
// Assumed: The order of the checks: token, address, permission, rate, then those of the operation, required fields
// first.
func (s *Server) admit(r *request, rt *route) error {
	if r.admin {
		return nil
	}
	if err := s.authorize(r, rt); err != nil {
		return err
	}
	if !s.addressAllowed(r) {
		return s.addressRefused(r)
	}
	if slices.Contains(s.withoutScopes, rt.Permission) || r.tenant != nil && rt.posts {
		return s.permissionMissing(rt)
	}
	if r.tenant != nil {
		if until, ok := s.throttle(r.tenant.windows, rt.Name); !ok {
			return s.tenantThrottled(until)
		}
		return nil
	}
	if until, ok := s.throttle(s.windows, rt.Name); !ok {
		return s.throttled(until)
	}
	return nil
}

// addressRefused refuses a call and names its address and the app, as the service does.
func (s *Server) addressRefused(r *request) *refusal {
	return &refusal{
		code: 60020, gateway: true,
		text: "访问ip不在白名单之中,request ip=" + r.ip + " appKey(" + s.config.clientID + ")",
	}
}

// permissionMissing refuses a call and names the missing permission point twice, as the service does: in a link to the
// console and at the end.
func (s *Server) permissionMissing(rt *route) *refusal {
	point := rt.Permission
	if point == "" {
		point = "qyapi_base" // what the international documentation names for the token
	}
	return &refusal{
		code: 60011, gateway: true, scope: point,
		text: "应用尚未开通所需的权限：[" + point + "]，点击链接申请并开通即可：" +
			"https://open-dev.dingtalk.com/appscope/apply?content=" + s.config.clientID + "%23" + point +
			", {requiredScopes=[" + point + "]}",
	}
}

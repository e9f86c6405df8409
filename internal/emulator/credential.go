package emulator

import (
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// authorize checks what a call proves the caller's identity with.
func (s *Server) authorize(r *request, rt *route) error {
	switch {
	case rt.Credential == contract.NoToken:
		return nil
	case rt.Credential == contract.Signature:
		return s.checkSignature(r, signatureFields)
	case rt.Credential == contract.SuiteSignature:
		return s.checkSignature(r, suiteSignatureFields)
	case rt.API == contract.New:
		return s.authorizeV1(r, rt)
	}
	if rt.Credential == contract.AppToken {
		if r.tenant = s.tenantOf(r.accessToken()); r.tenant != nil {
			return nil
		}
	}
	expected := s.token
	if rt.Credential == contract.SSOToken {
		expected = s.ssoToken
	}
	switch value := r.accessToken(); {
	case strings.TrimSpace(value) == "":
		return &refusal{code: 40000, text: "access_token is blank", gateway: true}
	case value != expected.value || !expected.liveAt(s.now()):
		return tokenRefused()
	}
	return nil
}

// authorizeV1 checks the token in the header, of which the new API has several kinds.
//
// Assumed: The new (v1.0) API reads no token from the query and none from an Authorization header. A live token of
// another kind than the operation takes is refused like a missing permission, but by ssoUserInfo as invalid.
func (s *Server) authorizeV1(r *request, rt *route) error {
	kind, code := s.kindOf(r.tokenHeader)
	switch {
	case strings.TrimSpace(r.tokenHeader) == "":
		return &refusal{code: 40000, text: "access_token is blank", gateway: true}
	case code != 0:
		return &refusal{code: code, gateway: true}
	case kind == rt.Credential:
		r.tenant = s.tenantOf(r.tokenHeader)
		return nil
	case rt.Credential == contract.SSOToken:
		return tokenRefused()
	}
	return s.permissionMissing(rt)
}

// kindOf returns what a token is, or the code that refuses one that is not live.
func (s *Server) kindOf(token string) (kind contract.Credential, code int) {
	now := s.now()
	switch {
	case token == s.token.value && s.token.liveAt(now):
		return contract.AppToken, 0
	case s.tenantOf(token) != nil:
		return contract.AppToken, 0
	case s.provider.tokens[token].liveAt(now):
		return contract.SuiteToken, 0
	case token == s.ssoToken.value && s.ssoToken.liveAt(now):
		return contract.SSOToken, 0
	}
	user, known := s.sessions.tokens[token]
	switch {
	case !known:
		return 0, 40014
	case !now.Before(user.expires):
		return 0, 42001
	}
	return contract.UserToken, 0
}

func tokenRefused() *refusal { return &refusal{code: 40014, gateway: true} }

// accessToken reads the access token from the query, then from a form. A token in a JSON body is not read.
func (r *request) accessToken() string {
	if value := r.query.Get("access_token"); value != "" {
		return value
	}
	return r.form.Get("access_token")
}

// addressAllowed reports whether the app may be called from the address of a call.
func (s *Server) addressAllowed(r *request) bool {
	return len(s.allowedIPs) == 0 || slices.Contains(s.allowedIPs, r.ip)
}

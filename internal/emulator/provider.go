package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// provider holds what belongs to the app as one of a third party: the organizations that have authorized it, its ticket, and
// the tokens of the app itself.
//
// Assumed: A ticket ends with the next one, and the tokens that were obtained with it do not. A corp token lives until its
// end beside those that were made later, and ends with the authorization: it is refused like an unknown one. With a corp
// token the app has the permission points of the app, sees the whole organization, and gets neither mobile nor state_code,
// and none of the other fields that WithoutPersonalInfo withholds. It can register no callback.
type provider struct {
	tenants map[string]*tenant // by corpId
	ticket  string             // empty: none was sent
	tokens  map[string]token   // of the app itself
}

// tenant is an organization that has authorized the app.
type tenant struct {
	organization
	agentID int64
	tokens  map[string]token
	ticket  ticket
	windows map[string]*window // by operation name
	pending []directory.Change // not yet in the feed
}

func newProvider() provider {
	return provider{tenants: map[string]*tenant{}, tokens: map[string]token{}}
}

// The beginnings of the secrets that a provider gets.
const (
	corpTokenPrefix   = "corptoken"
	suiteTokenPrefix  = "suitetoken"
	suiteTicketPrefix = "suiteticket"
	permanentPrefix   = "permanent"
)

// firstAgentID is the agent ID of the app in the first organization that has authorized it.
const firstAgentID = 3_100_000_001

// Authorize makes an organization of WithOtherOrganization authorize the app, and sends org_suite_auth.
func (s *Server) Authorize(corpID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.others, func(o organization) bool { return o.CorpID == corpID })
	switch {
	case i < 0:
		return fmt.Errorf("no other organization has the corpId %q", corpID)
	case s.provider.tenants[corpID] != nil:
		return fmt.Errorf("the organization %s has authorized the app already", corpID)
	}
	t := &tenant{
		organization: s.others[i], agentID: firstAgentID + int64(len(s.provider.tenants)),
		tokens: map[string]token{}, windows: map[string]*window{},
	}
	t.people.Observe(func(c directory.Change) { t.pending = append(t.pending, c) })
	s.provider.tenants[corpID] = t
	s.publishFor(corpID, orgSuiteAuth, s.newSuiteAuthBody(t))
	s.notifyOrgChanged()
	return nil
}

// EndAuthorization makes an organization end its authorization, and sends org_suite_relieve.
func (s *Server) EndAuthorization(corpID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.provider.tenants[corpID]
	if t == nil {
		return fmt.Errorf("the organization %q has not authorized the app", corpID)
	}
	t.people.Observe(nil)
	delete(s.provider.tenants, corpID)
	s.publishFor(corpID, orgSuiteRelieve, struct{}{})
	s.notifyOrgChanged()
	return nil
}

// endAuthorizations forgets what a provider has, and sends no events.
func (s *Server) endAuthorizations() {
	for _, t := range s.provider.tenants {
		t.people.Observe(nil)
	}
	s.provider = newProvider()
}

// SendSuiteTicket makes a ticket, which ends the one before, sends it in suite_ticket, and returns it.
func (s *Server) SendSuiteTicket() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.provider.ticket = newSecret(suiteTicketPrefix)
	s.publish(suiteTicket, suiteTicketBody{s.provider.ticket})
	return s.provider.ticket
}

// tenantOf returns the organization for which a token was made, or nil.
func (s *Server) tenantOf(value string) *tenant {
	if !strings.HasPrefix(value, corpTokenPrefix) {
		return nil
	}
	now := s.now()
	for _, t := range s.provider.tenants {
		if made, known := t.tokens[value]; known && made.liveAt(now) {
			return t
		}
	}
	return nil
}

// actFor makes a call meet the organization of a tenant, until the function that it returns is called.
func (s *Server) actFor(t *tenant) (restore func()) {
	org, jsapi, own := s.org, s.ticket, s.access
	s.org, s.ticket = t.people, t.ticket
	s.withoutMobile, s.withoutPersonal = true, true
	return func() {
		t.ticket = s.ticket
		s.org, s.ticket, s.access = org, jsapi, own
	}
}

// makeToken makes a token, and forgets those that have expired. Its life is in seconds.
func (s *Server) makeToken(tokens map[string]token, prefix string) (value string, life int64) {
	now := s.now()
	for value, made := range tokens {
		if !made.liveAt(now) {
			delete(tokens, value)
		}
	}
	value = newSecret(prefix)
	tokens[value] = token{value: value, expires: now.Add(s.config.tokenLifetime)}
	return value, int64(s.config.tokenLifetime / time.Second)
}

// The refusals of a provider's calls.
var (
	errUnauthorizedClient = &refusal{code: 60011, v1: codeV1{http.StatusUnauthorized, "unauthorized.client", "企业未授权该应用"}}
	errInvalidClient      = &refusal{code: 40089, v1: codeV1{http.StatusBadRequest, "invalid.client", "无效的client_id或者client_secret"}}
	errInvalidSuiteKey    = &refusal{code: 40088, v1: codeV1{http.StatusBadRequest, "invalidSuiteKey", "无效的suiteKey"}}
	errInvalidSuiteTicket = &refusal{code: 40085, v1: codeV1{http.StatusBadRequest, "invalidSuiteTicket", "无效的suiteTicket"}}
	errInvalidAuthInfo    = &refusal{code: 60011, v1: codeV1{http.StatusBadRequest, "invalidAuthInfo", "企业未开通该应用"}}
	errOrgNotExist        = &refusal{code: 33001, v1: codeV1{http.StatusBadRequest, "orgNotExist", "企业不存在"}}
	errOrgNotAuthApp      = &refusal{code: 60011, v1: codeV1{http.StatusBadRequest, "orgNotAuthApp", "企业未授权应用"}}
)

// corpTokensPath is the path below which each organization has a token, under its corpId and "/token".
const corpTokensPath = "/v1.0/oauth2/"

type corpTokenRequest struct {
	ClientID     string `arg:"client_id"`
	ClientSecret string `arg:"client_secret"`
	GrantType    string `arg:"grant_type"`
}

// getCorpToken makes a token for an organization.
//
// Assumed: {corpId}/token makes another token each time, as corpAccessToken does. For the organization of the app it returns
// the app's token. An organization that does not exist is refused like one that has not authorized the app.
func (s *Server) getCorpToken(r *request, q corpTokenRequest) (any, error) {
	if q.ClientID != s.config.clientID || q.ClientSecret != s.config.clientSecret {
		return nil, errInvalidClient
	}
	corpID := strings.TrimSuffix(strings.TrimPrefix(r.path, corpTokensPath), "/token")
	if corpID == directory.CorpID {
		value, life, _ := s.issueToken(q.ClientID, q.ClientSecret)
		return tokenResponse{value, life}, nil
	}
	t := s.provider.tenants[corpID]
	if t == nil {
		return nil, errUnauthorizedClient
	}
	value, life := s.makeToken(t.tokens, corpTokenPrefix)
	return tokenResponse{value, life}, nil
}

type suiteCorpTokenRequest struct {
	suiteTokenRequest
	AuthCorpID string `arg:"authCorpId"`
}

// getSuiteCorpToken makes a token for an organization.
//
// Assumed: corpAccessToken refuses a wrong suiteSecret like a wrong suiteKey.
func (s *Server) getSuiteCorpToken(q suiteCorpTokenRequest) (any, error) {
	if err := s.checkSuite(q.suiteTokenRequest, errInvalidSuiteKey); err != nil {
		return nil, err
	}
	t := s.provider.tenants[q.AuthCorpID]
	if t == nil {
		return nil, errInvalidAuthInfo
	}
	value, life := s.makeToken(t.tokens, corpTokenPrefix)
	return oauth2TokenResponse{value, life}, nil
}

type suiteTokenRequest struct {
	SuiteKey    string `arg:"suiteKey"`
	SuiteSecret string `arg:"suiteSecret"`
	SuiteTicket string `arg:"suiteTicket"`
}

// getSuiteToken makes a token of the app itself.
func (s *Server) getSuiteToken(q suiteTokenRequest) (any, error) {
	if err := s.checkSuite(q, refuse(40096)); err != nil {
		return nil, err
	}
	value, life := s.makeToken(s.provider.tokens, suiteTokenPrefix)
	return oauth2TokenResponse{value, life}, nil
}

func (s *Server) checkSuite(q suiteTokenRequest, wrong error) error {
	switch {
	case q.SuiteKey != s.config.clientID, q.SuiteSecret != s.config.clientSecret:
		return wrong
	case q.SuiteTicket != s.provider.ticket:
		return errInvalidSuiteTicket
	}
	return nil
}

package tenants

import (
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// refusedFor is how long the calls of an organization that has not authorized the app, or has ended that, are refused without a
// request. It is short because another process may have received the event that the organization has authorized the app.
const refusedFor = time.Minute

// Why the calls of an organization are refused.
var (
	errEnded         = errors.New("the organization has ended its authorization")
	errNotAuthorized = errors.New("the organization has not authorized the app")
)

// authorization is what is known of the authorization of an organization.
type authorization struct {
	at      time.Time // of the latest event about it, by DingTalk's clock
	arrived time.Time // when that event came
	until   time.Time // until then calls are refused without a request
	cause   error     // why they are
}

// authorizationOf returns what is known of an organization. The mutex is held.
func (t *Tenants) authorizationOf(corpID string) *authorization {
	known := t.authorizations[corpID]
	if known == nil {
		known = &authorization{}
		t.authorizations[corpID] = known
	}
	return known
}

// change notes at what time an organization has authorized the app, or has changed or ended that, and reports whether the
// event is not older than the last one. The client of an organization that has ended its authorization is forgotten.
func (t *Tenants) change(corpID string, at time.Time, ends bool) bool {
	if corpID == "" {
		return true // the event does not say whose it is
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.authorizationOf(corpID)
	if at.Before(known.at) && !at.IsZero() {
		return false
	}
	now := time.Now()
	*known = authorization{at: at, arrived: now}
	if ends {
		known.until, known.cause = now.Add(refusedFor), errEnded
		delete(t.tenants, corpID)
	}
	return true
}

// noteRefusal forgets the client of an organization for which the service has refused a token, which was requested at a time,
// because the organization has not authorized the app.
func (t *Tenants) noteRefusal(corpID string, requested time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.authorizationOf(corpID)
	if known.arrived.After(requested) {
		return // it may have authorized the app since
	}
	known.until, known.cause = time.Now().Add(refusedFor), errNotAuthorized
	delete(t.tenants, corpID)
}

// refusal returns why the calls of an organization are refused without a request, or nil.
func (t *Tenants) refusal(corpID string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refusalLocked(corpID, now)
}

func (t *Tenants) refusalLocked(corpID string, now time.Time) error {
	if known := t.authorizations[corpID]; known != nil && now.Before(known.until) {
		return &failure{dingtalk.ErrPermission, known.cause}
	}
	return nil
}

// isNotAuthorized reports whether the error of a call means that the service refused a token because the organization has not
// authorized the app.
func isNotAuthorized(op string, err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (op == "GetCorpToken" && e.Reason == "unauthorized.client" || op == "GetSuiteCorpToken" && e.Reason == "invalidAuthInfo")
}

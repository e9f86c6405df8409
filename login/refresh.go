package login

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// refreshMemory is how long the result of a refresh is kept for those who come late with the same refresh token: requests
// of one browser that load the old Session before the first of them has stored the new one.
const refreshMemory = time.Minute

// refresh is a refresh with one refresh token.
type refresh struct {
	turn    chan struct{} // holds one element while no call refreshes
	calls   int           // that wait for their turn or have it
	until   time.Time     // when the result is forgotten; zero while there is none
	session *Session
	err     error
}

// Refresh returns a Session with new tokens in place of s, whose access token has expired or soon will. It spends the
// refresh token: store the new Session, all of it, before anything else. One refresh runs at a time for a refresh token;
// calls with the same one, up to a minute later, return the same result. Processes that share sessions must see to that
// themselves, because concurrent refreshes invalidate each other.
//
// The error matches dingtalk.ErrInvalidAuthCode, or perhaps dingtalk.ErrInvalidArgument, if the refresh token is spent or
// has expired, and dingtalk.ErrOutcomeUnknown if it may be spent: the user has to sign in again. After any other error s
// is still good.
func (f *Flow) Refresh(ctx context.Context, s *Session) (*Session, error) {
	if s == nil || s.RefreshToken.IsZero() {
		return nil, refuse("Refresh", dingtalk.ErrInvalidArgument, "there is no refresh token; let the user sign in again")
	}
	if ctx == nil {
		return nil, refuse("Refresh", dingtalk.ErrInvalidArgument, "the context is nil")
	}
	r := f.join(s.RefreshToken)
	defer f.leave(r)
	select {
	case <-r.turn:
	case <-ctx.Done():
		return nil, &dingtalk.Error{Op: "login.Refresh", Err: ctx.Err()}
	}
	defer func() { r.turn <- struct{}{} }()
	if f.kept(r) {
		return r.result()
	}
	session, err := f.grant(ctx, dingtalk.GetUserAccessTokenRequest{RefreshToken: s.RefreshToken})
	if err == nil {
		// The response to a refresh may lack what remains the same.
		session.CorpID = cmp.Or(session.CorpID, s.CorpID)
		if session.RefreshToken.IsZero() {
			session.RefreshToken = s.RefreshToken
		}
	}
	if err != nil && !errors.Is(err, dingtalk.ErrOutcomeUnknown) && !errors.Is(err, dingtalk.ErrInvalidAuthCode) {
		return nil, err // the refresh token is as good as before
	}
	f.keep(r, session, err)
	return r.result()
}

// result returns a copy of the result, so that callers do not share it.
func (r *refresh) result() (*Session, error) {
	if r.err != nil {
		return nil, r.err
	}
	session := *r.session
	return &session, nil
}

// join returns the refresh with a refresh token, and forgets those that no call is in and whose result, if they have one,
// is over.
func (f *Flow) join(token dingtalk.Secret) *refresh {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(f.refreshes, func(_ dingtalk.Secret, r *refresh) bool { return r.calls == 0 && !now.Before(r.until) })
	r := f.refreshes[token]
	if r == nil {
		r = &refresh{turn: make(chan struct{}, 1)}
		r.turn <- struct{}{}
		f.refreshes[token] = r
	}
	r.calls++
	return r
}

// leave ends the part of a call in a refresh.
func (f *Flow) leave(r *refresh) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r.calls--
}

// kept reports whether there is a result. The caller must have the turn.
func (f *Flow) kept(r *refresh) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !r.until.IsZero()
}

// keep keeps a result for a while. The caller must have the turn.
func (f *Flow) keep(r *refresh, session *Session, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r.session, r.err, r.until = session, err, time.Now().Add(refreshMemory)
}

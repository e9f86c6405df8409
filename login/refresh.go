package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// refreshMemory is how long the result of a refresh is kept for those who come late with the same refresh token: requests
// of one browser that load the old Session before the first of them has stored the new one.
const refreshMemory = time.Minute

// refreshTimeout is how long a refresh may take, with all its waits.
const refreshTimeout = time.Minute

// refresh is a refresh with one refresh token.
type refresh struct {
	done    chan struct{} // closed at its end
	until   time.Time     // when the result is forgotten; zero before the end
	session *Session
	err     error
}

// Refresh returns a Session with new tokens in place of s, whose access token has expired or soon will. It spends the
// refresh token: store the new Session, all of it, before anything else. One refresh runs at a time for a refresh token;
// calls with the same one, up to a minute later, return the same result. Processes that share sessions must see to that
// themselves, because concurrent refreshes invalidate each other.
//
// If ctx ends first, as that of a request whose browser has gone, the refresh goes on, for other calls with s.
//
// The error matches dingtalk.ErrInvalidAuthCode, or perhaps dingtalk.ErrInvalidArgument, if the refresh token is spent or
// has expired, and dingtalk.ErrOutcomeUnknown if it may be spent: the user has to sign in again. After any other error
// call Refresh again, within a minute if ctx has ended.
func (f *Flow) Refresh(ctx context.Context, s *Session) (*Session, error) {
	if s == nil || s.RefreshToken.IsZero() {
		return nil, refuse("Refresh", dingtalk.ErrInvalidArgument, "there is no refresh token; let the user sign in again")
	}
	if ctx == nil {
		return nil, refuse("Refresh", dingtalk.ErrInvalidArgument, "the context is nil")
	}
	if ctx.Err() != nil {
		return nil, &dingtalk.Error{Op: "login.Refresh", Err: ctx.Err()}
	}
	r := f.refresh(ctx, *s)
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, &dingtalk.Error{Op: "login.Refresh", Err: ctx.Err()}
	}
	if r.err != nil {
		return nil, r.err
	}
	session := *r.session // callers do not share it
	return &session, nil
}

// refresh returns the refresh with the refresh token of s. It begins one unless one is running or has just ended.
func (f *Flow) refresh(ctx context.Context, s Session) *refresh {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(f.refreshes, func(_ dingtalk.Secret, r *refresh) bool { return !r.until.IsZero() && !now.Before(r.until) })
	r := f.refreshes[s.RefreshToken]
	if r == nil {
		r = &refresh{done: make(chan struct{})}
		f.refreshes[s.RefreshToken] = r
		go f.run(context.WithoutCancel(ctx), r, s)
	}
	return r
}

// run obtains the result of a refresh. A middleware or a transport that panics, or ends the goroutine, does not end the
// program.
func (f *Flow) run(ctx context.Context, r *refresh, s Session) {
	ctx, cancel := context.WithTimeout(ctx, refreshTimeout)
	defer cancel()
	var session *Session
	err := error(refuse("Refresh", dingtalk.ErrOutcomeUnknown, "the refresh ended its goroutine; let the user sign in again"))
	defer func() {
		if p := recover(); p != nil {
			err = refuse("Refresh", dingtalk.ErrOutcomeUnknown, fmt.Sprintf("the refresh panicked (%T); let the user sign in again", p))
		}
		f.end(r, s.RefreshToken, session, err)
	}()
	session, err = f.grant(ctx, dingtalk.GetUserAccessTokenRequest{RefreshToken: s.RefreshToken})
	if err == nil {
		// The response to a refresh may lack what remains the same.
		session.CorpID = cmp.Or(session.CorpID, s.CorpID)
		if session.RefreshToken.IsZero() {
			session.RefreshToken = s.RefreshToken
		}
	}
}

// end ends a refresh. Its result is kept for a while, unless the refresh token is as good as before.
func (f *Flow) end(r *refresh, token dingtalk.Secret, session *Session, err error) {
	defer close(r.done) // after everything else, so that Refresh returns to a Flow at rest
	f.mu.Lock()
	defer f.mu.Unlock()
	r.session, r.err, r.until = session, err, time.Now().Add(refreshMemory)
	if err != nil && !errors.Is(err, dingtalk.ErrOutcomeUnknown) && !errors.Is(err, dingtalk.ErrInvalidAuthCode) {
		delete(f.refreshes, token)
	}
}

package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// startElement is the last element of the path with which the handler begins.
const startElement = "start"

// HandlerOption sets an option of Flow.Handler.
type HandlerOption func(*handler)

// minKey is the shortest key in bytes.
const minKey = 16

// WithKeys sets the keys that sign the handler's cookie, of 16 random bytes or more. The first signs, and all are
// accepted, so that a key can be rotated: put the new one first, and drop the old one ten minutes later. Without this
// option the key is random, for this process alone: a sign-in that begins in one process and ends in another, or after a
// restart, is refused with ErrState. A key that is too short panics.
func WithKeys(keys ...dingtalk.Secret) HandlerOption {
	for _, key := range keys {
		if len(key.Reveal()) < minKey {
			panic("login: WithKeys: a key of less than 16 bytes")
		}
	}
	return func(h *handler) { h.keys = keys }
}

// handler signs people in, in the browser.
type handler struct {
	flow *Flow
	done func(http.ResponseWriter, *http.Request, *Member, error)
	keys []dingtalk.Secret
}

// Handler returns a handler that signs people in, in the browser. A GET of the path whose last element is "start" begins,
// with the parameter return, the path of this site to return to. A GET of the path with the last element of RedirectURL is
// the return from the login page, and ends with done: with a member, or with an error, never with both. No other path is
// served.
//
//	mux.Handle("/login/", flow.Handler(done)) // RedirectURL: https://app.example.com/login/callback
//
// The handler remembers the state and the path to return to in a cookie that is signed, HttpOnly, and SameSite=Lax. It
// lasts ten minutes and is removed at the return. A browser without it, or with another state, is refused with ErrState: a
// browser has one sign-in at a time, the latest. A second return with the same address fails on its spent code. done
// writes the response, and gets the rest from the request: see ReturnPath and SessionOf. See WithKeys for more than one
// process.
func (f *Flow) Handler(done func(w http.ResponseWriter, r *http.Request, m *Member, err error), opts ...HandlerOption) http.Handler {
	if done == nil {
		panic("login: Handler: done is nil")
	}
	h := &handler{flow: f, done: done}
	for _, opt := range opts {
		opt(h)
	}
	if len(h.keys) == 0 {
		h.keys = []dingtalk.Secret{dingtalk.NewSecret(rand.Text())}
	}
	return h
}

// ServeHTTP begins or ends a sign-in.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve := map[string]http.HandlerFunc{
		startElement: h.start, lastElement(h.flow.redirect.Path): h.end,
	}[lastElement(r.URL.Path)]
	switch {
	case serve == nil:
		http.NotFound(w, r)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	default:
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer") // the address has a code
		serve(w, r)
	}
}

// lastElement returns the last element of a path, which is "/" for an empty path.
func lastElement(p string) string { return path.Base("/" + p) }

// start sends the browser to the login page.
func (h *handler) start(w http.ResponseWriter, r *http.Request) {
	p := pending{
		State: rand.Text(), Return: safeReturn(r.URL.Query().Get("return")), Expires: time.Now().Add(stateLife).Unix(),
	}
	http.SetCookie(w, h.cookie(h.seal(p)))
	http.Redirect(w, r, h.flow.AuthURL(p.State), http.StatusFound)
}

// end takes the user back from the login page.
func (h *handler) end(w http.ResponseWriter, r *http.Request) {
	p, err := h.begun(w, r)
	var (
		session *Session
		member  *Member
	)
	if err == nil {
		session, member, err = h.signIn(r)
	}
	if err != nil {
		session, member = nil, nil // no user is half signed in
	}
	ctx := context.WithValue(r.Context(), returnKey{}, returned{p.Return, session})
	h.done(w, r.WithContext(ctx), member, err)
}

// begun returns the sign-in that this browser began, if the request is its return, and removes the cookie. That of another
// sign-in stays, so that neither a second tab nor a forged return ends it.
func (h *handler) begun(w http.ResponseWriter, r *http.Request) (pending, error) {
	cookie, err := r.Cookie(h.cookieName())
	if err != nil {
		return pending{}, refuseState("the sign-in was not begun in this browser, which has no cookie of it; let the user start again")
	}
	p, ok := h.open(cookie.Value)
	if ok && subtle.ConstantTimeCompare([]byte(p.State), []byte(r.URL.Query().Get("state"))) != 1 {
		return pending{}, refuseState("the state is that of another sign-in; let the user start again")
	}
	http.SetCookie(w, h.cookie(""))
	if !ok {
		return pending{}, refuseState("the sign-in began more than ten minutes ago, or elsewhere; let the user start again")
	}
	return p, nil
}

// signIn exchanges the code of the request.
func (h *handler) signIn(r *http.Request) (*Session, *Member, error) {
	query := r.URL.Query()
	code := query.Get("authCode")
	if code == "" {
		code = query.Get("code")
	}
	if reason := query.Get("error"); reason != "" {
		return nil, nil, refuse("Handler", dingtalk.ErrPermission, "the login page returned the error "+short(reason)+"; the user may have refused")
	}
	session, err := h.flow.Exchange(r.Context(), code)
	if err != nil {
		return nil, nil, err
	}
	member, err := h.flow.Member(r.Context(), session)
	return session, member, err
}

// maxReason is the most of an error's name that is shown: it comes from an address that anyone can write.
const maxReason = 64

func short(reason string) string {
	return strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
}

type returnKey struct{}

// returned is what a request knows after the return.
type returned struct {
	path    string
	session *Session
}

// ReturnPath returns the path to return to, from the request that done of Flow.Handler gets. It is "/" if the start named
// none, or an address of another site.
func ReturnPath(r *http.Request) string {
	if v, ok := r.Context().Value(returnKey{}).(returned); ok {
		return safeReturn(v.path)
	}
	return "/"
}

// SessionOf returns the Session of the member, from the request that done of Flow.Handler gets, or nil after an error.
func SessionOf(r *http.Request) *Session {
	v, _ := r.Context().Value(returnKey{}).(returned)
	return v.session
}

// maxReturn is the longest path to return to, so that the cookie stays small.
const maxReturn = 1024

// safeReturn returns a path of this site, or "/" in place of anything else. Browsers take a backslash for a slash, and
// leave out control characters.
func safeReturn(to string) string {
	u, err := url.Parse(to)
	if err != nil || len(to) > maxReturn || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || r <= ' ' || r == 0x7f }) || u.Host != "" {
		return "/"
	}
	return to
}

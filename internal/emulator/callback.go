package emulator

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Callback describes the HTTP callback of the app.
type Callback struct {
	URL     string       // where events are posted
	Handler http.Handler // takes them in memory in place of the URL; nil: they go over the network
	Owner   string       // at the end of each message
	Types   []string     // the types of events that are sent; nil: all

	SyncHTTP       bool     // send the events of a third-party app in the form of SyncHTTP push
	Live           bool     // send messages in the form seen live in place of the documented one
	SignatureNames []string // the query parameters with the signature; nil: msg_signature and signature
}

// callback is the HTTP callback that the app has.
type callback struct {
	Callback
	seal       seal
	suiteKey   string
	aesKey     string
	registered bool // by a call of the app, and not in the developer console
}

// newCallback returns a callback, or a refusal.
func newCallback(c Callback, token, aesKey string) (*callback, error) {
	key, ok := decodeKey(aesKey)
	switch {
	case !callbackToken.MatchString(token):
		return nil, refuse(71010, "token must be 3 to 63 letters and digits")
	case !ok:
		return nil, refuse(71010, "aes_key must be 43 letters and digits")
	}
	if u, err := url.Parse(c.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, refuse(71011)
	}
	for _, t := range c.Types {
		if !slices.Contains(callbackTags, t) {
			return nil, refuse(71008, t)
		}
	}
	if c.SignatureNames == nil {
		c.SignatureNames = []string{"msg_signature", "signature"}
	}
	return &callback{Callback: c, seal: seal{token: token, key: key, owner: c.Owner}, aesKey: aesKey}, nil
}

// callbackToken matches a token.
//
// Assumed: A token for register_call_back has 3 characters at least, as in the console, and not 6.
var callbackToken = regexp.MustCompile(`^[0-9A-Za-z]{3,63}$`)

// callbackTags are the types of events that a callback can have.
//
// Assumed: Of the types beyond Contacts, a callback can have bpms_task_change, bpms_instance_change, check_in and those of
// chats. The types inner_app_scopes_change and inner_app_status_change can be set in the developer console alone.
var callbackTags = []string{
	"user_add_org", "user_modify_org", "user_leave_org", "user_active_org", "org_admin_add", "org_admin_remove",
	"org_dept_create", "org_dept_modify", "org_dept_remove", "org_remove", "org_change",
	"label_user_change", "label_conf_add", "label_conf_del", "label_conf_modify",
	"chat_add_member", "chat_remove_member", "chat_quit", "chat_update_owner", "chat_update_title", "chat_disband",
	"bpms_task_change", "bpms_instance_change", "check_in",
	"inner_app_scopes_change", "inner_app_status_change",
}

// SetCallback sets the callback in place of the one before, as the developer console does: only if it acknowledges the
// message that checks it. Without an owner it is the client ID.
func (s *Server) SetCallback(ctx context.Context, c Callback, token, aesKey string) error {
	if c.Owner == "" {
		c.Owner = s.config.clientID
	}
	cb, err := newCallback(c, token, aesKey)
	if err != nil {
		return err
	}
	if err := s.checkCallback(ctx, cb); err != nil {
		return err
	}
	cb.suiteKey = s.config.clientID
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaceCallback(cb)
	return nil
}

// HandleCallbacks leads the URLs of callbacks that the app registers to a handler in memory, whatever they are; nil leads
// them over the network, as by default.
func (s *Server) HandleCallbacks(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receiver = h
}

// replaceCallback replaces the callback; nil is none.
func (s *Server) replaceCallback(cb *callback) {
	s.callback = cb
	s.notifyEventsChanged()
}

// Callback returns the URL of the callback; empty if there is none.
func (s *Server) Callback() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.callback == nil {
		return ""
	}
	return s.callback.URL
}

type callbackRequest struct {
	Tags   []string `arg:"call_back_tag"`
	Token  string   `arg:"token"`
	AESKey string   `arg:"aes_key"`
	URL    string   `arg:"url"`
}

// requestedCallback returns what a call of the app registers.
func (s *Server) requestedCallback(q callbackRequest) (*callback, error) {
	for _, t := range q.Tags {
		if t == "inner_app_scopes_change" || t == "inner_app_status_change" {
			return nil, refuse(71008, t)
		}
	}
	c := Callback{URL: q.URL, Handler: s.receiver, Owner: directory.CorpID, Types: q.Tags}
	cb, err := newCallback(c, q.Token, q.AESKey)
	if err == nil {
		cb.registered = true
	}
	return cb, err
}

// registerCallback registers a callback if its URL acknowledges a message.
//
// Assumed: An app has one callback, whether it was registered or set in the developer console.
func (s *Server) registerCallback(r *request, q callbackRequest) (any, error) {
	if s.callback != nil {
		return nil, refuse(71006)
	}
	cb, err := s.requestedCallback(q)
	if err != nil {
		return nil, err
	}
	if err := s.checkUnlocked(r.ctx(), cb); err != nil {
		return nil, err
	}
	if s.callback != nil { // meanwhile
		return nil, refuse(71006)
	}
	s.replaceCallback(cb)
	return nil, nil
}

// updateCallback replaces the callback if the URL of the new one acknowledges a message.
func (s *Server) updateCallback(r *request, q callbackRequest) (any, error) {
	if s.callback == nil {
		return nil, refuse(71007)
	}
	cb, err := s.requestedCallback(q)
	if err != nil {
		return nil, err
	}
	if err := s.checkUnlocked(r.ctx(), cb); err != nil {
		return nil, err
	}
	if s.callback == nil { // meanwhile
		return nil, refuse(71007)
	}
	s.replaceCallback(cb)
	return nil, nil
}

type callbackResponse struct {
	Tags   []string `json:"call_back_tag"`
	Token  string   `json:"token"`
	AESKey string   `json:"aes_key"`
	URL    string   `json:"url"`
}

func (s *Server) getCallback(noRequest) (any, error) {
	if s.callback == nil {
		return nil, refuse(71007)
	}
	c := s.callback
	return callbackResponse{notNull(c.Types), c.seal.token, c.aesKey, c.URL}, nil
}

func (s *Server) deleteCallback(noRequest) (any, error) {
	if s.callback == nil {
		return nil, refuse(71007)
	}
	s.replaceCallback(nil)
	return nil, nil
}

// checkUnlocked checks a callback without the lock, which the caller holds: the receiver may call the server meanwhile.
func (s *Server) checkUnlocked(ctx context.Context, cb *callback) error {
	s.mu.Unlock()
	defer s.mu.Lock()
	return s.checkCallback(ctx, cb)
}

// checkCallback posts the message that checks a URL, and refuses a callback that does not acknowledge it.
//
// Assumed: A URL that cannot be reached is 71012, one that does not respond within 2.5 seconds 400054, and any response but
// the encrypted success 71009.
func (s *Server) checkCallback(ctx context.Context, cb *callback) error {
	err := s.post(ctx, cb, parcel{message: []byte(`{"EventType":"check_url"}`)})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(400054)
	case errors.Is(err, errNotAcknowledged):
		return refuse(71009, err.Error())
	}
	return refuse(71012, err.Error())
}

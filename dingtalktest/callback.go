package dingtalktest

import (
	"context"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// CallbackConfig describes the HTTP callback of the app, as it is set in the developer console.
type CallbackConfig struct {
	Token  dingtalk.Secret // 3 to 63 letters and digits
	AESKey dingtalk.Secret // 43 letters and digits
	Owner  string          // at the end of each message; empty: the client ID
	Types  []string        // the types of events that are sent: "user_add_org"; nil: all

	// SyncHTTP sends the events of a third-party app in the form of SyncHTTP push, one in each message: tickets, authorizations,
	// and those about the people and departments of the organizations that have authorized it. See Server.Authorize.
	SyncHTTP bool
	// Live sends messages in the form that the service was seen to send in place of the documented one: all names but
	// action and scope begin with a capital letter, and there is no eventId.
	Live bool
	// SignatureNames are the query parameters that hold the signature. Nil: msg_signature and signature, both.
	SignatureNames []string
}

// CallbackTo sends the events of the app to a handler, in memory, in place of the callback that it had. As DingTalk does,
// it first posts a message that the handler must acknowledge, which is misuse otherwise. An app gets its events in one way:
// Stream connections get no new ones until Client.DeleteCallback.
func (s *Server) CallbackTo(h http.Handler, c CallbackConfig) {
	s.helper()
	s.must(s.setCallback(memoryURL, h, c))
}

// memoryURL is the URL of the handlers of CallbackTo.
const memoryURL = "https://callback.example.com/"

// CallbackURL sends the events of the app to a URL, over the network, in place of the callback that it had. What responds
// at the URL must acknowledge a message first, as for CallbackTo.
func (s *Server) CallbackURL(url string, c CallbackConfig) error { return s.setCallback(url, nil, c) }

// Callback returns the URL of the callback that the app has; empty if it has none.
func (s *Server) Callback() string { return s.emulator.Callback() }

func (s *Server) setCallback(url string, h http.Handler, c CallbackConfig) error {
	return s.emulator.SetCallback(context.Background(), emulator.Callback{
		URL: url, Handler: h, Owner: c.Owner, Types: c.Types, SyncHTTP: c.SyncHTTP, Live: c.Live, SignatureNames: c.SignatureNames,
	}, c.Token.Reveal(), c.AESKey.Reveal())
}

// HandleCallbacks leads the URLs of Client.RegisterCallback and Client.UpdateCallback to a handler in memory, whatever they
// are, from the next of these calls on. Otherwise they lead over the network.
func (s *Server) HandleCallbacks(h http.Handler) { s.emulator.HandleCallbacks(h) }

// EmitFailed puts an event on the list of failed events, as if each delivery to the callback had failed, and returns its
// ID. The body is encoded as JSON.
func (s *Server) EmitFailed(typ string, body any) (id string) {
	s.helper()
	id, err := s.emulator.EmitFailed(typ, body)
	s.must(err)
	return id
}

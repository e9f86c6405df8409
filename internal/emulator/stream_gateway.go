package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The gateway of Stream: a call that returns an address and a ticket, and a WebSocket at this address, which carries the
// events.

// openConnection is the call. It is no endpoint of the client for calls.
var openConnection = contract.Endpoint{
	Name: "OpenConnection", Title: "Open a Stream connection", API: contract.New,
	Method: http.MethodPost, Path: "/v1.0/gateway/connections/open", Credential: contract.NoToken, Payload: contract.Whole,
	Request: []contract.Field{
		{Name: "clientId", Type: contract.String, Required: true},
		{Name: "clientSecret", Type: contract.String, Required: true, Secret: true},
		{Name: "subscriptions", Type: contract.ObjectArray, Required: true, Fields: []contract.Field{
			{Name: "type", Type: contract.String, Required: true, Enum: []string{"EVENT", "CALLBACK", "SYSTEM"}},
			{Name: "topic", Type: contract.String, Required: true},
		}},
		{Name: "ua", Type: contract.String},
		{Name: "localIp", Type: contract.String},
		{Name: "extras", Type: contract.StringMap},
	},
	Response: []contract.Field{
		{Name: "endpoint", Type: contract.String, Required: true},
		{Name: "ticket", Type: contract.String, Required: true, Secret: true},
	},
}

// connectStream is the address of the WebSocket as an operation, for the journal and for faults.
var connectStream = contract.Endpoint{
	Name: "ConnectStream", Title: "Connect to the address of OpenConnection", Method: http.MethodGet, Path: "/connect",
	Credential: contract.NoToken,
}

// streamEndpoints returns both.
func streamEndpoints() []*contract.Endpoint {
	return []*contract.Endpoint{&openConnection, &connectStream}
}

// streamRoutes returns their routes.
func streamRoutes() []*route {
	return []*route{
		onCall(&openConnection, (*Server).openConnection),
		{Endpoint: &connectStream, page: (*Server).connectStream},
	}
}

// streamTicketLife is how long a ticket is good.
const streamTicketLife = 90 * time.Second

// streamTicket is a ticket for one connection.
type streamTicket struct {
	expires time.Time
	events  bool // the client has subscribed to events
}

type openConnectionRequest struct {
	ClientID      string            `arg:"clientId"`
	ClientSecret  string            `arg:"clientSecret"`
	Subscriptions []subscription    `arg:"subscriptions"`
	UA            string            `arg:"ua"`
	LocalIP       string            `arg:"localIp"`
	Extras        map[string]string `arg:"extras"`
}

type subscription struct {
	Type  string `arg:"type"`
	Topic string `arg:"topic"`
}

type openConnectionResponse struct {
	Endpoint string `json:"endpoint"`
	Ticket   string `json:"ticket"`
}

// openConnection returns the address of the WebSocket and a ticket for it.
//
// Assumed: An empty list of subscriptions is refused like a missing one. The response is JSON whatever the call accepts.
func (s *Server) openConnection(r *request, q openConnectionRequest) (any, error) {
	if q.ClientID != s.config.clientID || q.ClientSecret != s.config.clientSecret {
		return nil, &refusal{code: http.StatusUnauthorized, v1: codeV1{http.StatusUnauthorized, "authFailed", "鉴权失败"}}
	}
	if len(q.Subscriptions) == 0 {
		return nil, &refusal{code: 40035, parameter: "subscriptions"}
	}
	now := s.now()
	for ticket, t := range s.stream.tickets {
		if !now.Before(t.expires) {
			delete(s.stream.tickets, ticket)
		}
	}
	ticket := strings.ToLower(uuid())
	s.stream.tickets[ticket] = streamTicket{
		now.Add(streamTicketLife), slices.Contains(q.Subscriptions, subscription{"EVENT", "*"}),
	}
	return openConnectionResponse{s.streamAddress(r.http), ticket}, nil
}

// streamAddress returns the address of the WebSocket for the caller of a request: on the host that was called. In memory
// the host does not matter.
func (s *Server) streamAddress(r *http.Request) string {
	if r == nil {
		return ""
	}
	scheme := "ws"
	if r.TLS != nil || r.URL.Scheme == "https" {
		scheme = "wss"
	}
	return scheme + "://" + cmp.Or(r.Host, r.URL.Host) + s.config.basePath + connectStream.Path
}

// connectStream takes a ticket and accepts the WebSocket.
//
// Assumed: A missing, unknown, used or expired ticket is refused with HTTP 401 in the handshake.
func (s *Server) connectStream(r *request) response {
	if !strings.EqualFold(r.http.Header.Get("Upgrade"), "websocket") {
		return pageOf(http.StatusUpgradeRequired)
	}
	value := r.query.Get("ticket")
	ticket, known := s.stream.tickets[value]
	delete(s.stream.tickets, value)
	if !known || !s.now().Before(ticket.expires) {
		return pageOf(http.StatusUnauthorized)
	}
	return response{
		status:  http.StatusSwitchingProtocols,
		upgrade: func(w http.ResponseWriter, r *http.Request) { s.acceptStream(w, r, ticket.events) }, //nolint:contextcheck // the connection outlives the request
	}
}

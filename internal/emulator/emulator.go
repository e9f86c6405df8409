// Package emulator is a stateful DingTalk in one process: access tokens, permissions, limits and faults on demand around
// an organization (package directory), behind one HTTP handler.
//
// It is written against the endpoint table in internal/contract and never imports the client, so that a mistake in the
// client cannot agree with itself here. It decodes the raw JSON, keeps every number exact and, like the service, is
// liberal in what it accepts and reports errors with HTTP 200, except on the new (v1.0) API.
//
// A call goes through these stages: handle (delay, journal, address limit, faults), admit (token, address, permission,
// rate), fields and decoder (the arguments), check (the table's limits), bind (the request struct), the handler, and
// refusalFor, which translates a refusal of the directory into a code.
//
// An endpoint is an entry in route.go and a handler, which takes its request as a struct, calls the directory and
// returns the result. The login page is a route, too, which package console draws. What the emulator leaves out and assumes
// is listed in docs/emulator.md.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Server is one DingTalk with one organization and one app. Its methods may be called from any goroutine.
type Server struct {
	config  config
	routes  map[string]*route // by path; the second of a path by method and path
	below   map[string]*route // by the path above; see route.below
	ops     map[string]*route // by operation name
	console http.Handler      // nil: none
	pages   SignInPages       // the zero value: none
	others  []organization

	rebuildMu sync.Mutex // held while an organization is built

	mu sync.Mutex // guards all fields below
	settings
	ahead        time.Duration
	org          *directory.Organization
	replica      *replica // nil: reads do not lag
	token        token
	ticket       ticket
	ssoToken     token
	sessions     sessions
	provider     provider
	callback     *callback    // nil: none
	receiver     http.Handler // of callbacks that are registered; nil: they go over the network
	failed       failedCallbacks
	codes        map[string]loginCode
	windows      map[string]*window // by operation name
	addresses    map[string]*address
	faults       map[string][]Fault // the queues, by operation name
	jitter       *rand.Rand
	journal      journal
	recording    bool
	revision     int64 // the number of changes so far
	changed      int64 // the revision of the latest change of the organization or the clock
	eventChanged int64 // likewise of the feed, a delivery, a connection or the disturbances
	watches      map[*watch]struct{}
	pauses       map[*pause]struct{}
	servers      []*http.Server
	serving      sync.WaitGroup
	pending      []directory.Change // not yet in the feed
	feed         feed
	schedule     schedule
	stream       streamTransport
	transports   []eventTransport
	deliveries   deliveryLog
	disturbances []Disturbance
	disturbSeed  uint64
	held         []*delivery                  // until they are overtaken
	lastSent     map[eventTransport]time.Time // when the latest event of a transport is or was sent first
	underWay     map[*delivery]struct{}       // that have not ended
	closed       bool
	listened     bool
	seeds        []seed // what was added before Listen, in order
}

// New returns a server whose organization holds the root department alone, unless WithSampleOrg fills it.
func New(opts ...Option) (*Server, error) { return NewContext(context.Background(), opts...) }

// NewContext returns the same, and an error if the context ends before the sample organization is complete.
func NewContext(ctx context.Context, opts ...Option) (*Server, error) {
	c := newConfig()
	for _, opt := range opts {
		opt(&c)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	org, err := buildOrganization(ctx, c, c.sample, nil)
	if err != nil {
		return nil, err
	}
	others, err := buildOthers(c.others, c.clock())
	if err != nil {
		return nil, err
	}
	s := &Server{
		config:    c,
		routes:    map[string]*route{},
		below:     map[string]*route{},
		ops:       map[string]*route{},
		settings:  c.settings,
		others:    others,
		codes:     map[string]loginCode{},
		sessions:  newSessions(),
		provider:  newProvider(),
		windows:   map[string]*window{},
		addresses: map[string]*address{},
		jitter:    rand.New(rand.NewPCG(c.seed, 0)),
		faults:    map[string][]Fault{},
		watches:   map[*watch]struct{}{},
		pauses:    map[*pause]struct{}{},
		underWay:  map[*delivery]struct{}{},
		lastSent:  map[eventTransport]time.Time{},
	}
	for _, rt := range slices.Concat(routes(), streamRoutes(), historicalRoutes()) {
		key := rt.Path
		if s.routes[key] != nil {
			key = rt.Method + " " + rt.Path
		}
		s.routes[key], s.ops[rt.Name] = rt, rt
		if rt.below != "" {
			s.below[rt.below] = rt
		}
		if rt.otherPath != "" {
			s.routes[rt.otherPath] = rt
		}
	}
	s.setOrganization(org)
	s.stream.server, s.stream.tickets = s, map[string]streamTicket{}
	s.transports = []eventTransport{&s.stream, callbackTransport{s}}
	if c.signIn != nil {
		s.pages = c.signIn(s)
		rt := &route{Endpoint: &signInPage, page: (*Server).showSignIn}
		s.routes[rt.Path], s.ops[rt.Name] = rt, rt
	}
	if c.console != nil {
		s.console = c.console(s)
	}
	return s, nil
}

// ClientID returns the app's identifier, the appkey of gettoken.
func (s *Server) ClientID() string { return s.config.clientID }

// ClientSecret returns the app's secret, the appsecret of gettoken.
func (s *Server) ClientSecret() string { return s.config.clientSecret }

// SSOSecret returns the secret of GetSSOToken.
func (s *Server) SSOSecret() string { return s.config.ssoSecret }

// BasePath returns the path below which the server serves. It is empty by default.
func (s *Server) BasePath() string { return s.config.basePath }

// Advance moves the server's clock, and no other, forward by d.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moveClock(d)
	s.notifyOrgChanged()
}

// Clock returns the server's time and how far Advance has moved it.
func (s *Server) Clock() (now time.Time, ahead time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now(), s.ahead
}

// now returns the server's time. The offset is added to a running clock, so that the fake time of a testing/synctest
// bubble moves the server too.
func (s *Server) now() time.Time { return s.config.clock().Add(s.ahead) }

// checkOp refuses a name that is no operation: a misspelled one would never fail or never be found, and a test would
// pass for the wrong reason.
func (s *Server) checkOp(op string) error {
	if s.ops[op] == nil {
		return errors.New("no operation is named " + op)
	}
	return nil
}

// Close ends calls that hang, closes the listeners and refuses further calls. Responses that are being sent get a second
// to finish.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for p := range s.pauses {
		p.cancel(errReset)
	}
	for w := range s.watches {
		w.stop()
		s.unsubscribe(w)
	}
	s.setTimer() // none from now on
	servers := s.servers
	s.servers = nil
	s.mu.Unlock()

	for _, server := range servers {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // a connection that does not end in time is cut off
		}
		cancel()
	}
	s.serving.Wait()
}

// Format prints the name of the type alone: a server holds a secret, and tokens.
func (s *Server) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "emulator.Server") }

// isGatewayPath reports whether a path belongs to the gateway, which wraps its own refusals in errcode 88 and gives
// every response a request_id.
func isGatewayPath(path string) bool { return strings.HasPrefix(path, gatewayPrefix) }

const gatewayPrefix = "/topapi/"

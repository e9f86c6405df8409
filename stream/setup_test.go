package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

const (
	testID     = "ding-app-id"
	testSecret = "the-client-secret" //nolint:gosec // not a real one
	testTicket = "a secret/ticket+%d"
)

// gateway is a gateway of Stream mode in memory, for tests within a bubble of synctest.
type gateway struct {
	transport *http.Transport
	sessions  chan *session // as they are opened
	logs      lockedBuffer
	elsewhere atomic.Int32 // requests that followed a redirect

	mu      sync.Mutex
	faults  []http.HandlerFunc // of the next responses to open
	opened  []map[string]any   // the bodies of open
	times   []time.Time        // of open
	tickets map[string]bool    // true: used
	down    bool               // connections are refused
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{sessions: make(chan *session, 1000), tickets: map[string]bool{}}
	l := &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
	g.transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if g.isDown() {
			return nil, errors.New("connection refused")
		}
		client, server := net.Pipe()
		c := &line{Conn: client, closed: make(chan struct{})}
		select {
		case l.conns <- serverConn{server, c}:
			return c, nil
		case <-l.closed: // net/http goes on dialing when the request has ended
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1.0/gateway/connections/open", g.open)
	mux.HandleFunc("GET /connect", g.connect)
	mux.HandleFunc("GET /abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.Handle("GET /redirect", http.RedirectHandler("/elsewhere", http.StatusFound))
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) { g.elsewhere.Add(1) })
	srv := &http.Server{Handler: mux, ConnContext: func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, lineKey{}, c.(serverConn).line)
	}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return g
}

func (g *gateway) open(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	g.mu.Lock()
	if body != nil {
		body["Accept"], body["Content-Type"] = r.Header.Get("Accept"), r.Header.Get("Content-Type")
	}
	g.opened = append(g.opened, body)
	g.times = append(g.times, time.Now())
	if len(g.faults) > 0 {
		fault := g.faults[0]
		g.faults = g.faults[1:]
		g.mu.Unlock()
		fault(w, r)
		return
	}
	defer g.mu.Unlock()
	ticket := fmt.Sprintf(testTicket, len(g.tickets))
	g.tickets[ticket] = false
	_ = json.NewEncoder(w).Encode(map[string]string{"endpoint": "ws://127.0.0.1:443/connect", "ticket": ticket})
}

func (g *gateway) connect(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	g.mu.Lock()
	used, known := g.tickets[ticket]
	g.tickets[ticket] = true
	g.mu.Unlock()
	if used || !known {
		http.Error(w, "no such ticket "+ticket, http.StatusUnauthorized)
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(-1)
	s := &session{ws: ws, line: r.Context().Value(lineKey{}).(*line), opened: time.Now(), replies: map[string]received{}, changed: make(chan struct{}), ended: make(chan struct{})}
	g.sessions <- s
	for {
		_, message, err := ws.Read(context.WithoutCancel(r.Context()))
		if err != nil {
			s.endedAt = time.Now()
			close(s.ended)
			return
		}
		s.reply(message)
	}
}

// fail queues responses to open.
func (g *gateway) fail(faults ...http.HandlerFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, faults...)
}

// refuse makes a response to open.
func refuse(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func (g *gateway) openings() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.opened)
}

func (g *gateway) isDown() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.down
}

// setDown refuses new connections, or accepts them again.
func (g *gateway) setDown(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
}

// session is a connection as the gateway sees it.
type session struct {
	ws      *websocket.Conn
	line    *line
	opened  time.Time
	ended   chan struct{}
	endedAt time.Time // valid once ended is closed

	mu      sync.Mutex
	replies map[string]received
	count   int
	changed chan struct{} // closed at each reply
}

// received is a reply as it came.
type received struct {
	Code    int               `json:"code"`
	Message string            `json:"message"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
	at      time.Time
}

func (s *session) reply(message []byte) {
	var r received
	if err := json.Unmarshal(message, &r); err != nil {
		panic(err)
	}
	r.at = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[r.Headers["messageId"]] = r
	s.count++
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns the reply to a message.
func (s *session) await(messageID string) received {
	for {
		s.mu.Lock()
		r, found := s.replies[messageID]
		changed := s.changed
		s.mu.Unlock()
		if found {
			return r
		}
		<-changed
	}
}

// answered reports whether there is a reply to a message.
func (s *session) answered(messageID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.replies[messageID]
	return found
}

// alive reports whether the connection is open.
func (s *session) alive() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// send sends a message.
func (s *session) send(message string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, []byte(message))
}

// push sends an event of a user. Its message ID is that of the event with "m-" before it.
func (s *session) push(eventID string) error { return s.send(eventFrame(eventID, "user_add_org", 0)) }

// system sends a system frame.
func (s *session) system(topic, messageID, data string) error {
	return s.send(fmt.Sprintf(`{"specVersion":"1.0","type":"SYSTEM","headers":{"topic":%q,"messageId":%q,"contentType":"application/json"},"data":%q}`,
		topic, messageID, data))
}

func eventFrame(eventID, eventType string, padding int) string {
	data, _ := json.Marshal(`{"timeStamp":"1793347199987","userId":["zhao.min"],"padding":"` + string(bytes.Repeat([]byte("x"), padding)) + `"}`)
	return fmt.Sprintf(`{"specVersion":"1.0","type":"EVENT","headers":{"topic":"*","messageId":"m-%s","contentType":"application/json",`+
		`"time":"1793347200123","eventType":%q,"eventId":%q,"eventBornTime":"1793347199990","eventCorpId":"ding5example0corp1"},"data":%s}`,
		eventID, eventType, eventID, data)
}

// serverConn is the gateway's end of a connection.
type serverConn struct {
	net.Conn
	line *line
}

type lineKey struct{}

// line is the client's end of a connection, which can go dead without closing.
type line struct {
	net.Conn
	dead   atomic.Bool
	once   sync.Once
	closed chan struct{}
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if l.dead.Load() {
		<-l.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (l *line) Write(p []byte) (int, error) {
	if l.dead.Load() {
		return len(p), nil
	}
	return l.Conn.Write(p)
}

func (l *line) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

// listener hands out connections in memory.
type listener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// lockedBuffer is a buffer for logs.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// events is an acceptor that keeps the IDs of what it was given.
type events struct {
	mu  sync.Mutex
	ids []string
}

func (a *events) Accept(_ context.Context, e event.Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, e.ID)
	return nil
}

func (a *events) list() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.ids...)
}

// gaps keeps the gaps that are reported.
type gaps struct {
	mu   sync.Mutex
	list []event.Gap
}

func (g *gaps) add(gap event.Gap) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, gap)
}

func (g *gaps) all() []event.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]event.Gap(nil), g.list...)
}

// running is a client that runs.
type running struct {
	*gateway
	client *Client
	cancel context.CancelFunc
	ended  chan error
}

// newClient returns a client of a gateway.
func (g *gateway) newClient(t *testing.T, to event.Acceptor, opts ...Option) *Client {
	own := []Option{
		WithBaseURL("http://127.0.0.1"), WithHTTPClient(&http.Client{Transport: g.transport}),
		WithLogger(slog.New(slog.NewTextHandler(&g.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))),
	}
	c, err := New(testID, testSecret, to, append(own, opts...)...)
	require.NoError(t, err)
	return c
}

// start runs a new client.
func (g *gateway) start(t *testing.T, to event.Acceptor, opts ...Option) *running {
	return g.run(t, g.newClient(t, to, opts...))
}

// run runs a client.
func (g *gateway) run(t *testing.T, c *Client) *running {
	r := &running{gateway: g, client: c, ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() { r.ended <- r.client.Run(ctx) }()
	return r
}

// stop ends Run and checks that it says why.
func (r *running) stop(t *testing.T) {
	r.cancel()
	assert.ErrorIs(t, <-r.ended, context.Canceled)
}

// bubble runs a test in virtual time, at whose end no goroutine may be left.
func bubble(t *testing.T, f func(t *testing.T, g *gateway)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { f(t, newGateway(t)) })
}

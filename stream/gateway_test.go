package stream

import (
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
	"time"

	"github.com/coder/websocket"
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

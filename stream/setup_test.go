package stream

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

const (
	testID     = "ding-app-id"
	testSecret = "the-client-secret" //nolint:gosec // not a real one
	testTicket = "a secret/ticket+%d"
)

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

package scale

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// make mirror-scale and make bench-mirror set these.
var (
	departments = flag.Int("scale.departments", 12, "departments of the organization")
	people      = flag.Int("scale.people", 80, "people of the organization")
	length      = flag.Duration("scale.time", 5*time.Minute, "how long the comparison and the day take")
	seed        = flag.Uint64("scale.seed", 1, "seed of the organization and of its changes")
)

// latency is how long the service takes to respond.
const latency = 30 * time.Millisecond

// world is an organization that changes, and a client of it.
type world struct {
	t     *testing.T
	srv   *dingtalktest.Server
	admin *dingtalk.Client
	calls *counter
	rng   *rand.Rand

	users []string // who is in the organization
	depts []int64  // the departments but the root
	left  []string // who has left
	made  int      // changes

	changed func(userID string) // is told of each change of a user
}

// inBubble runs a test in virtual time, with an organization that has the limits of the service.
func inBubble(t *testing.T, test func(w *world), opts ...dingtalktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, append([]dingtalktest.Option{
			dingtalktest.WithSampleOrg(*departments, *people, *seed), dingtalktest.WithLatency(latency),
			dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(), dingtalktest.WithAddressLimit(10_000),
		}, opts...)...)
		w := &world{
			t: t, srv: srv, admin: srv.AdminClient(), rng: rand.New(rand.NewPCG(*seed, 1)),
			calls: newCounter(srv), changed: func(string) {},
		}
		for _, u := range srv.Users() {
			w.users = append(w.users, u.UserID)
		}
		for _, d := range srv.Departments() {
			if d.ID != dingtalk.RootDepartmentID {
				w.depts = append(w.depts, d.ID)
			}
		}
		test(w)
	})
}

// counter is a transport that counts the calls by path.
type counter struct {
	next http.RoundTripper

	mu     sync.Mutex
	byPath map[string]int
}

func newCounter(srv *dingtalktest.Server) *counter {
	return &counter{next: srv.Transport(), byPath: map[string]int{}}
}

func (c *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.byPath[req.URL.Path]++
	c.mu.Unlock()
	return c.next.RoundTrip(req)
}

// The paths of calls that are counted apart.
const (
	getUserPath = "/topapi/v2/user/get"
	countPath   = "/topapi/user/count"
)

// directory returns the calls for the directory until now, without those by which one user is read or users are counted, and
// of these the calls of the busiest path.
func (c *counter) directory() (all, busiest int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, n := range c.byPath {
		if path != getUserPath && path != countPath && path != "/gettoken" && !strings.HasPrefix(path, "/v1.0/gateway") {
			all, busiest = all+n, max(busiest, n)
		}
	}
	return all, busiest
}

// total returns the calls until now.
func (c *counter) total() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, calls := range c.byPath {
		n += calls
	}
	return n
}

// of returns the calls of a path until now.
func (c *counter) of(path string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byPath[path]
}

// client returns a client of the organization, with the limits of the service, whose calls are counted.
func (w *world) client(calls *counter) *dingtalk.Client {
	return w.srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: calls}), dingtalk.WithRateLimit(dingtalk.RateLimit{}))
}

// open opens the file of a mirror.
func (w *world) open(path string) mirror.Store {
	w.t.Helper()
	store, err := dingtalkbolt.Open(path)
	require.NoError(w.t, err)
	return store
}

func (w *world) path() string { return filepath.Join(w.t.TempDir(), "directory.db") }

// process is a program with a mirror, to which Stream brings events.
type process struct {
	*mirror.Mirror
	client *dingtalk.Client
	store  mirror.Store
	cancel context.CancelFunc
	ended  chan error
}

// run starts a program with a mirror on a store. What else gets the events is given, too.
func (w *world) run(store mirror.Store, also ...func(context.Context, event.Event)) *process {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	client := w.client(w.calls)
	m, err := mirror.Open(ctx, client, store, mirror.WithLogger(slog.New(slog.NewTextHandler(w.t.Output(), nil))))
	require.NoError(w.t, err)
	p := &process{Mirror: m, client: client, store: store, cancel: cancel, ended: make(chan error, 2)}
	all := event.AcceptFunc(func(ctx context.Context, e event.Event) error {
		for _, other := range also {
			other(ctx, e)
		}
		return m.Accept(ctx, e)
	})
	receiver, err := stream.New(w.srv.ClientID(), w.srv.ClientSecret(), all, stream.WithGap(m.Gap),
		stream.WithHTTPClient(&http.Client{Transport: w.srv.Transport()}))
	require.NoError(w.t, err)
	go func() { p.ended <- receiver.Run(ctx) }()
	go func() { p.ended <- m.Run(ctx) }()
	return p
}

// stop ends the program.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.cancel()
	for range cap(p.ended) {
		require.ErrorIs(t, <-p.ended, context.Canceled)
	}
	require.NoError(t, p.store.Close())
}

// rest waits until the mirror has nothing to read.
func (p *process) rest(t *testing.T) {
	t.Helper()
	for until := time.Now().Add(6 * time.Hour); ; {
		time.Sleep(2 * time.Minute) // events are sent again after 15 and after 60 seconds
		s, err := p.Status(t.Context())
		require.NoError(t, err)
		if s.Dirty+s.Details == 0 {
			return
		}
		require.True(t, time.Now().Before(until), "the mirror does not come to rest: %+v", s)
	}
}

// heap holds how much of the heap is in use, after a garbage collection.
type heap struct {
	mu   sync.Mutex
	most float64
}

// now returns the MiB in use.
func (h *heap) now() float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	mib := float64(stats.HeapAlloc) / (1 << 20)
	h.most = max(h.most, mib)
	return mib
}

// atMost returns the most MiB that were in use whenever they were measured.
func (h *heap) atMost() float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.most
}

// watch measures the heap every so often, until the function is called that it returns.
func (h *heap) watch(every time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				h.now()
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

func (h *heap) String() string { return fmt.Sprintf("%.0f MiB", h.now()) }

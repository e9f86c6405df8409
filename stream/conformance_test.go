package stream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// inbox is an acceptor that counts how often it was given each event.
type inbox struct {
	mu     sync.Mutex
	events map[string]int
	gaps   []event.Gap
}

func (b *inbox) Accept(_ context.Context, e event.Event) error {
	time.Sleep(20 * time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.events == nil {
		b.events = map[string]int{}
	}
	b.events[e.ID]++
	return nil
}

func (b *inbox) count(id string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.events[id]
}

func (b *inbox) gap(g event.Gap) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gaps = append(b.gaps, g)
}

// emulate runs a test in a bubble, with a client of an emulator. No goroutine may be left at its end.
func emulate(t *testing.T, test func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(transport http.RoundTripper, opts ...stream.Option) *stream.Client), opts ...dingtalktest.Option) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, in := dingtalktest.New(t, opts...), &inbox{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		test(t, srv, in, func(transport http.RoundTripper, opts ...stream.Option) *stream.Client {
			own := []stream.Option{stream.WithHTTPClient(&http.Client{Transport: transport}), stream.WithGap(in.gap)}
			c, err := stream.New(srv.ClientID(), srv.ClientSecret(), in, append(own, opts...)...)
			require.NoError(t, err)
			go func() { ended <- c.Run(ctx) }()
			return c
		})
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	})
}

func TestConformance_AnswersEveryEventOfADay(t *testing.T) {
	emulate(t, func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
		run(srv.Transport())
		synctest.Wait()
		var ids []string
		for range 24 * 20 {
			ids = append(ids, srv.Emit("user_add_org", map[string]any{"userId": []string{"zhao.min"}}))
			time.Sleep(3 * time.Minute)
			assert.GreaterOrEqual(t, len(srv.StreamConnections()), 2)
		}
		for _, id := range ids {
			assert.Equal(t, 1, in.count(id))
		}
		connections := map[string]bool{}
		for _, d := range srv.Deliveries() {
			assert.Equal(t, dingtalktest.DeliveryAccepted, d.Outcome, d.Answer)
			assert.Equal(t, 1, d.Attempt)
			assert.LessOrEqual(t, d.Ended.Sub(d.Time), 100*time.Millisecond)
			connections[d.Connection] = true
		}
		assert.Greater(t, len(connections), 40, "they were replaced")
		assert.Less(t, len(srv.Calls("OpenConnection")), 100)
		assert.Empty(t, in.gaps)
	})
}

func TestConformance_LosesNothingThatIsSentAgain(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			emulate(t, func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
				random := rand.New(rand.NewPCG(seed, 0))
				disturbance := dingtalktest.Disturbance{Double: 0.1, Delay: 3 * time.Second, Reorder: 0.2}
				if lossy := seed%2 == 0; lossy {
					disturbance.NoAck, disturbance.Break = 0.1, 0.02
				}
				srv.Disturb(seed, disturbance)
				c := run(srv.Transport())
				synctest.Wait()
				broken := map[string]bool{} // connections that cannot answer
				var ids []string
				rounds := 6 * 60
				if testing.Short() {
					rounds = 2 * 60
				}
				for range rounds {
					for range random.IntN(4) {
						ids = append(ids, srv.Emit("org_dept_modify", map[string]any{"deptId": []int64{1}}))
					}
					if conns := srv.StreamConnections(); len(conns) > 0 && random.IntN(5) == 0 {
						conn := conns[random.IntN(len(conns))]
						switch random.IntN(5) {
						case 0:
							conn.Disconnect()
						case 1:
							broken[conn.ID()] = true
							conn.Freeze()
						case 2:
							broken[conn.ID()] = true
							conn.LoseNetwork()
						case 3:
							broken[conn.ID()] = true
							conn.Cut()
						case 4:
							faults := []dingtalktest.Fault{
								dingtalktest.HTTPStatus(503), dingtalktest.DropConnection, dingtalktest.Hang, // of both operations
								dingtalktest.PortalPage, dingtalktest.BanPage, dingtalktest.BadJSON, dingtalktest.EmptyBody,
							}
							srv.Fail("OpenConnection", faults[random.IntN(len(faults))], 1+random.IntN(3))
							srv.Fail("ConnectStream", faults[random.IntN(3)], 1+random.IntN(2))
						}
					}
					time.Sleep(time.Duration(random.Int64N(int64(2 * time.Minute))))
				}
				time.Sleep(3 * time.Hour) // until all is repeated
				assert.Equal(t, 2, c.State().Connections)
				for _, id := range ids {
					assert.Positive(t, in.count(id), id)
				}
				late := 0
				for _, d := range srv.Deliveries() {
					if d.Outcome == dingtalktest.DeliveryRefused && d.Answer == "no reply in time" && !broken[d.Connection] {
						late++
					}
				}
				assert.Equal(t, disturbance.NoAck > 0, late > 0, "only the emulator loses acknowledgements, %d of %d", late, len(srv.Deliveries()))
			}, dingtalktest.WithEventRetention(time.Hour), dingtalktest.WithStreamAge(40*time.Minute), dingtalktest.WithStreamRetries(
				15*time.Second, time.Minute, time.Minute, time.Minute, 5*time.Minute, 5*time.Minute, 5*time.Minute, 20*time.Minute, 20*time.Minute, 20*time.Minute))
		})
	}
}

func TestConformance_FindsZombiesAndLostNetworks(t *testing.T) {
	for name, spoil := range map[string]func(dingtalktest.StreamConnection){
		"zombie":       dingtalktest.StreamConnection.Freeze,
		"lost network": dingtalktest.StreamConnection.LoseNetwork,
		"cut":          dingtalktest.StreamConnection.Cut,
		"disconnect":   dingtalktest.StreamConnection.Disconnect,
	} {
		t.Run(name, func(t *testing.T) {
			emulate(t, func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
				c := run(srv.Transport(), stream.WithConnections(1))
				time.Sleep(5*time.Minute + time.Second)
				old := srv.StreamConnections()[0]
				spoil(old)
				time.Sleep(4 * time.Minute)
				assert.Equal(t, 1, c.State().Connections)
				conns := srv.StreamConnections()
				assert.NotEqual(t, old.ID(), conns[len(conns)-1].ID())
				id := srv.Emit("x", map[string]any{})
				time.Sleep(2 * time.Minute)
				assert.Positive(t, in.count(id))
				assert.Len(t, in.gaps, map[string]int{"zombie": 1, "lost network": 1}[name])
			})
		})
	}
}

// thief is a transport that uses the tickets of another client first.
type thief struct {
	http.RoundTripper
	thefts int
}

func (f *thief) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.thefts > 0 && strings.HasSuffix(r.URL.Path, "/connect") {
		f.thefts--
		res, err := f.RoundTripper.RoundTrip(r.Clone(r.Context()))
		if err != nil {
			return nil, err
		}
		_ = res.Body.Close()
	}
	return f.RoundTripper.RoundTrip(r)
}

func TestConformance_TakesANewTicketInPlaceOfAUsedOne(t *testing.T) {
	emulate(t, func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
		c := run(&thief{srv.Transport(), 3}, stream.WithConnections(1))
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 1, c.State().Connections)
		assert.Len(t, srv.Calls("OpenConnection"), 4)
		id := srv.Emit("x", map[string]any{})
		time.Sleep(time.Second)
		assert.Equal(t, 1, in.count(id))
	})
}

func TestConformance_TriesAgainWhenTheGatewayFails(t *testing.T) {
	for name, fault := range map[string]dingtalktest.Fault{
		"503": dingtalktest.HTTPStatus(503), "HTML": dingtalktest.PortalPage, "throttled": dingtalktest.Throttled,
		"dropped": dingtalktest.DropConnection, "lost": dingtalktest.LostResponse, "cut": dingtalktest.CutBody, "hang": dingtalktest.Hang,
		"no JSON": dingtalktest.BadJSON, "empty": dingtalktest.EmptyBody, "busy": dingtalktest.SystemBusy,
	} {
		t.Run(name, func(t *testing.T) {
			emulate(t, func(t *testing.T, srv *dingtalktest.Server, _ *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
				srv.Fail("OpenConnection", fault, 3)
				c := run(srv.Transport(), stream.WithConnections(1))
				time.Sleep(2 * time.Minute)
				assert.Equal(t, 1, c.State().Connections, c.State().Err)
			})
		})
	}
}

func TestConformance_OpensNoConnectionBeforeTheEndOfABan(t *testing.T) {
	emulate(t, func(t *testing.T, srv *dingtalktest.Server, _ *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
		srv.Fail("OpenConnection", dingtalktest.BanPage, 3)
		c := run(srv.Transport(), stream.WithConnections(1))
		for bans := 1; bans <= 3; bans++ {
			time.Sleep(4*time.Minute + 50*time.Second)
			assert.Len(t, srv.Calls("OpenConnection"), bans)
			assert.ErrorIs(t, c.State().Err, dingtalk.ErrRateLimited)
			time.Sleep(10 * time.Second)
		}
		time.Sleep(time.Second)
		assert.Equal(t, 1, c.State().Connections, c.State().Err)
	})
}

func TestConformance_EndsWhenTheCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		c, err := stream.New(srv.ClientID(), "wrong", &inbox{}, stream.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
		require.NoError(t, err)
		assert.ErrorIs(t, c.Run(t.Context()), dingtalk.ErrInvalidCredential)
	})
}

func TestConformance_TakesLargeEvents(t *testing.T) {
	emulate(t, func(t *testing.T, srv *dingtalktest.Server, in *inbox, run func(http.RoundTripper, ...stream.Option) *stream.Client) {
		run(srv.Transport())
		synctest.Wait()
		body, err := json.Marshal(map[string]string{"padding": strings.Repeat("x", 1<<20-2000)})
		require.NoError(t, err)
		id := srv.Emit("x", json.RawMessage(body))
		time.Sleep(time.Second)
		assert.Equal(t, 1, in.count(id))
	})
}

// slow is a transport over whose connections everything arrives four seconds late, until it is over.
type slow struct {
	http.RoundTripper
	over atomic.Bool
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.RoundTripper.RoundTrip(r)
	if err == nil && res.StatusCode == http.StatusSwitchingProtocols {
		res.Body = slowConn{res.Body.(io.ReadWriteCloser), &s.over}
	}
	return res, err
}

type slowConn struct {
	io.ReadWriteCloser
	over *atomic.Bool
}

func (c slowConn) Read(p []byte) (int, error) {
	n, err := c.ReadWriteCloser.Read(p)
	if !c.over.Load() {
		time.Sleep(4 * time.Second)
	}
	return n, err
}

func TestConformance_MissesNoPongBehindFramesThatAreNotRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithStreamAck(time.Hour), dingtalktest.WithStreamPing(0))
		var accepted atomic.Int32
		transport := &slow{RoundTripper: srv.Transport()}
		c, err := stream.New(srv.ClientID(), srv.ClientSecret(), event.AcceptFunc(func(context.Context, event.Event) error {
			time.Sleep(20 * time.Second)
			accepted.Add(1)
			return nil
		}), stream.WithHTTPClient(&http.Client{Transport: transport}), stream.WithConnections(1), stream.WithConcurrency(1), stream.WithBudget(time.Minute))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		time.Sleep(28 * time.Second)
		for range 2 { // read before the pong of the ping at 30 seconds; the second one is not read until 53 seconds
			srv.Emit("x", map[string]any{})
		}
		time.Sleep(3 * time.Minute)
		assert.EqualValues(t, 2, accepted.Load())
		assert.Len(t, srv.Calls("OpenConnection"), 1)
		transport.over.Store(true)
		time.Sleep(time.Minute)
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	})
}

func TestConformance_LeavesNoConnectionOverTLS(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			states := make(chan int, 100)
			front := httptest.NewUnstartedServer(srv)
			front.EnableHTTP2 = http2
			front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				switch state {
				case http.StateNew:
					states <- 1
				case http.StateClosed, http.StateHijacked:
					states <- -1
				default:
				}
			}
			front.StartTLS()
			defer front.Close()
			accepted := make(chan string, 1)
			c, err := stream.New(srv.ClientID(), srv.ClientSecret(), event.AcceptFunc(func(_ context.Context, e event.Event) error {
				accepted <- e.ID
				return nil
			}), stream.WithHTTPClient(front.Client()), stream.WithBaseURL(front.URL), stream.WithConnections(1))
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- c.Run(ctx) }()
			for open, seen := 0, 0; open > 0 || seen < 4; seen++ { // two connections, to request the ticket and to use it
				open += <-states
			}
			id := srv.Emit("x", map[string]any{})
			assert.Equal(t, id, <-accepted)
			cancel()
			assert.ErrorIs(t, <-ended, context.Canceled)
		})
	}
}

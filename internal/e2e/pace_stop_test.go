package e2e_test

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// stalledService is an HTTP server that stalls while its lock is held: it accepts no connections, or handles no
// requests if holdsRequests is set. It records when requests arrive.
type stalledService struct {
	net.Listener
	lock          sync.RWMutex
	holdsRequests bool

	mu       sync.Mutex
	arrivals []time.Time
}

func (s *stalledService) pass() {
	s.lock.RLock()
	defer s.lock.RUnlock()
}

func (s *stalledService) Accept() (net.Conn, error) {
	if !s.holdsRequests {
		s.pass()
	}
	return s.Listener.Accept()
}

func (s *stalledService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/last" {
		return
	}
	if s.holdsRequests {
		s.pass()
	}
	s.mu.Lock()
	s.arrivals = append(s.arrivals, time.Now())
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"errcode":0,"errmsg":"ok","result":{"count":1}}`))
}

// most returns the largest number of arrivals in any second.
func (s *stalledService) most() (most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortFunc(s.arrivals, time.Time.Compare)
	first := 0
	for i, at := range s.arrivals {
		for at.Sub(s.arrivals[first]) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestPace_KeepsTheLimitWhenAStalledServerReceivesCanceledRequests(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: takes three seconds of real time")
	}
	for name, holdsRequests := range map[string]bool{"requests held": true, "connections not accepted": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			service := &stalledService{Listener: listener, holdsRequests: holdsRequests}
			service.lock.Lock()
			server := &http.Server{Handler: service, ReadHeaderTimeout: time.Minute}
			go func() { _ = server.Serve(service) }()
			url := "http://" + listener.Addr().String()
			client, err := dingtalk.New("dingexample", "", dingtalk.WithTokenSource(dingtalk.StaticToken("t")),
				dingtalk.WithBaseURL(url), dingtalk.WithInsecureHTTP(), dingtalk.WithTimeout(300*time.Millisecond))
			require.NoError(t, err)

			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			var callers sync.WaitGroup
			for range 64 {
				callers.Go(func() {
					for ctx.Err() == nil {
						_, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{})
						assert.Error(t, err, "it takes nothing")
					}
				})
			}
			callers.Wait()
			service.lock.Unlock()
			last, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/last", http.NoBody)
			require.NoError(t, err)
			response, err := (&http.Client{Timeout: time.Minute}).Do(last) // all others were connected before this one
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.NoError(t, server.Shutdown(t.Context()))
			t.Logf("%d arrivals, at most %d within a second", len(service.arrivals), service.most())
			assert.NotEmpty(t, service.arrivals)
			assert.LessOrEqual(t, service.most(), 20)
		})
	}
}

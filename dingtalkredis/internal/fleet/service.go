package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// serviceResult holds what the service measured.
type serviceResult struct {
	Measured    int `json:"measured"` // calls in the measured time
	MostSliding int `json:"sliding"`  // calls in any period of a second
	MostAligned int `json:"aligned"`  // calls in a second of the clock
}

// serve runs the service until the input ends. A sliding window is the stricter limit: a client that keeps it also keeps
// the limit of each second of the clock.
func serve(s settings, in *bufio.Reader, out io.Writer) error {
	emulator := dingtalktest.NewServer(dingtalktest.WithQPS(s.Limit), dingtalktest.WithSlidingWindow(),
		dingtalktest.WithLatency(s.Latency))
	defer emulator.Close()
	a := &arrivals{next: emulator, path: path}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: a, ReadHeaderTimeout: time.Minute, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()

	s.Service, s.ID, s.Secret = "http://"+l.Addr().String(), emulator.ClientID(), emulator.ClientSecret()
	if err := json.NewEncoder(out).Encode(s); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, in)
	return json.NewEncoder(out).Encode(a.result(s))
}

// arrivals records when the calls of one path arrive.
type arrivals struct {
	next http.Handler
	path string
	mu   sync.Mutex
	at   []time.Time
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == a.path {
		a.mu.Lock()
		a.at = append(a.at, time.Now())
		a.mu.Unlock()
	}
	a.next.ServeHTTP(w, r)
}

func (a *arrivals) result(s settings) (r serviceResult) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.SortedFunc(slices.Values(a.at), time.Time.Compare)
	if len(at) == 0 {
		return r
	}
	aligned := map[int64]int{}
	first := 0
	for i, t := range at {
		for t.Sub(at[first]) >= time.Second {
			first++
		}
		r.MostSliding = max(r.MostSliding, i-first+1)
		aligned[t.Unix()]++
		r.MostAligned = max(r.MostAligned, aligned[t.Unix()])
	}
	// The measured time ends a second before the last call of the members.
	end := at[len(at)-1].Add(-time.Second)
	for _, t := range at {
		if t.After(end.Add(-s.Time)) && !t.After(end) {
			r.Measured++
		}
	}
	return r
}

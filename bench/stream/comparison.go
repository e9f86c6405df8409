package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// lastRepeat is when the emulator has given an event up: it sends it again after 15 and after 60 seconds more, and then waits
// for 3 seconds.
const lastRepeat = 80 * time.Second

// comparison is one measurement of one client.
type comparison struct {
	client string
	name   string
	end    string // of connections: announced, cut or lost
	ends   int
	age    time.Duration
	every  time.Duration
	burst  int
	work   time.Duration

	concurrency int
	latency     time.Duration
	rest        time.Duration // from the last event to the end of the measurement

	mu       sync.Mutex
	accepted map[string][]time.Time // by event
	starts   int                    // of the receiver
}

// result is what was measured.
type result struct {
	client                        string
	events, lost, first, repeated int
	starts                        int
	median, ninetyNinth, slowest  time.Duration // from the event to its acceptance
	connections                   int
}

// String returns a row of a Markdown table.
func (r result) String() string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %v | %v | %v | %d |", r.client, r.events, r.lost, r.first, r.repeated,
		r.starts-1, r.median.Round(time.Millisecond), r.ninetyNinth.Round(time.Millisecond), r.slowest.Round(time.Millisecond), r.connections)
}

// run measures.
func (c *comparison) run(ctx context.Context) (result, error) {
	c.accepted = map[string][]time.Time{}
	options := []dingtalktest.Option{dingtalktest.WithLatency(c.latency)}
	if c.ends > 0 && c.end == "announced" {
		options = append(options, dingtalktest.WithStreamAge(c.age))
	}
	srv, err := dingtalktest.NewServerContext(ctx, options...)
	if err != nil {
		return result{}, err
	}
	defer srv.Close() //nolint:contextcheck // the context may have ended by then
	url, err := srv.Listen("127.0.0.1:0")
	if err != nil {
		return result{}, err
	}
	child, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { c.keep(child, srv, url) })
	defer wg.Wait()
	defer stop()
	for len(srv.StreamConnections()) == 0 {
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return result{}, err
		}
	}
	if err := pause(ctx, time.Second); err != nil { // for further connections
		return result{}, err
	}
	sent, err := c.emit(ctx, srv)
	if err != nil {
		return result{}, err
	}
	if err := pause(ctx, c.rest); err != nil {
		return result{}, err
	}
	stop()
	wg.Wait()
	return c.measure(srv, sent), nil
}

// keep runs the receiver, and starts it again when it ends.
func (c *comparison) keep(ctx context.Context, srv *dingtalktest.Server, url string) {
	for ctx.Err() == nil {
		c.starts++
		cmd := exec.CommandContext(ctx, os.Args[0], "-receive="+c.client, "-url="+url, "-id="+srv.ClientID(), "-secret="+srv.ClientSecret(),
			"-work="+c.work.String(), "-at-once="+strconv.Itoa(c.concurrency))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			return
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			c.mu.Lock()
			c.accepted[lines.Text()] = append(c.accepted[lines.Text()], time.Now())
			c.mu.Unlock()
		}
		_ = cmd.Wait()
		_ = pause(ctx, time.Second)
	}
}

// emit sends events, and ends connections meanwhile. It returns when each event was sent.
func (c *comparison) emit(ctx context.Context, srv *dingtalktest.Server) (map[string]time.Time, error) {
	sent := map[string]time.Time{}
	emit := func() { sent[srv.Emit("user_add_org", map[string]any{"userId": []string{"zhao.min"}})] = time.Now() }
	if c.ends == 0 {
		for range c.burst {
			emit()
			if err := pause(ctx, c.every); err != nil {
				return nil, err
			}
		}
		return sent, nil
	}
	begun := time.Now()
	for cuts := 0; time.Since(begun) < time.Duration(c.ends)*c.age+c.age/2; {
		emit()
		if err := pause(ctx, c.every); err != nil {
			return nil, err
		}
		if c.end != "announced" && time.Since(begun) > time.Duration(cuts+1)*c.age {
			cuts++
			c.endConnections(srv.StreamConnections())
		}
	}
	return sent, nil
}

// endConnections ends connections as c.end says.
func (c *comparison) endConnections(open []dingtalktest.StreamConnection) {
	for i, conn := range open {
		switch {
		case c.end == "cut":
			conn.Cut()
		case c.end == "lost":
			conn.LoseNetwork()
		case i == 0: // one
			conn.Disconnect()
		}
	}
}

// measure returns the result.
func (c *comparison) measure(srv *dingtalktest.Server, sent map[string]time.Time) result {
	res := result{client: cmp.Or(c.name, c.client), events: len(sent), starts: c.starts, connections: len(srv.Calls("ConnectStream"))}
	var late []time.Duration
	for id, at := range sent {
		times := c.accepted[id]
		if len(times) == 0 {
			res.lost++
			continue
		}
		res.repeated += len(times) - 1
		late = append(late, times[0].Sub(at))
	}
	for _, d := range srv.Deliveries() {
		if d.Attempt == 1 && d.Outcome == dingtalktest.DeliveryAccepted {
			res.first++
		}
	}
	if slices.Sort(late); len(late) > 0 {
		res.median, res.ninetyNinth, res.slowest = late[len(late)/2], late[len(late)*99/100], late[len(late)-1]
	}
	return res
}

// pause waits, or returns the error of ctx.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

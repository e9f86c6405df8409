package stream

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	pingInterval = 30 * time.Second
	pongTimeout  = 10 * time.Second
	minSilence   = 3 * time.Minute // after which a connection is taken for dead that gets nothing
)

var errNoPong = errors.New("a ping was not answered")

// heartbeat pings the other side, and ends the connection if it does not respond. It has a connection replaced that responds
// and receives nothing.
func (n *connection) heartbeat() {
	ticker := time.NewTicker(pingInterval)
	defer ticker.Stop()
	for {
		select {
		case <-n.done:
			return
		case <-ticker.C:
		}
		if !n.ping() {
			n.cut(errNoPong)
			return
		}
		if since, silent := n.vital.silent(); silent {
			n.report(n.health.disconnected(n, since))
			n.replace("its silence")
		}
	}
}

// ping reports whether the other side responds. While nothing is read, that cannot be known, and the end of the connection
// is known to serve.
func (n *connection) ping() bool {
	before, paused := n.vital.pauses()
	if paused {
		return true
	}
	ctx, cancel := context.WithTimeout(n.live, pongTimeout)
	defer cancel()
	if err := n.ws.Ping(ctx); err != nil {
		after, _ := n.vital.pauses()
		return after != before || ctx.Err() == nil
	}
	n.vital.responded()
	return true
}

// vital holds the signs of life of a connection.
type vital struct {
	mu        sync.Mutex
	opened    time.Time
	pong      time.Time     // the last one
	frame     time.Time     // the last one
	recurring time.Time     // the last system frame
	habit     time.Duration // the longest time between two system frames
	paused    int           // how often reading has stopped or gone on: odd while it has stopped
}

// received notes a frame.
func (v *vital) received(recurring bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.frame = time.Now()
	if !recurring {
		return
	}
	if !v.recurring.IsZero() {
		v.habit = max(v.habit, v.frame.Sub(v.recurring))
	}
	v.recurring = v.frame
}

// responded notes a pong.
func (v *vital) responded() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pong = time.Now()
}

// alive returns the time of the last sign of life.
func (v *vital) alive() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	last := v.opened
	for _, t := range []time.Time{v.pong, v.frame} {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// silent reports whether frames have stayed away for three times as long as the connection's own habit, and since when.
// Without a habit that cannot be known.
func (v *vital) silent() (time.Time, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.frame, v.habit > 0 && v.paused%2 == 0 && time.Since(v.frame) > max(3*v.habit, minSilence)
}

// pause notes that reading stops, resume that it goes on.
func (v *vital) pause() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.paused++
}

func (v *vital) resume() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.paused++
	v.frame, v.recurring = time.Now(), time.Time{} // frames have had to wait
}

// pauses returns how often reading has stopped or gone on, and whether it has stopped.
func (v *vital) pauses() (n int, paused bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.paused, v.paused%2 == 1
}

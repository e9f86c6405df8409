package stream

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	quietTimeout  = 5 * time.Second // for a moment without an event before a replaced connection is closed
	leaveTimeout  = time.Minute     // for the service to close a connection whose end it has announced; it takes 10 seconds
	writeTimeout  = 10 * time.Second
	closeTimeout  = 2 * time.Second
	statusNoTopic = 404 // of a reply: there is no handler for the topic
)

// connection is one WebSocket connection. Three goroutines belong to it, serve, heartbeat and watch, and one for each reply.
// The websocket package lets one of them write at a time.
type connection struct {
	*run
	ws     *websocket.Conn
	opened time.Time
	live   context.Context // its end cuts the connection off
	cut    context.CancelCauseFunc

	renew     chan struct{} // closed when a successor is wanted
	renewOnce sync.Once
	succeeded chan struct{} // closed when there is one
	done      chan struct{} // closed when serve has returned
	leaving   atomic.Bool   // the service has announced the end
	replies   work          // the events that are to be replied to
	vital     vital
}

// randomAge returns the age at which a connection is replaced, so that those that were opened together are not replaced
// together.
func randomAge() time.Duration { return 30*time.Minute + rand.N(30*time.Minute) }

// start begins the life of a connection.
func (r *run) start(ws *websocket.Conn) *connection {
	n := &connection{
		run: r, ws: ws, opened: time.Now(),
		renew: make(chan struct{}), succeeded: make(chan struct{}), done: make(chan struct{}),
	}
	n.vital.opened = n.opened
	n.live, n.cut = context.WithCancelCause(r.live)
	r.log.Info("a connection for events was opened")
	r.report(r.health.connected(n))
	r.work.Go(n.serve)
	r.work.Go(n.heartbeat)
	r.work.Go(n.watch)
	return n
}

// serve reads until the connection has ended.
func (n *connection) serve() {
	err := n.read()
	until := time.Now()
	if cause := context.Cause(n.live); errors.Is(cause, errNoPong) {
		err, until = cause, n.vital.alive()
	}
	n.report(n.health.disconnected(n, until))
	n.log.Info("a connection for events has ended", "cause", err, "age", time.Since(n.opened))
	n.cut(nil)
	_ = n.ws.CloseNow()
	close(n.done)
}

// read reads and dispatches frames, and returns the error that ends the connection.
func (n *connection) read() error {
	for {
		_, message, err := n.ws.Read(n.live)
		if err != nil {
			return err
		}
		f, err := parse(message)
		if err != nil {
			n.log.Warn("a frame was ignored", "error", err)
			continue
		}
		n.health.received()
		n.vital.received(f.recurring())
		switch f.Type {
		case typeSystem:
			if f.Headers.Topic == topicDisconnect {
				n.leave()
			}
			if f.Headers.MessageID != "" {
				n.respond(f.echo())
			}
		case typeEvent:
			n.take(message, f)
		case typeCallback: // not subscribed to
			n.respond(f.reply(statusNoTopic, "no handler", nil))
		}
	}
}

// take hands an event to a handler, and waits while none is free. At the end of Run it refuses the event instead.
func (n *connection) take(message []byte, f *frame) {
	if !n.acquire() {
		n.respond(f.answer(statusLater))
		return
	}
	if !n.replies.begin() {
		<-n.handlers
		n.respond(f.answer(statusLater))
		return
	}
	n.work.Go(func() {
		defer n.replies.end()
		n.send(f.answer(n.handle(message, f)))
	})
}

// acquire waits for a free handler, and reports whether there is one.
func (n *connection) acquire() bool {
	select {
	case n.handlers <- struct{}{}:
		return true
	default:
	}
	n.log.Warn("reading stops because all handlers are busy", "handlers", cap(n.handlers))
	n.vital.pause()
	defer n.vital.resume()
	select {
	case n.handlers <- struct{}{}:
		return true
	case <-n.ctx.Done():
	case <-n.live.Done():
	}
	return false
}

// respond sends a reply without holding up the reader: the other side may be unable to read before it is read from.
func (n *connection) respond(reply []byte) { n.work.Go(func() { n.send(reply) }) }

// send sends a reply.
func (n *connection) send(reply []byte) {
	ctx, cancel := context.WithTimeout(n.live, writeTimeout)
	defer cancel()
	if err := n.ws.Write(ctx, websocket.MessageText, reply); err != nil {
		n.log.Warn("a reply could not be sent", "error", err)
	}
}

// replace asks for a successor.
func (n *connection) replace(cause string) {
	n.renewOnce.Do(func() {
		n.log.Info("a connection for events is replaced", "cause", cause)
		close(n.renew)
	})
}

// leave prepares for the end that the service has announced. Nothing new is to be expected on this connection.
func (n *connection) leave() {
	n.leaving.Store(true)
	n.report(n.health.disconnected(n, time.Now()))
	n.replace("the service has announced its end")
}

// watch ends the connection in time.
func (n *connection) watch() {
	age := time.NewTimer(n.age())
	defer age.Stop()
	for {
		select {
		case <-n.done:
			return
		case <-age.C:
			n.replace("its age")
		case <-n.succeeded:
			n.retire()
			return
		case <-n.ctx.Done():
			n.end()
			return
		}
	}
}

// retire ends the connection when it has a successor: at a quiet moment, so that no event is lost on the way.
func (n *connection) retire() {
	if n.leaving.Load() {
		timer := time.NewTimer(leaveTimeout)
		defer timer.Stop()
		select {
		case <-n.done:
			return
		case <-n.ctx.Done():
		case <-timer.C:
		}
	}
	n.replies.wait(n.ctx, quietTimeout)
	n.end()
}

// end replies to the events that are in progress, refuses new ones, and closes the connection.
func (n *connection) end() {
	n.replies.stop()
	n.replies.wait(n.live, grace)
	timer := time.AfterFunc(closeTimeout, func() { n.cut(nil) })
	defer timer.Stop()
	_ = n.ws.Close(websocket.StatusNormalClosure, "")
}

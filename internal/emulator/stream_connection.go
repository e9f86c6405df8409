package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// streamConn is a connection of a client. Its fields are guarded by the lock of the server.
type streamConn struct {
	server *Server
	id     string
	opened time.Time
	events bool // the client has subscribed to events

	ws      *websocket.Conn
	network *network
	end     context.CancelCauseFunc
	queue   [][]byte         // frames to write
	ready   chan struct{}    // holds a value while the queue may hold a frame
	tasks   []*task          // that end with the connection
	awaited map[string]*push // attempts whose reply may arrive, by message ID

	ending bool // the client was told that the connection ends: it gets no more events
	frozen bool // nothing is sent any more

	pingID, opaque  string // of the latest ping
	pings, answered int
}

// What a connection takes.
const (
	maxReply   = 1 << 20 // bytes
	maxQueue   = 10_000  // frames that wait until the client reads
	lateReply  = 2 * time.Minute
	endingTime = 10 * time.Second // from the announcement of the end to the end
)

// acceptStream serves a connection, beginning with its handshake.
func (s *Server) acceptStream(w http.ResponseWriter, r *http.Request, events bool) {
	s.mu.Lock()
	s.stream.begin(events)
	s.mu.Unlock()
	hijacker := &networkHijacker{ResponseWriter: w}
	ws, err := websocket.Accept(hijacker, r, nil)

	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.stream.begun(events)
	if err != nil {
		return // Accept has responded
	}
	if s.closed {
		_ = ws.CloseNow()
		return
	}
	ws.SetReadLimit(maxReply)
	c := &streamConn{
		server: s, id: strings.ToLower(uuid()), events: events, ws: ws, network: hijacker.network,
		ready: make(chan struct{}, 1), awaited: map[string]*push{},
	}
	c.opened = s.now()
	c.end = s.background(c.run)
	s.stream.open(c)
}

// run serves the connection until it ends.
func (c *streamConn) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer cancel()
		c.write(ctx)
	}()
	c.read(ctx)
	cancel()
	_ = c.ws.CloseNow()
	<-written

	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	for _, t := range c.tasks {
		c.server.drop(t)
	}
	c.server.stream.remove(c)
}

// write writes the frames of the queue.
func (c *streamConn) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.ready:
		}
		for {
			text := c.nextFrame()
			if text == nil {
				break
			}
			if c.ws.Write(ctx, websocket.MessageText, text) != nil {
				return
			}
		}
	}
}

func (c *streamConn) nextFrame() []byte {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if len(c.queue) == 0 {
		return nil
	}
	text := c.queue[0]
	c.queue = c.queue[1:]
	return text
}

// send queues a frame. What does not fit is lost, as on a connection whose client does not read.
func (c *streamConn) send(f frame) {
	if c.frozen || len(c.queue) >= maxQueue {
		return
	}
	c.queue = append(c.queue, encode(f))
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// read handles the replies of the client. What is no reply is ignored.
func (c *streamConn) read(ctx context.Context) {
	for {
		_, text, err := c.ws.Read(ctx)
		if err != nil {
			return
		}
		var r reply
		if json.Unmarshal(text, &r) == nil {
			c.handle(r)
		}
	}
}

// handle handles a reply to a ping or an event.
//
// Assumed: A reply on another connection than that of the frame is ignored. A late reply counts, if the event has not been
// given up.
func (c *streamConn) handle(r reply) {
	s, id := c.server, r.Headers.MessageID
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == c.pingID && r.Data == c.opaque {
		c.pingID = ""
		c.answered++
		return
	}
	p := c.awaited[id]
	if p == nil {
		return
	}
	delete(c.awaited, id)
	switch accepted, answer := r.accepted(); {
	case p.chance(p.disturbance.Break):
		c.end(errReset)
	case p.noAck:
	default:
		s.settle(p, accepted, answer)
	}
}

// deliver sends an event.
func (c *streamConn) deliver(p *push) {
	s := c.server
	p.connection, p.messageID = c.id, s.stream.newMessageID()
	c.awaited[p.messageID] = p
	c.send(s.eventFrame(p, c))
	s.after(s.config.stream.ack, func() {
		s.settle(p, false, NoReply)
		s.after(lateReply, func() { delete(c.awaited, p.messageID) })
	})
}

// pingLater sends a ping after every interval.
func (c *streamConn) pingLater() {
	s := c.server
	if s.config.stream.ping == 0 {
		return
	}
	c.task(s.config.stream.ping, func() {
		c.pingID, c.opaque = hexText(), string(encode(map[string]string{"opaque": hexText()}))
		c.pings++
		c.send(systemFrame("ping", c.pingID, s.now(), c.opaque))
		c.pingLater()
	})
}

// task runs a function after a time, unless the connection ends before.
func (c *streamConn) task(d time.Duration, run func()) {
	c.tasks = slices.DeleteFunc(c.tasks, func(t *task) bool { return t.index < 0 })
	c.tasks = append(c.tasks, c.server.after(d, run))
}

// disconnect announces the end of the connection. It gets no more events, and ends ten seconds later.
func (c *streamConn) disconnect(reason string) {
	if c.ending {
		return
	}
	c.ending = true
	s := c.server
	c.send(systemFrame("disconnect", hexText(), s.now(), string(encode(map[string]string{"reason": reason}))))
	c.task(endingTime, func() { c.end(errors.New(reason)) })
	s.notifyEventsChanged()
}

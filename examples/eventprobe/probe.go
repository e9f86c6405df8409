package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// times holds how long the probe waits for what.
type times struct {
	wait    time.Duration   // after each write, for its events and for reads that show it
	repeats time.Duration   // for repeats of an event that is not acknowledged
	gaps    []time.Duration // without a connection
	after   time.Duration   // for events after a gap
	console time.Duration   // for changes by hand in the admin console
}

// connections is how many connections the probe holds: more than one shows whether each gets events.
const connections = 2

// probe makes writes and records which events come.
type probe struct {
	org      *organization
	receiver *receiver
	times    times
	log      func(format string, args ...any)
	report   report

	writing sync.RWMutex // held by a write: until it has ended, the ID of what it makes is not known
	mu      sync.Mutex
	reply   string          // to events about what the probe has made
	pushes  []push          // of these events
	seen    map[string]bool // their IDs; true: acknowledged
	again   int             // pushes of events that were acknowledged before
	foreign int             // pushes of events about others
}

// receive records a push, and returns the reply. Events about others are refused, so that they are sent again, perhaps to
// the program that they are for.
func (p *probe) receive(in push) string {
	p.writing.RLock()
	own := p.org.owns(in.event)
	p.writing.RUnlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !own {
		p.foreign++
		return later
	}
	if p.seen[in.event.ID] {
		p.again++
	}
	p.seen[in.event.ID] = p.seen[in.event.ID] || p.reply == accepted
	p.pushes = append(p.pushes, in)
	return p.reply
}

// count returns the number of pushes so far.
func (p *probe) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pushes)
}

// since returns the pushes after the first n, without those of events that had come before.
func (p *probe) since(n int) []push {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.pushes[n:]), func(later push) bool {
		return slices.ContainsFunc(p.pushes[:n], func(earlier push) bool { return earlier.event.ID == later.event.ID })
	})
}

func (p *probe) answer(reply string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reply = reply
}

// run makes all observations. What was observed until an error is in the report.
func (p *probe) run(ctx context.Context) error {
	p.answer(accepted)
	if err := p.receiver.connect(ctx, connections); err != nil {
		return err
	}
	defer func() {
		p.receiver.disconnect()
		p.report.connections = p.describeConnections()
	}()
	if err := p.observe(ctx, p.org.making(), true); err != nil {
		return err
	}
	if err := p.observe(ctx, p.org.changing(), false); err != nil {
		return err
	}
	if err := p.observeConsole(ctx); err != nil {
		return err
	}
	if err := p.observeDelivery(ctx); err != nil {
		return err
	}
	return p.observe(ctx, p.org.removing(), false)
}

// observe makes writes, one after the other, and records their events. A refused write ends it if the others need it.
func (p *probe) observe(ctx context.Context, writes []write, needed bool) error {
	for _, w := range writes {
		p.log("%s", w.name)
		n := p.count()
		o := p.make(ctx, w)
		if o.err == nil {
			p.awaitReads(ctx, w, &o)
			sleep(ctx, p.times.wait-time.Since(o.ended))
		}
		o.pushes = p.since(n)
		p.report.writes = append(p.report.writes, o)
		fatal, _ := errors.AsType[*dingtalk.Error](o.err)
		if o.err != nil && (needed || fatal != nil && fatal.Fatal()) {
			return o.err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// make makes one write.
func (p *probe) make(ctx context.Context, w write) observation {
	p.writing.Lock()
	defer p.writing.Unlock()
	err := w.do(ctx)
	return observation{write: w.name, err: err, ended: time.Now()}
}

// pollInterval is the time between two reads.
const pollInterval = 250 * time.Millisecond

// awaitReads reads until a write shows.
func (p *probe) awaitReads(ctx context.Context, w write, o *observation) {
	if w.shown == nil {
		return
	}
	o.reads = notShown
	for time.Since(o.ended) < p.times.wait {
		began := time.Now()
		shown, err := w.shown(ctx)
		if err != nil {
			o.reads = notReadable
			return
		}
		if shown {
			o.reads, o.shownAfter = shownAfter, time.Since(o.ended)
			return
		}
		o.stale = began
		if !sleep(ctx, min(pollInterval, p.times.wait)) {
			return
		}
	}
}

// observeConsole records the events of what an administrator changes by hand meanwhile.
func (p *probe) observeConsole(ctx context.Context) error {
	if p.times.console == 0 {
		p.report.miss("writes in the admin console: -console was not given")
		return nil
	}
	p.log("for %v, change the person and the departments whose names begin with %q in the admin console", p.times.console, p.org.name)
	n := p.count()
	o := observation{write: "changes in the admin console", byHand: true}
	sleep(ctx, p.times.console)
	o.pushes = p.since(n)
	p.report.writes = append(p.report.writes, o)
	return ctx.Err()
}

// describeConnections returns what was seen of the connections.
func (p *probe) describeConnections() connectionReport {
	var c connectionReport
	numbers := map[string]int{} // of connections, in the order of their first push
	for _, in := range p.since(0) {
		n, known := numbers[in.connection]
		if !known {
			n = len(numbers)
			numbers[in.connection] = n
			c.pushes = append(c.pushes, 0)
		}
		c.pushes[n]++
	}
	p.mu.Lock()
	c.foreign, c.again = p.foreign, p.again
	p.mu.Unlock()
	p.receiver.mu.Lock()
	defer p.receiver.mu.Unlock()
	c.opened, c.endings, c.pings = p.receiver.opened, slices.Clone(p.receiver.endings), slices.Sorted(slices.Values(p.receiver.pings))
	return c
}

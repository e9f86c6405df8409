package main

import (
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// observeDelivery observes repeats and gaps, by renaming departments, which no person notices.
func (p *probe) observeDelivery(ctx context.Context) error {
	if !p.report.has(event.OrgDeptModify) {
		p.report.miss("repeats, and what is sent after a time without a connection: no event came of a renamed department, " +
			"so there is nothing to refuse or to miss")
		return nil
	}
	for _, reply := range []string{later, silence} {
		if err := p.observeRepeats(ctx, reply); err != nil {
			return err
		}
	}
	for _, gap := range p.times.gaps {
		if err := p.observeGap(ctx, gap); err != nil {
			return err
		}
	}
	return nil
}

// observeRepeats refuses an event and records when it comes again.
func (p *probe) observeRepeats(ctx context.Context, reply string) error {
	p.log("refuse an event for %v, %s", p.times.repeats, replyNames[reply])
	p.answer(reply)
	defer p.answer(accepted)
	n := p.count()
	o := p.make(ctx, p.org.rename("", &p.org.deptA))
	if o.err != nil {
		return o.err
	}
	sleep(ctx, p.times.repeats)
	r := repeats{reply: reply}
	r.pushes = p.since(n)
	p.report.repeats = append(p.report.repeats, r)
	return ctx.Err()
}

// settleTime is the longest time that the service gets to notice that connections have ended.
const settleTime = time.Second

// observeGap disconnects, makes a write at the beginning and one shortly before the end, connects, and records what comes.
func (p *probe) observeGap(ctx context.Context, length time.Duration) error {
	p.log("disconnect for %v", length)
	p.receiver.disconnect()
	began := time.Now()
	n := p.count()
	sleep(ctx, min(length/10, settleTime))
	first := p.make(ctx, p.org.rename("", &p.org.deptA))
	if first.err == nil {
		sleep(ctx, length-min(length/10, 5*time.Second)-time.Since(began))
	}
	last := p.make(ctx, p.org.rename("", &p.org.deptB))
	if err := errors.Join(first.err, last.err); err != nil {
		return err
	}
	sleep(ctx, length-time.Since(began))
	if err := p.receiver.connect(ctx, connections); err != nil {
		return err
	}
	g := gap{length: length, connected: time.Now()}
	sleep(ctx, p.times.after)
	for _, in := range p.since(n) {
		switch change, _ := in.event.Payload.(*event.DepartmentChange); {
		case change == nil:
		case change.DeptIDs[0] == p.org.deptA.id:
			g.first = append(g.first, in)
		default:
			g.last = append(g.last, in)
		}
	}
	p.report.gaps = append(p.report.gaps, g)
	return ctx.Err()
}

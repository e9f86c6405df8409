package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// String returns the report as text.
func (r *report) String() string {
	var b strings.Builder
	section := func(title string, rows [][]string) {
		if len(rows) > 1 {
			b.WriteString(title + "\n\n" + columns.Table(rows) + "\n")
		}
	}
	section("Events of writes by this app", r.writeRows())
	section("Repeats of an event that was not acknowledged, in "+r.times.repeats.String(), r.repeatRows())
	section("Events of a time without a connection, within "+r.times.after.String()+" after it", r.gapRows())
	section("Connections", r.connectionRows())
	b.WriteString("Not observed\n\n")
	for _, what := range slices.Concat(r.missed, notObserved) {
		b.WriteString("- " + columns.OneLine(what) + "\n")
	}
	return b.String()
}

func (r *report) writeRows() [][]string {
	rows := [][]string{{"WRITE", "EVENT", "AFTER", "READS SHOW IT", "FIELDS"}}
	for _, o := range r.writes {
		if o.err != nil {
			rows = append(rows, []string{o.write, "-", "-", "-", "the write failed: " + o.err.Error()})
			continue
		}
		groups := byID(o.pushes)
		if len(groups) == 0 {
			rows = append(rows, []string{o.write, "none", "-", o.reading(time.Time{}), ""})
		}
		for i, pushes := range groups {
			first := pushes[0]
			row := []string{"", string(first.event.Type), round(first.at.Sub(o.ended)), "", describe(first.event)}
			if o.byHand {
				row[2] = "-"
			}
			if len(pushes) > 1 {
				row[1] += fmt.Sprintf(" (%d times)", len(pushes))
			}
			if i == 0 {
				row[0], row[3] = o.write, o.reading(first.at)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// reading returns when reads showed a write whose first event came at a time.
func (o *observation) reading(arrived time.Time) string {
	switch {
	case o.reads == notRead:
		return "-"
	case o.reads == notReadable:
		return "cannot be read"
	case o.reads == notShown:
		return "never"
	case o.stale.IsZero():
		return "at once"
	case !arrived.IsZero() && arrived.Before(o.stale):
		return "after " + round(o.shownAfter) + ", later than the event"
	}
	return "after " + round(o.shownAfter)
}

func (r *report) repeatRows() [][]string {
	rows := [][]string{{"REPLY", "CAME AGAIN AFTER", "MESSAGE ID", "CONNECTION"}}
	for _, e := range r.repeats {
		if len(e.pushes) == 0 {
			rows = append(rows, []string{replyNames[e.reply], "no event came at all", "-", "-"})
			continue
		}
		var after []string
		messages, conns := map[string]bool{}, map[string]bool{}
		for i, p := range e.pushes {
			messages[p.messageID], conns[p.connection] = true, true
			if i > 0 {
				after = append(after, round(p.at.Sub(e.pushes[0].at)))
			}
		}
		row := []string{replyNames[e.reply], "never", "-", "-"}
		if len(after) > 0 {
			row = []string{replyNames[e.reply], strings.Join(after, ", "), sameness(len(messages), len(e.pushes)), sameness(len(conns), len(e.pushes))}
		}
		rows = append(rows, row)
	}
	return rows
}

// sameness describes how many different values a number of pushes had.
func sameness(different, pushes int) string {
	switch different {
	case 1:
		return "the same"
	case pushes:
		return "a new one each time"
	}
	return fmt.Sprintf("%d in %d pushes", different, pushes)
}

func (r *report) gapRows() [][]string {
	rows := [][]string{{"WITHOUT A CONNECTION FOR", "OF A WRITE AT ITS BEGINNING", "OF A WRITE JUST BEFORE ITS END"}}
	for _, g := range r.gaps {
		came := func(pushes []push) string {
			if len(pushes) == 0 {
				return "never"
			}
			return "after " + round(pushes[0].at.Sub(g.connected))
		}
		rows = append(rows, []string{g.length.String(), came(g.first), came(g.last)})
	}
	return rows
}

func (r *report) connectionRows() [][]string {
	c := r.connections
	rows := [][]string{{"WHAT", "OBSERVED"}, {"opened", fmt.Sprint(c.opened)}}
	rows = append(rows, []string{"pushes over each that had any", strings.Trim(fmt.Sprint(c.pushes), "[]")})
	if n := len(c.pings); n > 0 {
		rows = append(rows, []string{"time between pings", fmt.Sprintf("%s to %s, median %s", round(c.pings[0]), round(c.pings[n-1]), round(c.pings[n/2]))})
	} else {
		rows = append(rows, []string{"time between pings", "fewer than two pings came"})
	}
	for _, e := range c.endings {
		reason := e.reason
		if reason == "" {
			reason = "without an announcement"
		}
		rows = append(rows, []string{"ended by the service", "after " + round(e.age) + ": " + reason})
	}
	return append(rows,
		[]string{"pushes of what was acknowledged before", fmt.Sprint(c.again)},
		[]string{"pushes about others, refused", fmt.Sprint(c.foreign)},
	)
}

// byID groups pushes by their events, in the order of arrival.
func byID(pushes []push) [][]push {
	var groups [][]push
	for _, p := range pushes {
		at := slices.IndexFunc(groups, func(g []push) bool { return g[0].event.ID == p.event.ID })
		if at < 0 {
			groups = append(groups, []push{p})
			continue
		}
		groups[at] = append(groups[at], p)
	}
	return groups
}

// round shortens a duration for people.
func round(d time.Duration) string {
	if d.Abs() < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

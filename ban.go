package dingtalk

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// ban is the time during which DingTalk refuses all calls of this app, or from this address. Calls in this time may prolong
// it, so none is sent.
type ban struct {
	until     time.Time
	cause     string
	announced bool        // that calls of Bulk wait
	timer     *time.Timer // logs the end; nil: there is no ban
}

// banError is the error of a call that met a ban, or was not sent because of one.
type banError struct {
	until time.Time
	cause string
	err   error
}

// Error rounds the end up to a whole minute.
func (e *banError) Error() string {
	end := e.until.Add(time.Minute - 1).Truncate(time.Minute).Local()
	return fmt.Sprintf("blocked by DingTalk until %s (%s)", end.Format("15:04"), e.cause)
}

func (e *banError) Unwrap() error { return e.err }

// refusal returns the error of a call that is not sent because of the ban.
func (b *ban) refusal(now time.Time) error {
	return &banError{b.until, b.cause, &LimitError{Wait: b.until.Sub(now), Blocked: true}}
}

// block begins a ban, or prolongs the current one.
func (g *gate) block(ctx context.Context, lasts time.Duration, cause string) {
	until := time.Now().Add(lasts)
	g.mu.Lock()
	if !until.After(g.ban.until) {
		g.mu.Unlock()
		return
	}
	begins := g.ban.timer == nil
	g.ban.until = until
	if begins {
		g.ban.cause, g.ban.timer = cause, time.AfterFunc(lasts, g.endBan)
		g.changeLocked()
	} else {
		g.ban.timer.Reset(lasts)
	}
	g.mu.Unlock()
	if begins {
		g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk ban begins", slog.String("cause", cause), slog.Time("until", until))
	}
}

// endBan ends the ban when its time is over.
func (g *gate) endBan() {
	g.mu.Lock()
	left := time.Until(g.ban.until)
	if left > 0 || g.ban.timer == nil {
		if left > 0 { // it was prolonged when the timer fired
			g.ban.timer.Reset(left)
		}
		g.mu.Unlock()
		return
	}
	cause := g.ban.cause
	g.ban = ban{}
	g.changeLocked()
	g.mu.Unlock()
	g.logger.LogAttrs(context.Background(), slog.LevelWarn, "dingtalk ban ends", slog.String("cause", cause))
}

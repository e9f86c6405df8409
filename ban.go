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
	until     time.Time // zero: there is none
	cause     string
	announced bool // that calls of Bulk wait
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
	now := time.Now()
	until := now.Add(lasts)
	g.mu.Lock()
	logEnd := g.endBanLocked(ctx, now)
	begins := g.ban.until.IsZero()
	if begins {
		g.ban.cause = cause
	}
	if until.After(g.ban.until) {
		g.ban.until = until
	}
	if begins {
		g.changeLocked()
	}
	g.mu.Unlock()
	logEnd()
	if begins {
		g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk ban begins", slog.String("cause", cause), slog.Time("until", until))
	}
}

// endBanLocked ends the ban if its time is over, and returns what logs that. The first call afterward does it: a timer
// would log when the program, or its test, may have ended.
func (g *gate) endBanLocked(ctx context.Context, now time.Time) (log func()) {
	ended := g.ban
	if ended.until.IsZero() || now.Before(ended.until) {
		return func() {}
	}
	g.ban = ban{}
	g.changeLocked()
	return func() {
		g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk ban ends", slog.String("cause", ended.cause), slog.Time("until", ended.until))
	}
}

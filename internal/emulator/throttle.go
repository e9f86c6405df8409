package emulator

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Limit returns how many calls of each operation there may be in a second; 0 is any number.
func (s *Server) Limit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.qps
}

// SetLimit changes what WithQPS set, from now on: the calls of this second are counted already if there was a limit.
func (s *Server) SetLimit(qps int) error {
	if qps < 0 {
		return fmt.Errorf("a limit must not be negative: %d", qps)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.qps = qps
	return nil
}

// window counts calls in a period of time.
type window struct {
	period int64       // aligned: the period of the clock that is counted
	count  int         // aligned: calls in it
	recent []time.Time // sliding: the calls within one span, oldest first
}

// throttle counts a call of the one app there is, or says until when there is no room for it. Refused calls are
// not counted.
func (s *Server) throttle(op string) (until time.Time, ok bool) {
	if s.qps == 0 {
		return time.Time{}, true
	}
	w := s.windows[op]
	if w == nil {
		w = &window{}
		s.windows[op] = w
	}
	return s.room(w, s.qps, time.Second)
}

func (s *Server) room(w *window, limit int, span time.Duration) (until time.Time, ok bool) {
	if s.config.sliding {
		return w.slide(s.now(), limit, span)
	}
	return w.align(s.now(), limit, span)
}

func (w *window) align(now time.Time, limit int, span time.Duration) (time.Time, bool) {
	seconds := int64(span / time.Second)
	if period := now.Unix() / seconds; period != w.period {
		w.period, w.count = period, 0
	}
	if w.count >= limit {
		return time.Unix((w.period+1)*seconds, 0), false
	}
	w.count++
	return time.Time{}, true
}

func (w *window) slide(now time.Time, limit int, span time.Duration) (time.Time, bool) {
	for len(w.recent) > 0 && !w.recent[0].Add(span).After(now) {
		w.recent = w.recent[1:]
	}
	if len(w.recent) >= limit {
		// The text has whole seconds only: whoever waits for the end given must find room.
		end := w.recent[0].Add(span)
		if whole := end.Truncate(time.Second); !whole.Equal(end) {
			end = whole.Add(time.Second)
		}
		return end, false
	}
	w.recent = append(w.recent, now)
	return time.Time{}, true
}

// The limit of an address, and what it gets that exceeds it.
const (
	addressSpan = 20 * time.Second
	blockTime   = 5 * time.Minute
)

// address counts the calls from one address, refused ones as well.
//
// Assumed: The limit of an address counts every call that arrives. Calls in memory come from 127.0.0.1. A block ends
// after five minutes, whatever is called meanwhile, and the counting begins anew.
type address struct {
	window
	blocked time.Time // until when
}

// blocks counts a call and says whether its address is blocked. A block ends when it ends, whatever is called
// meanwhile.
func (s *Server) blocks(ip string) bool {
	if s.config.addressLimit == 0 {
		return false
	}
	a := s.addresses[ip]
	if a == nil {
		a = &address{}
		s.addresses[ip] = a
	}
	if s.now().Before(a.blocked) {
		return true
	}
	if _, ok := s.room(&a.window, s.config.addressLimit, addressSpan); ok {
		return false
	}
	a.blocked = s.now().Add(blockTime)
	return true
}

func nextSecond(now time.Time) time.Time { return now.Truncate(time.Second).Add(time.Second) }

// throttled is the refusal of a call over the limit. Its end time is in the text alone.
func (s *Server) throttled(until time.Time) *refusal {
	return overLimit(90018, "当前应用调用该接口的qps超限", cmp.Or(s.qps, standardQPS), until)
}

const standardQPS = 20 // of the standard edition

func overLimit(code int, what string, limit int, until time.Time) *refusal {
	return &refusal{
		code: code, gateway: true,
		text: fmt.Sprintf("%s, 请求总次数超过 %d 次, 限制将在 %s 结束",
			what, limit, until.In(contract.ServiceZone).Format(time.DateTime)),
	}
}

package emulator

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// window counts the calls in a period of time.
type window struct {
	period int64       // aligned: the current period of the clock
	count  int         // aligned: the calls in it
	recent []time.Time // sliding: the calls within the last period, oldest first
}

// throttle counts a call of the app in the windows of the app, or of an organization that has authorized it. If the limit of
// the operation is reached it returns false and when the limit ends. Refused calls are not counted.
//
// Assumed: The calls with a corp token are counted for each organization, and none of them for the app.
func (s *Server) throttle(windows map[string]*window, op string) (until time.Time, ok bool) {
	if s.qps == 0 {
		return time.Time{}, true
	}
	w := windows[op]
	if w == nil {
		w = &window{}
		windows[op] = w
	}
	return s.allow(w, s.qps, time.Second)
}

// allow counts a call in a window. If the window is full it returns false and when the limit ends.
func (s *Server) allow(w *window, limit int, span time.Duration) (until time.Time, ok bool) {
	if s.config.sliding {
		return w.slide(s.now(), limit, span)
	}
	return w.align(s.now(), limit, span)
}

// align counts a call in the current period of the clock.
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

// slide counts a call in the period that ends now.
func (w *window) slide(now time.Time, limit int, span time.Duration) (time.Time, bool) {
	for len(w.recent) > 0 && !w.recent[0].Add(span).After(now) {
		w.recent = w.recent[1:]
	}
	if len(w.recent) >= limit {
		// The text has whole seconds only, and a call after the end that it gives must be allowed.
		end := w.recent[0].Add(span)
		if whole := end.Truncate(time.Second); !whole.Equal(end) {
			end = whole.Add(time.Second)
		}
		return end, false
	}
	w.recent = append(w.recent, now)
	return time.Time{}, true
}

// addressSpan is the period of the limit of an address.
const addressSpan = 20 * time.Second

// address counts the calls from one address, refused ones as well.
//
// Assumed: The limit of an address counts every call that arrives. Calls in memory come from 127.0.0.1. A block ends
// after five minutes, whatever is called until then, and the counting begins anew.
type address struct {
	window
	blocked time.Time // until this time
}

// blocks counts a call and reports whether its address is blocked. Calls do not prolong a block.
func (s *Server) blocks(ip string) bool {
	if s.addressLimit == 0 {
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
	if _, ok := s.allow(&a.window, s.addressLimit, addressSpan); ok {
		return false
	}
	a.blocked = s.now().Add(contract.BanTime)
	return true
}

// nextSecond returns the beginning of the next second.
func nextSecond(now time.Time) time.Time { return now.Truncate(time.Second).Add(time.Second) }

// throttled returns the refusal of a call over the limit. The end of the limit is in the text alone.
func (s *Server) throttled(until time.Time) *refusal {
	return overLimit(90018, "当前应用调用该接口的qps超限", cmp.Or(s.qps, standardQPS), until)
}

// tenantThrottled returns the refusal of a third-party app's call over the limit for an organization.
func (s *Server) tenantThrottled(until time.Time) *refusal {
	return overLimit(90019, "当前第三方应用调用该企业接口的qps超限", cmp.Or(s.qps, standardQPS), until)
}

const standardQPS = 20 // the limit of the standard edition

// overLimit returns the refusal of a limit.
func overLimit(code int, what string, limit int, until time.Time) *refusal {
	return &refusal{
		code: code, gateway: true,
		text: fmt.Sprintf("%s, 请求总次数超过 %d 次, 限制将在 %s 结束",
			what, limit, until.In(contract.ServiceZone).Format(time.DateTime)),
	}
}

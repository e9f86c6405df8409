package emulator

import (
	"cmp"
	"fmt"
	"time"
)

// window counts the calls of one operation by the one app there is.
type window struct {
	second int64       // aligned: the second of the clock that is counted
	count  int         // aligned: calls in it
	recent []time.Time // sliding: the calls of the past second, oldest first
}

// throttle counts a call, or says until when there is no room for it. Refused calls are not counted.
func (s *Server) throttle(op string) (until time.Time, ok bool) {
	if s.config.qps == 0 {
		return time.Time{}, true
	}
	w := s.windows[op]
	if w == nil {
		w = &window{}
		s.windows[op] = w
	}
	if s.config.sliding {
		return w.slide(s.now(), s.config.qps)
	}
	return w.align(s.now(), s.config.qps)
}

func (w *window) align(now time.Time, limit int) (time.Time, bool) {
	if second := now.Unix(); second != w.second {
		w.second, w.count = second, 0
	}
	if w.count >= limit {
		return nextSecond(now), false
	}
	w.count++
	return time.Time{}, true
}

func (w *window) slide(now time.Time, limit int) (time.Time, bool) {
	for len(w.recent) > 0 && !w.recent[0].Add(time.Second).After(now) {
		w.recent = w.recent[1:]
	}
	if len(w.recent) >= limit {
		// The text has whole seconds only: whoever waits for the end given must find room.
		end := w.recent[0].Add(time.Second)
		if whole := end.Truncate(time.Second); !whole.Equal(end) {
			end = whole.Add(time.Second)
		}
		return end, false
	}
	w.recent = append(w.recent, now)
	return time.Time{}, true
}

func nextSecond(now time.Time) time.Time { return now.Truncate(time.Second).Add(time.Second) }

// beijing is the zone of every time in the service's texts, wherever the organisation is.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// throttled is the refusal of a call over the limit. Its end time is in the text alone.
func (s *Server) throttled(until time.Time) error {
	return overLimit(90018, "当前应用调用该接口的qps超限", cmp.Or(s.config.qps, standardQPS), until)
}

const standardQPS = 20 // of the standard edition

func overLimit(code int, what string, limit int, until time.Time) error {
	return &refusal{
		code: code, gateway: true,
		text: fmt.Sprintf("%s, 请求总次数超过 %d 次, 限制将在 %s 结束",
			what, limit, until.In(beijing).Format(time.DateTime)),
	}
}

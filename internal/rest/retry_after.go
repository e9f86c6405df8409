package rest

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

var throttlePattern = regexp.MustCompile(`将在\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\s*结束`)

// throttleEnd returns how long a throttle lasts according to its text, which has the end in China time, or 0. The text
// has whole seconds, hence the additional second.
func throttleEnd(message string, now time.Time) time.Duration {
	m := throttlePattern.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	end, err := time.ParseInLocation(time.DateTime, m[1], contract.ServiceZone)
	if err != nil {
		return 0
	}
	wait := end.Sub(now) + time.Second
	if wait <= 0 || wait > time.Hour {
		return 0 // the clocks disagree too much
	}
	return wait
}

// serverTime returns the time by the service's own clock, on which its texts are based, or else by the local one.
func serverTime(header http.Header) time.Time {
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// maxRetryAfter keeps absurd values from overflowing.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter returns the duration of the header Retry-After, in seconds or as a date, or 0.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

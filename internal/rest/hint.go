package rest

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

var (
	subCodePattern  = regexp.MustCompile(`subcode=(\d+)`)
	throttlePattern = regexp.MustCompile(`将在\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\s*结束`)
	scopesPattern   = regexp.MustCompile(`requiredScopes=\[([^\]]*)\]`)
)

// throttleEnd reads when a throttle ends from its text, in which it is given in China time. The text has
// whole seconds, hence the second on top.
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
		return 0 // clocks that disagree this much say nothing
	}
	return wait
}

// hintLength is how much of a message is searched for hints.
const hintLength = 8 << 10

func hints(message string) string { return message[:min(len(message), hintLength)] }

func requiredScopes(message string) []string {
	m := scopesPattern.FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	scopes := []string{}
	for scope := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r == ',' || r == ' ' }) {
		if len(scopes) == maxScopes {
			break
		}
		scopes = append(scopes, scope)
	}
	return scopes
}

// serverTime prefers the service's own clock, on which its texts are based.
func serverTime(header http.Header) time.Time {
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// longestWait keeps absurd hints from overflowing.
const longestWait = 7 * 24 * time.Hour

// retryAfter reads the header of that name, in either of its forms.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(seconds, uint64(longestWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

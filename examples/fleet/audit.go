package main

import (
	"iter"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// audit holds what an emulator recorded of an import.
type audit struct {
	found, others       int // people of the list, and other people
	missing, duplicated []string
	calls, tokens       int
	throttled           int
	rate                float64 // calls to create per second
	busiest             int     // calls to create in any one second
}

func newAudit(srv *dingtalktest.Server, list iter.Seq2[provision.Person, error]) audit {
	var a audit
	created := map[string]int{}
	const throttled = 90018
	for _, c := range srv.Calls("") {
		a.calls++
		if c.Op == "GetToken" {
			a.tokens++
		}
		if c.Code == throttled {
			a.throttled++
		}
		if id, isText := c.Body["userid"].(string); isText && c.Op == "CreateUser" && c.Code == 0 { // even if the response was lost
			created[id]++
		}
	}
	seen := map[string]bool{}
	for p, err := range list {
		if err != nil || seen[p.UserID] {
			continue
		}
		seen[p.UserID] = true
		if _, ok := srv.User(p.UserID); ok {
			a.found++
		} else {
			a.missing = append(a.missing, p.UserID)
		}
		if created[p.UserID] > 1 {
			a.duplicated = append(a.duplicated, p.UserID)
		}
	}
	a.others = len(srv.Users()) - a.found
	a.rate, a.busiest = callRate(srv.Calls("CreateUser"))
	return a
}

// callRate returns the mean rate of calls, and the most in any second. A call uses its permit for one second, so the
// second after the last call counts: 120 calls at 20 per second take 6 s, though the first and the last may be 5 s
// apart.
func callRate(calls []dingtalktest.Call) (perSecond float64, busiest int) {
	if len(calls) == 0 {
		return 0, 0
	}
	times := make([]time.Time, len(calls))
	for i, c := range calls {
		times[i] = c.Time
	}
	slices.SortFunc(times, time.Time.Compare)
	first := 0
	for i, t := range times {
		for t.Sub(times[first]) >= time.Second {
			first++
		}
		busiest = max(busiest, i-first+1)
	}
	return float64(len(times)) / (times[len(times)-1].Sub(times[0]) + time.Second).Seconds(), busiest
}

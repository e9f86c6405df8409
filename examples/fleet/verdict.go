package main

import (
	"iter"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// verdict is what an emulator has seen of an import.
type verdict struct {
	there, others  int
	missing, twice []string
	calls, tokens  int
	throttled      int
	rate           float64 // of creating, a second
	busiest        int     // calls to create in any second
}

func verdictOf(srv *dingtalktest.Server, list iter.Seq2[provision.Person, error]) verdict {
	var v verdict
	created := map[string]int{}
	const throttled = 90018
	for _, c := range srv.Calls("") {
		v.calls++
		if c.Op == "GetToken" {
			v.tokens++
		}
		if c.Code == throttled {
			v.throttled++
		}
		if id, isText := c.Body["userid"].(string); isText && c.Op == "CreateUser" && c.Code == 0 { // whether or not the answer was heard
			created[id]++
		}
	}
	of := map[string]bool{}
	for p, err := range list {
		if err != nil || of[p.UserID] {
			continue
		}
		of[p.UserID] = true
		if _, there := srv.User(p.UserID); there {
			v.there++
		} else {
			v.missing = append(v.missing, p.UserID)
		}
		if created[p.UserID] > 1 {
			v.twice = append(v.twice, p.UserID)
		}
	}
	v.others = len(srv.Users()) - v.there
	v.rate, v.busiest = paceOf(srv.Calls("CreateUser"))
	return v
}

// paceOf measures calls. A call occupies what is permitted for one second, so the last one's counts, too: 120
// calls at 20 a second take 6 s, and the first and the last of them may be 5 s apart.
func paceOf(calls []dingtalktest.Call) (rate float64, busiest int) {
	if len(calls) == 0 {
		return 0, 0
	}
	at := make([]time.Time, len(calls))
	for i, c := range calls {
		at[i] = c.Time
	}
	slices.SortFunc(at, time.Time.Compare)
	first := 0
	for i, t := range at {
		for t.Sub(at[first]) >= time.Second {
			first++
		}
		busiest = max(busiest, i-first+1)
	}
	return float64(len(at)) / (at[len(at)-1].Sub(at[0]) + time.Second).Seconds(), busiest
}

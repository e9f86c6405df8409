package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// summary says how it went, and returns the exit code.
func (f *fleet) summary(ctx context.Context) int {
	total, whole := map[provision.Result]int{}, true
	for i, e := range f.shares {
		for result, n := range e.Results {
			total[result] += n
		}
		for _, problem := range e.Problems {
			f.screen.say("worker %d: %s", i+1, problem)
			whole = false
		}
		if e.Failure != "" {
			f.screen.say("worker %d: %s", i+1, e.Failure)
			whole = false
		}
	}
	f.screen.say("\n%d processes, %.1f s: %s", f.processes, f.took.Seconds(), results(total))
	switch {
	case f.place.emulator != nil:
		whole = f.judge() && whole
	case !f.apply && total[provision.Pending] > 0:
		f.screen.say("nothing was written: add -apply for that")
	}
	switch {
	case ctx.Err() != nil:
		f.screen.say("interrupted: all workers have ended; the same command goes on with whoever is missing")
	case !whole:
		f.screen.say("not everything is done: once what is named above is mended, the same command does the rest")
	}
	if !whole {
		return 1
	}
	return 0
}

// results puts numbers of people into words.
func results(n map[provision.Result]int) string {
	texts := []string{fmt.Sprintf("%d written, %d were as they should be", n[provision.Done], n[provision.Nothing])}
	for _, r := range []struct {
		result provision.Result
		words  string
	}{
		{provision.Pending, "to be written"},
		{provision.Conflicted, "in conflict"},
		{provision.Failed, "failed"},
		{provision.Unknown, "perhaps written"},
	} {
		if n[r.result] > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", n[r.result], r.words))
		}
	}
	return strings.Join(texts, ", ")
}

// judge asks the emulator what arrived. Whether everybody is there counts; the rest is for people to read.
func (f *fleet) judge() bool {
	list, done, err := listed(f.list, f.people)
	if err != nil {
		f.screen.say("%v", err)
		return false
	}
	defer done()
	v := verdictOf(f.place.emulator, list)
	whole := len(v.missing)+len(v.twice)+v.others == 0
	if whole {
		f.screen.say("  the emulator has all %d people of the list, each once, and nobody else", v.there)
	} else {
		f.screen.say("  the emulator has %d people of the list%s%s, and %d others",
			v.there, some("missing", v.missing), some("created twice", v.twice), v.others)
	}
	f.screen.say("  %d of %d calls were for a token", v.tokens, v.calls)
	f.screen.say("  %d calls were more than is permitted", v.throttled)
	f.screen.say("  calls to create came at %.1f a second, which is %.1f %% of the %d that are permitted; %d in the busiest second",
		v.rate, 100*v.rate/limit, limit, v.busiest)
	return whole
}

// some names the first of those whom something is wrong with.
func some(what string, userIDs []string) string {
	const most = 5
	switch n := len(userIDs); {
	case n == 0:
		return ""
	case n > most:
		return fmt.Sprintf(", %d %s (%s, ...)", n, what, strings.Join(userIDs[:most], ", "))
	default:
		return fmt.Sprintf(", %d %s (%s)", n, what, strings.Join(userIDs, ", "))
	}
}

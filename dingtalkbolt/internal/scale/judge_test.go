package scale

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// judge knows what the users are like, in the fields that every list shows, and since when.
type judge struct {
	w *world

	mu      sync.Mutex
	is      map[string]string    // by user ID
	joined  map[string]time.Time // those who came after the beginning
	records []*record
}

// record is what the judge finds of a copy.
type record struct {
	judge *judge
	name  string

	shows   map[string]string
	pending map[string][]time.Time // the changes of a user since the row was right
	delays  []time.Duration        // of changes that have arrived
	deleted int                    // users who have not left
	wrong   []int                  // rows, at times
}

func newJudge(w *world) *judge {
	j := &judge{w: w, is: map[string]string{}, joined: map[string]time.Time{}}
	for _, u := range w.srv.Users() {
		j.is[u.UserID] = printed(new(expectedUser(u)))
	}
	w.changed = j.changed
	return j
}

// record returns a record of a copy, which is empty.
func (j *judge) record(name string) *record {
	r := &record{judge: j, name: name, shows: map[string]string{}, pending: map[string][]time.Time{}}
	j.records = append(j.records, r)
	return r
}

// printed returns the fields of a user that every list shows as a text, empty for nil.
func printed(u *dingtalk.User) string {
	if u == nil {
		return ""
	}
	text, err := json.Marshal(listed(*u))
	if err != nil {
		panic(err)
	}
	return string(text)
}

// changed notes a change of a user.
func (j *judge) changed(id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := ""
	if u, found := j.w.srv.User(id); found {
		now = printed(new(expectedUser(u)))
	}
	switch j.is[id] {
	case now:
		return
	case "":
		j.joined[id] = time.Now()
	}
	j.is[id] = now
	for _, r := range j.records {
		r.pending[id] = append(r.pending[id], time.Now())
	}
}

// show notes what a copy has of a user from now on; nil if the user is gone.
func (r *record) show(id string, u *dingtalk.User) {
	r.judge.mu.Lock()
	defer r.judge.mu.Unlock()
	is, shown := r.judge.is[id], printed(u)
	const passing = time.Second // between a read and its arrival here the user may have come back
	if shown == "" && r.shows[id] != "" && is != "" && time.Since(r.judge.joined[id]) > passing {
		r.deleted++
	}
	if r.shows[id] = shown; shown != is {
		return
	}
	for _, changed := range r.pending[id] {
		r.delays = append(r.delays, time.Since(changed))
	}
	delete(r.pending, id)
}

// count notes how many rows of each copy are wrong now.
func (j *judge) count() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.records {
		n := 0
		for id, is := range j.is {
			if r.shows[id] != is {
				n++
			}
		}
		r.wrong = append(r.wrong, n)
	}
}

// atRest returns how many rows were wrong when they were counted last.
func (r *record) atRest() int { return r.wrong[len(r.wrong)-1] }

// mean returns how many rows were wrong on average.
func (r *record) mean() float64 {
	sum := 0
	for _, n := range r.wrong {
		sum += n
	}
	return float64(sum) / float64(len(r.wrong))
}

// quantile returns the time from a change to the copy that a share of the changes did not exceed.
func (r *record) quantile(share float64) string {
	slices.Sort(r.delays)
	all := len(r.delays)
	for _, changes := range r.pending {
		all += len(changes)
	}
	i := int(share * float64(all))
	if i >= len(r.delays) {
		return "never"
	}
	switch d := r.delays[i]; {
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	default:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
}

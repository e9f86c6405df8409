package emulator

import (
	"cmp"
	"slices"
	"strings"
)

// How well a person fits what is searched for, the best first.
const (
	isExactly = iota
	beginsWith
	contains
	fitsNot
)

// hit is a person who was found.
type hit struct {
	*User
	fit int
}

func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UserID, b.UserID))
}

// Search finds people by a part of their name, mobile number, userid or job number, in upper or lower case, and says
// how many there are. It returns the n who fit best.
func (s *Server) Search(text string, n int) (found []User, total int) {
	q := newQuestion(text)
	if q.text == "" {
		return nil, 0
	}
	var best []hit
	for _, u := range s.everybody() { // without the lock
		fit := q.fit(u)
		if fit == fitsNot {
			continue
		}
		total++
		h := hit{u, fit}
		if len(best) == n && compareHits(h, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, h, compareHits)
		best = slices.Insert(best, at, h)
		best = best[:min(n, len(best))]
	}
	for _, h := range best {
		found = append(found, *h.clone())
	}
	return found, total
}

// everybody is who is there, in no order. What is stored of a person is never changed, only replaced, so it can be
// read while the server goes on.
func (s *Server) everybody() []*User {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*User, 0, len(s.org.users))
	for _, u := range s.org.users {
		all = append(all, u)
	}
	return all
}

// question is what is searched for.
type question struct {
	text   string // in lower case
	digits string // where it can be a number: "+86-138 0000" is 861380000
	abroad bool   // and begins with a country code
}

func newQuestion(text string) question {
	text = strings.TrimSpace(text)
	q := question{text: strings.ToLower(text)}
	digits := strings.NewReplacer(" ", "", "-", "", "+", "").Replace(text)
	if strings.Trim(digits, "0123456789") == "" {
		q.digits, q.abroad = digits, strings.HasPrefix(text, "+")
	}
	return q
}

func (q question) fit(u *User) int {
	fit := fitsNot
	for _, value := range [...]string{u.Name, u.UserID, u.JobNumber} {
		fit = min(fit, fitOf(strings.ToLower(value), q.text))
	}
	if q.digits == "" {
		return fit
	}
	if !q.abroad {
		return min(fit, fitOf(u.Mobile, q.digits))
	}
	if number, ok := strings.CutPrefix(q.digits, u.StateCode); ok && strings.HasPrefix(u.Mobile, number) {
		return min(fit, fitOf(u.Mobile, number))
	}
	return fit
}

func fitOf(value, text string) int {
	switch at := strings.Index(value, text); {
	case at < 0:
		return fitsNot
	case at > 0:
		return contains
	case len(value) == len(text):
		return isExactly
	}
	return beginsWith
}

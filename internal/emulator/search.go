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
	record
	fit int
}

// compareHits goes by the names of those who fit equally well.
func compareHits(a, b hit) int { return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(a.text, b.text)) }

// Search finds people by a part of their name, mobile number, userid or job number, in upper or lower case, and says
// how many there are. It returns the n who fit best.
func (s *Server) Search(text string, n int) (found []User, total int) {
	q := newQuestion(text)
	if q.text == "" {
		return nil, 0
	}
	var best []hit
	for _, r := range s.everybody() { // without the lock
		fit := q.fit(r)
		if fit == fitsNot {
			continue
		}
		total++
		h := hit{r, fit}
		if len(best) == n && compareHits(h, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, h, compareHits)
		best = slices.Insert(best, at, h)
		best = best[:min(n, len(best))]
	}
	for _, h := range best {
		found = append(found, *h.user.clone())
	}
	return found, total
}

// question is what is searched for.
type question struct {
	text   string // folded
	digits string // of a number that is not written as it is stored: "138-0000" is 1380000
	abroad bool   // it is a number with its country code
}

func newQuestion(text string) question {
	q := question{text: strings.TrimSpace(fold(text))}
	digits := strings.NewReplacer(" ", "", "-", "").Replace(q.text)
	number, abroad := strings.CutPrefix(digits, "+")
	if number != "" && strings.Trim(number, "0123456789") == "" {
		q.digits, q.abroad = digits, abroad
	}
	return q
}

func (q question) fit(r record) int {
	switch {
	case q.abroad:
		return fitIn(r.number, q.digits)
	case q.digits != "" && q.digits != q.text:
		return min(fitIn(r.text, q.text), fitIn(r.text, q.digits))
	}
	return fitIn(r.text, q.text)
}

// fitIn says how well any of the values between separators fits.
func fitIn(values, text string) int {
	best := fitsNot
	for from := 0; ; {
		at := strings.Index(values[from:], text)
		if at < 0 {
			return best
		}
		at += from
		begins, ends := values[at-1] == separator[0], values[at+len(text)] == separator[0]
		switch {
		case begins && ends:
			return isExactly
		case begins:
			best = beginsWith
		default:
			best = min(best, contains)
		}
		from = at + 1
	}
}

package directory

import (
	"cmp"
	"slices"
	"strings"
)

// How well a person matches a search, the best first.
const (
	exactMatch = iota
	prefixMatch
	partialMatch
	noMatch
)

// searchHit is a person who matches a search.
type searchHit struct {
	searchRecord
	match int
}

// compareHits orders hits by how well they match, then by name.
func compareHits(a, b searchHit) int {
	return cmp.Or(cmp.Compare(a.match, b.match), cmp.Compare(a.text, b.text))
}

// Search finds people by a part of their name, mobile number, userid or job number, in upper or lower case. It
// returns copies of the n best matches and the number of all matches.
func (x SearchIndex) Search(text string, n int) (found []User, total int) {
	q := newSearchQuery(text)
	if q.text == "" {
		return nil, 0
	}
	return x.best(n, q.match)
}

// Choose finds people like Search, or all by name for the empty text, as far as keep returns true.
func (o *Organization) Choose(text string, n int, keep func(*User) bool) (found []User, total int) {
	o.BuildIndex()
	q := newSearchQuery(text)
	return o.search.best(n, func(r searchRecord) int {
		switch {
		case !keep(r.user):
			return noMatch
		case q.text == "":
			return exactMatch
		}
		return q.match(r)
	})
}

// best returns copies of the n best matches and the number of all matches.
func (x SearchIndex) best(n int, matchOf func(searchRecord) int) (found []User, total int) {
	var best []searchHit
	for _, r := range x.records {
		match := matchOf(r)
		if match == noMatch {
			continue
		}
		total++
		h := searchHit{r, match}
		if len(best) == n && compareHits(h, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, h, compareHits)
		best = slices.Insert(best, at, h)
		best = best[:min(n, len(best))]
	}
	for _, h := range best {
		found = append(found, *h.user.Clone())
	}
	return found, total
}

// searchQuery is a search text, prepared.
type searchQuery struct {
	text          string // folded
	digits        string // of a number that is not written as it is stored: "138-0000" is 1380000
	international bool   // digits begin with a country code
}

func newSearchQuery(text string) searchQuery {
	q := searchQuery{text: strings.TrimSpace(fold(text))}
	digits := strings.NewReplacer(" ", "", "-", "").Replace(q.text)
	number, international := strings.CutPrefix(digits, "+")
	if number != "" && strings.Trim(number, "0123456789") == "" {
		q.digits, q.international = digits, international
	}
	return q
}

func (q searchQuery) match(r searchRecord) int {
	switch {
	case q.international:
		return matchValues(r.number, q.digits)
	case q.digits != "" && q.digits != q.text:
		return min(matchValues(r.text, q.text), matchValues(r.text, q.digits))
	}
	return matchValues(r.text, q.text)
}

// matchValues returns how well the best of the values between separators matches a text.
func matchValues(values, text string) int {
	best := noMatch
	for from := 0; ; {
		at := strings.Index(values[from:], text)
		if at < 0 {
			return best
		}
		at += from
		begins, ends := values[at-1] == separator[0], values[at+len(text)] == separator[0]
		switch {
		case begins && ends:
			return exactMatch
		case begins:
			best = prefixMatch
		default:
			best = min(best, partialMatch)
		}
		from = at + 1
	}
}

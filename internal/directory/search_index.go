package directory

import (
	"slices"
	"strings"
)

// SearchIndex holds what people are searched by, in one slice: to go through the people themselves takes too long
// for a hundred thousand of them. It is built when it is first needed and kept up to date from then on.
type SearchIndex struct {
	records []searchRecord
	at      map[string]int // by userid; nil before the index is built
}

// searchRecord is what one person is searched by.
type searchRecord struct {
	user   *User
	text   string // name, userid, job number and mobile number, folded, with separators around each
	number string // the mobile number with its country code, between separators
}

// separator is a character that no search finds.
const separator = "\x00"

// fold makes texts equal that a search takes for the same.
func fold(text string) string { return strings.ToLower(strings.ReplaceAll(text, separator, " ")) }

func newSearchRecord(u *User) searchRecord {
	number := "+" + u.StateCode + u.Mobile
	all := separator + strings.Join([]string{
		fold(u.Name), fold(u.UserID), fold(u.JobNumber), u.Mobile, number,
	}, separator) + separator
	at := len(all) - len(number) - len(separator)
	return searchRecord{u, all[:at], all[at-len(separator):]}
}

// BuildIndex builds the search index, if it is not built yet.
func (o *Organization) BuildIndex() {
	if o.search.at != nil {
		return
	}
	o.search = SearchIndex{make([]searchRecord, 0, len(o.users)), make(map[string]int, len(o.users))}
	for _, u := range o.users {
		o.search.put(u)
	}
}

// Indexed reports whether the search index is built.
func (o *Organization) Indexed() bool { return o.search.at != nil }

// put records a person, new or changed.
func (x *SearchIndex) put(u *User) {
	if x.at == nil {
		return
	}
	at, known := x.at[u.UserID]
	if !known {
		at = len(x.records)
		x.at[u.UserID] = at
		x.records = append(x.records, searchRecord{})
	}
	x.records[at] = newSearchRecord(u)
}

// remove deletes a person. The last record takes the free position.
func (x *SearchIndex) remove(userid string) {
	at, known := x.at[userid]
	if !known {
		return
	}
	last := len(x.records) - 1
	x.records[at] = x.records[last]
	x.at[x.records[at].user.UserID] = at
	x.records[last] = searchRecord{}
	x.records = x.records[:last]
	delete(x.at, userid)
}

// SearchIndex returns a copy of the search index. The copy can be searched while the organization changes: stored
// people are never written to, only replaced.
func (o *Organization) SearchIndex() SearchIndex {
	o.BuildIndex()
	return SearchIndex{records: slices.Clone(o.search.records)}
}

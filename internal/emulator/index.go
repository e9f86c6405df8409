package emulator

import (
	"slices"
	"strings"
)

// index is what people are searched by: their values side by side, for to go through a hundred thousand people
// themselves takes too long. It is made when it is first needed and kept up from then on.
type index struct {
	records []record
	at      map[string]int // by userid; nil before it is made
}

// record is what one person is searched by.
type record struct {
	user   *User
	text   string // name, userid, job number and mobile number, folded, with separators around each
	number string // the mobile number with its country code, between separators
}

// separator is nothing that is searched for.
const separator = "\x00"

// fold makes alike what a search takes for the same.
func fold(text string) string { return strings.ToLower(strings.ReplaceAll(text, separator, " ")) }

func newRecord(u *User) record {
	number := "+" + u.StateCode + u.Mobile
	all := separator + strings.Join([]string{
		fold(u.Name), fold(u.UserID), fold(u.JobNumber), u.Mobile, number,
	}, separator) + separator
	at := len(all) - len(number) - len(separator)
	return record{u, all[:at], all[at-len(separator):]}
}

// Index makes what Search reads, so that the first search need not.
func (s *Server) Index() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org.makeIndex()
}

func (o *organisation) makeIndex() {
	if o.index.at != nil {
		return
	}
	o.index = index{make([]record, 0, len(o.users)), make(map[string]int, len(o.users))}
	for _, u := range o.users {
		o.index.put(u)
	}
}

// put takes up a person, new or changed.
func (x *index) put(u *User) {
	if x.at == nil {
		return
	}
	at, there := x.at[u.UserID]
	if !there {
		at = len(x.records)
		x.at[u.UserID] = at
		x.records = append(x.records, record{})
	}
	x.records[at] = newRecord(u)
}

// remove forgets a person. The last one takes the place.
func (x *index) remove(userid string) {
	at, there := x.at[userid]
	if !there {
		return
	}
	last := len(x.records) - 1
	x.records[at] = x.records[last]
	x.at[x.records[at].user.UserID] = at
	x.records[last] = record{}
	x.records = x.records[:last]
	delete(x.at, userid)
}

// everybody is what all people are searched by, in no order. What is stored of a person is never changed, only
// replaced, so the copy can be read while the server goes on.
func (s *Server) everybody() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org.makeIndex()
	return slices.Clone(s.org.index.records)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// search looks people up.
type search struct {
	client      *dingtalk.Client
	departments map[int64]string // names; empty for those that cannot be read
	nameless    error            // why no name can be read
	found       int
	failed      []error
}

// answer is a query with who it is.
type answer struct {
	Query       string       `json:"query"`
	Kind        kind         `json:"kind"`
	UserID      string       `json:"userid,omitzero"`
	Name        string       `json:"name,omitzero"`
	Title       string       `json:"title,omitzero"`
	Departments []department `json:"departments,omitzero"`
	Error       string       `json:"error,omitzero"` // why there is nobody
}

type department struct {
	DeptID int64  `json:"dept_id"`
	Name   string `json:"name,omitzero"` // absent if it cannot be read
}

// answers finds the userids first, which takes a call each for mobile numbers and union IDs, and then the people.
// Both is done for many at once; the iterators of the client keep the order.
func (s *search) answers(ctx context.Context, queries []*query) iter.Seq[answer] {
	return func(yield func(answer) bool) {
		s.resolve(ctx, queries)
		var userids []string
		for _, q := range queries {
			if q.err == nil {
				userids = append(userids, q.userid)
			}
		}
		next, stop := iter.Pull2(s.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: userids}))
		defer stop()
		for _, q := range queries {
			a := answer{Query: q.text, Kind: q.kind, UserID: q.userid}
			var u dingtalk.User
			if q.err == nil {
				u, q.err, _ = next()
			}
			if q.err == nil {
				s.found++
				a.Name, a.Title, a.Departments = u.Name, u.Title, s.named(ctx, u.DeptIDList)
			} else {
				s.failed = append(s.failed, q.err)
				a.Error = advice.Reason(q.err)
			}
			if !yield(a) {
				return
			}
		}
	}
}

// resolve finds the userid of each query.
func (s *search) resolve(ctx context.Context, queries []*query) {
	of := func(k kind) (some []*query, texts []string) {
		for _, q := range queries {
			if q.kind == k {
				some, texts = append(some, q), append(texts, q.text)
			}
		}
		return some, texts
	}
	for _, q := range queries {
		if q.kind == userID {
			q.userid = q.text
		}
	}
	some, texts := of(mobile)
	for h, err := range s.client.UserIDsByMobile(ctx, dingtalk.UserIDsByMobileRequest{Mobiles: texts}) {
		some[0].userid, some[0].err, some = h.UserID, err, some[1:]
	}
	some, texts = of(unionID)
	for h, err := range s.client.UserIDsByUnionID(ctx, dingtalk.UserIDsByUnionIDRequest{UnionIDs: texts}) {
		if err == nil && h.ContactType != 0 {
			err = errExternal
		}
		some[0].userid, some[0].err, some = h.UserID, err, some[1:]
	}
}

var errExternal = errors.New("an external contact, not a member of the organisation")

// named gives departments their names. That is a call for each department, one after another, which is about
// as fast as the service permits.
func (s *search) named(ctx context.Context, ids []int64) []department {
	list := make([]department, len(ids))
	for i, id := range ids {
		name, known := s.departments[id]
		if !known && s.nameless == nil {
			d, err := s.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
			switch {
			case err == nil:
				name = d.Name
			case !errors.Is(err, dingtalk.ErrNotFound) && !advice.OutOfSight(err):
				s.nameless = err // the next one would not fare better
			}
			s.departments[id] = name
		}
		list[i] = department{id, name}
	}
	return list
}

// report says how it went and what can be done, and returns the exit code.
func (s *search) report(errOut io.Writer) int {
	all := s.found + len(s.failed)
	_, _ = fmt.Fprintf(errOut, "lookup: %d of %d found\n", s.found, all)
	if s.nameless != nil {
		_, _ = fmt.Fprintf(errOut, "lookup: departments are without their names: %v\n", s.nameless)
	}
	var advised []string
	for _, err := range append(s.failed, s.nameless) {
		if todo := advice.For(err); todo != "" && !slices.Contains(advised, todo) {
			advised = append(advised, todo)
			_, _ = fmt.Fprintln(errOut, "what to do:", todo)
		}
	}
	if s.found < all {
		return 1
	}
	return 0
}

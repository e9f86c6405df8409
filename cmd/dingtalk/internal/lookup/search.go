package lookup

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// search finds the people of queries.
type search struct {
	client      *dingtalk.Client
	departments map[int64]string // names by ID; empty for those that cannot be read
	namesErr    error            // why no name of a department can be read
	found       int
	failed      []error
}

// result is what a query found.
type result struct {
	Query       string       `json:"query"`
	Kind        kind         `json:"kind"`
	UserID      string       `json:"userid,omitzero"`
	Name        string       `json:"name,omitzero"`
	Title       string       `json:"title,omitzero"`
	Departments []department `json:"departments,omitzero"`
	Error       string       `json:"error,omitzero"` // why nothing was found
}

type department struct {
	DeptID int64  `json:"dept_id"`
	Name   string `json:"name,omitzero"` // absent if it cannot be read
}

// run returns the result of each query, in order. It first finds the userids, which takes a call for each mobile number
// and union ID, and then reads the users. The client makes these calls concurrently, and its iterators keep the order.
func (s *search) run(ctx context.Context, queries []*query) iter.Seq[result] {
	return func(yield func(result) bool) {
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
			r := result{Query: q.text, Kind: q.kind, UserID: q.userid}
			var u dingtalk.User
			if q.err == nil {
				u, q.err, _ = next()
			}
			if q.err == nil {
				s.found++
				r.Name, r.Title, r.Departments = u.Name, u.Title, s.namedDepartments(ctx, u.DeptIDList)
			} else {
				s.failed = append(s.failed, q.err)
				r.Error = advice.Reason(q.err)
			}
			if !yield(r) {
				return
			}
		}
	}
}

// resolve sets the userid or the error of each query.
func (s *search) resolve(ctx context.Context, queries []*query) {
	ofKind := func(k kind) (matching []*query, texts []string) {
		for _, q := range queries {
			if q.kind == k {
				matching, texts = append(matching, q), append(texts, q.text)
			}
		}
		return matching, texts
	}
	for _, q := range queries {
		if q.kind == userID {
			q.userid = q.text
		}
	}
	pending, texts := ofKind(mobile)
	for u, err := range s.client.UserIDsByMobile(ctx, dingtalk.UserIDsByMobileRequest{Mobiles: texts}) {
		pending[0].userid, pending[0].err, pending = u.UserID, err, pending[1:]
	}
	pending, texts = ofKind(unionID)
	for u, err := range s.client.UserIDsByUnionID(ctx, dingtalk.UserIDsByUnionIDRequest{UnionIDs: texts}) {
		if err == nil && u.ContactType != 0 {
			err = errExternal
		}
		pending[0].userid, pending[0].err, pending = u.UserID, err, pending[1:]
	}
}

var errExternal = errors.New("an external contact, not a member of the organization")

// namedDepartments returns departments with their names. It reads one name after another, which is about as fast as the
// service permits.
func (s *search) namedDepartments(ctx context.Context, ids []int64) []department {
	list := make([]department, len(ids))
	for i, id := range ids {
		name, known := s.departments[id]
		if !known && s.namesErr == nil {
			d, err := s.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
			switch {
			case err == nil:
				name = d.Name
			case !errors.Is(err, dingtalk.ErrNotFound) && !advice.OutOfSight(err):
				s.namesErr = err // the next call would fail in the same way
			}
			s.departments[id] = name
		}
		list[i] = department{id, name}
	}
	return list
}

// report prints the outcome and what to do about errors, and returns the exit code.
func (s *search) report(r *app.Run) int {
	total := s.found + len(s.failed)
	r.Note("%d of %d found", s.found, total)
	if s.namesErr != nil {
		r.Log("departments are without their names: %v", s.namesErr)
	}
	for _, text := range advice.ForAll(append(s.failed, s.namesErr)) {
		_, _ = fmt.Fprintln(r.Stderr, "what to do:", text)
	}
	if s.found < total {
		return cli.Failed
	}
	return cli.OK
}

package export

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// person is a user as GetUser or a user list shows it.
type person struct {
	userid string
	depts  []int64
	fields any // a pointer to a struct
}

// members reads the people of a department who are not written yet. An error without a person is the last pair, and
// means that people may be missing.
func (j *job) members(ctx context.Context, dept int64) iter.Seq2[*person, error] {
	if j.fast {
		return j.listMembers(ctx, dept)
	}
	return func(yield func(*person, error) bool) {
		res, err := j.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: dept})
		if err != nil {
			yield(nil, err)
			return
		}
		j.readEach(ctx, res.UserIDList)(yield)
	}
}

// listMembers reads the people of a department as user lists show them.
func (j *job) listMembers(ctx context.Context, dept int64) iter.Seq2[*person, error] {
	return func(yield func(*person, error) bool) {
		for u, err := range j.client.DepartmentUsers(ctx, dingtalk.ListUsersRequest{DeptID: dept, ContainAccessLimit: true}) {
			var p *person
			switch {
			case err == nil && j.out.hasUser(u.UserID):
				continue
			case err == nil:
				p = &person{u.UserID, u.DeptIDList, &dingtalk.OrgUser{UserInDept: u, DeptID: dept}}
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// maxRounds is how often people are requested whom the service was too busy to return.
const maxRounds = 5

// readEach reads people one by one. People whom the service was too busy to return are requested again after the
// others.
func (j *job) readEach(ctx context.Context, userids []string) iter.Seq2[*person, error] {
	return func(yield func(*person, error) bool) {
		userids = slices.DeleteFunc(userids, j.out.hasUser)
		for round := range maxRounds {
			var again []string
			for u, err := range j.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: userids}) {
				if retryable(err) && !fatal(ctx, err) && round < maxRounds-1 {
					again = append(again, u.UserID)
					continue
				}
				p := &person{u.UserID, u.DeptIDList, &u}
				if err == nil && j.fast {
					p.fields, err = asOrgUser(&u)
				}
				if !yield(p, err) {
					return
				}
			}
			userids = again
		}
	}
}

// retryable reports whether the same call may succeed later.
func retryable(err error) bool {
	return errors.Is(err, dingtalk.ErrRateLimited) || errors.Is(err, dingtalk.ErrTransient)
}

// asOrgUser returns a user as a user list would show it, because the fields have the same names.
func asOrgUser(u *dingtalk.User) (*dingtalk.OrgUser, error) {
	text, err := json.Marshal(u)
	if err != nil {
		return nil, err
	}
	var o dingtalk.OrgUser
	return &o, json.Unmarshal(text, &o)
}

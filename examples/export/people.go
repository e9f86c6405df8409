package main

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// person is somebody in whichever form they were read.
type person struct {
	userid string
	depts  []int64
	fields any // a pointer to a struct
}

// members reads those people of a department who are not written yet. An error without a person is the last
// pair: there may be more people.
func (j *job) members(ctx context.Context, dept int64) iter.Seq2[*person, error] {
	if j.fast {
		return j.listed(ctx, dept)
	}
	return func(yield func(*person, error) bool) {
		res, err := j.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: dept})
		if err != nil {
			yield(nil, err)
			return
		}
		j.each(ctx, res.UserIDList)(yield)
	}
}

// listed reads the people of a department as lists show them.
func (j *job) listed(ctx context.Context, dept int64) iter.Seq2[*person, error] {
	return func(yield func(*person, error) bool) {
		for u, err := range j.client.DepartmentUsers(ctx, dingtalk.ListUsersRequest{DeptID: dept, ContainAccessLimit: true}) {
			var p *person
			switch {
			case err == nil && j.out.has(u.UserID):
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

// patience is how often people are asked for again whom the service was too busy for.
const patience = 5

// each reads people one by one. Whom the service was too busy for is asked for again after the others.
func (j *job) each(ctx context.Context, userids []string) iter.Seq2[*person, error] {
	return func(yield func(*person, error) bool) {
		userids = slices.DeleteFunc(userids, j.out.has)
		for round := range patience {
			var again []string
			for u, err := range j.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: userids}) {
				if passing(err) && !hopeless(ctx, err) && round < patience-1 {
					again = append(again, u.UserID)
					continue
				}
				p := &person{u.UserID, u.DeptIDList, &u}
				if err == nil && j.fast {
					p.fields, err = asListed(&u)
				}
				if !yield(p, err) {
					return
				}
			}
			userids = again
		}
	}
}

// passing knows the errors after which the same call may work.
func passing(err error) bool {
	return errors.Is(err, dingtalk.ErrRateLimited) || errors.Is(err, dingtalk.ErrTransient)
}

// asListed is a person as a list would show them: the fields have the same names.
func asListed(u *dingtalk.User) (*dingtalk.OrgUser, error) {
	text, err := json.Marshal(u)
	if err != nil {
		return nil, err
	}
	var o dingtalk.OrgUser
	return &o, json.Unmarshal(text, &o)
}

package main

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// How far to look for people who show what the field permissions let an app see.
const (
	mostPeople      = 10
	mostDepartments = 10
)

// fields finds out about the two permissions that are about fields and not about calls. Whoever lacks one gets
// no error but people without these fields, so it takes people who have them.
func (d *doctor) fields(ctx context.Context) {
	const mobile, personal = "mobile numbers", "personal information"
	if reason := d.obstacle(memberPoint); reason != "" {
		d.skip(mobile, reason)
		d.skip(personal, reason)
		return
	}
	seen := d.look(ctx)
	switch {
	case seen.mobile:
		d.ok(mobile, "people are shown with theirs")
	case seen.ordinary:
		d.missing(mobile, "missing: people are shown without theirs", []string{`"enterprise staff mobile" (fieldMobile)`})
	default:
		d.unseen(mobile, seen)
	}
	if seen.personal {
		d.ok(personal, "people are shown with mail, work place, remark or custom fields")
	} else {
		d.unseen(personal, seen)
	}
}

func (d *doctor) unseen(name string, s sight) {
	switch {
	case s.err != nil:
		d.cannotTell(name, s.err)
	case s.people == 0:
		d.skip(name, "cannot be told: nobody was found to look at")
	default:
		d.skip(name, "cannot be told: nobody looked at has any, or the app may not see it")
	}
}

// sight is what was seen of people.
type sight struct {
	people           int
	ordinary         bool // one of them at least must have a mobile number
	mobile, personal bool
	err              error // what ended the search
}

// look reads people until it has seen enough.
func (d *doctor) look(ctx context.Context) (s sight) {
	tries := 0
	for userid, err := range d.people(ctx) {
		if err != nil {
			s.err = err
			return s
		}
		u, err := d.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userid})
		switch {
		case err == nil:
			s.people++
			s.ordinary = s.ordinary || !u.ExclusiveAccount // an account of the organisation has none
			s.mobile = s.mobile || u.Mobile != ""
			s.personal = s.personal || u.Email != "" || u.WorkPlace != "" || u.Remark != "" || u.Extension != ""
		case outOfSight(err), errors.Is(err, dingtalk.ErrNotFound): // for one, who left a moment ago
		default:
			s.err = d.heed(ctx, err)
			return s
		}
		if tries++; tries == mostPeople || (s.mobile && s.personal) {
			return s
		}
	}
	return s
}

// people are those whom the app may see, once each: those named in its visible range, then the members of some
// departments from the top down. An error that keeps it from looking further comes last.
func (d *doctor) people(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		met := map[string]bool{}
		meet := func(userids []string) bool {
			for _, id := range userids {
				if !met[id] && !yield(id, nil) {
					return false
				}
				met[id] = true
			}
			return true
		}
		if d.scopes != nil && !meet(d.scopes.AuthOrgScopes.AuthedUser) {
			return
		}
		queue := slices.Clone(d.departments())
		for i := 0; i < min(len(queue), mostDepartments); i++ {
			members, err := d.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: queue[i]})
			switch {
			case err == nil:
				if !meet(members.UserIDList) {
					return
				}
			case !errors.Is(err, dingtalk.ErrNotFound):
				yield("", d.heed(ctx, err))
				return
			}
			below, err := d.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: queue[i]})
			switch {
			case err == nil:
				queue = append(queue, below.DeptIDList...)
			case !errors.Is(err, dingtalk.ErrNotFound) && !lacksPoint(err):
				yield("", d.heed(ctx, err))
				return
			}
		}
	}
}

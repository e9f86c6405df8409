package doctor

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// The bounds of the search for people who have the fields that an app may lack permission to see.
const (
	maxPeople      = 10
	maxDepartments = 10
)

// checkFields tests the two permissions that concern fields instead of calls. An app without them gets no error, but
// people without these fields, so the test needs people who have them.
func (d *doctor) checkFields(ctx context.Context) {
	const mobile, personal = "mobile numbers", "personal information"
	if reason := d.unmet(memberPoint); reason != "" {
		d.skip(mobile, reason)
		d.skip(personal, reason)
		return
	}
	seen := d.sample(ctx)
	switch {
	case seen.mobile:
		d.ok(mobile, "people are shown with theirs")
	case seen.ordinary:
		d.missing(mobile, "missing: people are shown without theirs", []string{`"enterprise staff mobile" (fieldMobile)`})
	default:
		d.notSeen(mobile, seen)
	}
	if seen.personal {
		d.ok(personal, "people are shown with mail, work place, remark or custom fields")
	} else {
		d.notSeen(personal, seen)
	}
}

// notSeen reports a field that no one in the sample has.
func (d *doctor) notSeen(name string, s sample) {
	switch {
	case s.err != nil:
		d.inconclusive(name, s.err)
	case s.people == 0:
		d.skip(name, "inconclusive: the app sees no people to read")
	default:
		d.skip(name, "inconclusive: no one read has any, or the app may not see it")
	}
}

// sample describes the people who were read.
type sample struct {
	people           int
	ordinary         bool // at least one of them must have a mobile number
	mobile, personal bool // at least one is shown with it
	err              error
}

// sample reads people until it has seen both kinds of fields or reaches a bound.
func (d *doctor) sample(ctx context.Context) (s sample) {
	tries := 0
	for userid, err := range d.userIDs(ctx) {
		if err != nil {
			s.err = err
			return s
		}
		u, err := d.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userid})
		switch {
		case err == nil:
			s.people++
			s.ordinary = s.ordinary || !u.ExclusiveAccount // an account of the organization has no number
			s.mobile = s.mobile || u.Mobile != ""
			s.personal = s.personal || u.Email != "" || u.WorkPlace != "" || u.Remark != "" || u.Extension != ""
		case advice.OutOfSight(err), errors.Is(err, dingtalk.ErrNotFound): // for example, deleted a moment ago
		default:
			s.err = d.stopIfFatal(ctx, err)
			return s
		}
		if tries++; tries == maxPeople || (s.mobile && s.personal) {
			return s
		}
	}
	return s
}

// userIDs returns the people whom the app may see, each once: those named in its visible range, then the members of
// some departments from the top down. An error that ends the search comes last.
func (d *doctor) userIDs(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		seen := map[string]bool{}
		yieldNew := func(userids []string) bool {
			for _, id := range userids {
				if !seen[id] && !yield(id, nil) {
					return false
				}
				seen[id] = true
			}
			return true
		}
		if d.scopes != nil && !yieldNew(d.scopes.AuthOrgScopes.AuthedUser) {
			return
		}
		queue := slices.Clone(d.topDepartments())
		for i := 0; i < min(len(queue), maxDepartments); i++ {
			members, err := d.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: queue[i]})
			switch {
			case err == nil:
				if !yieldNew(members.UserIDList) {
					return
				}
			case !errors.Is(err, dingtalk.ErrNotFound):
				yield("", d.stopIfFatal(ctx, err))
				return
			}
			children, err := d.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: queue[i]})
			switch {
			case err == nil:
				queue = append(queue, children.DeptIDList...)
			case !errors.Is(err, dingtalk.ErrNotFound) && !isMissingPoint(err):
				yield("", d.stopIfFatal(ctx, err))
				return
			}
		}
	}
}

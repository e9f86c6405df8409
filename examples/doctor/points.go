package main

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// probe is a harmless call that needs a permission point.
type probe struct {
	point string
	can   string // what an app can do that has it
	call  func(ctx context.Context, d *doctor) error

	asked bool
	err   error
}

const (
	basePoint   = "qyapi_base"
	memberPoint = "qyapi_get_member"
)

// probes lists every permission point. The calls ask for what is there wherever that is possible, and otherwise
// for what cannot be: the refusal of a value proves that the permission was there to look at the value.
func probes() []*probe {
	return []*probe{
		{point: basePoint, can: "see its own visible range", call: func(ctx context.Context, d *doctor) (err error) {
			d.scopes, err = d.client.GetAuthScopes(ctx)
			return err
		}},
		{point: "qyapi_get_department_list", can: "read departments and roles", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			return err
		}},
		{point: "qyapi_get_department_member", can: "list who is in a department or has a role", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: d.department(), Size: 1})
			return err
		}},
		{point: memberPoint, can: "read people", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.CountUsers(ctx, dingtalk.CountUsersRequest{})
			return err
		}},
		{point: "qyapi_get_member_by_mobile", can: "find people by mobile number", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: nobodysMobile})
			return err
		}},
		{point: "qyapi_liveness_base", can: "see who logged in", call: func(ctx context.Context, d *doctor) error {
			req := dingtalk.ListInactiveUserIDsRequest{Size: 1, QueryDate: theDayBeforeYesterday(time.Now())}
			if dept := d.department(); dept != dingtalk.RootDepartmentID {
				req.DeptIDs = dingtalk.DeptIDs{dept}
			}
			_, err := d.client.ListInactiveUserIDs(ctx, req)
			return err
		}},
		{point: "qyapi_manage_addresslist", can: "create, change and delete people, departments and roles", call: changeNothing},
	}
}

// nobodysMobile is written as numbers are, and given to nobody: the authority in charge keeps it for use on
// stage and screen.
const nobodysMobile = "+44-7700900123"

// theDayBeforeYesterday is for the list of who logged in: a day of DingTalk's calendar that is over.
func theDayBeforeYesterday(now time.Time) string {
	return now.In(time.FixedZone("UTC+8", 8*60*60)).AddDate(0, 0, -2).Format("20060102")
}

// changeNothing is the one call to an operation that writes, for want of a read that needs the permission to
// write. It can change nothing whatever happens, for each of three reasons: nobody has the userid, which holds
// 130 random bits; no field is set, and an update leaves alone what is not set; and an update creates nobody, for
// which it would need a name, a number and a department. A deletion would have the first reason alone.
func changeNothing(ctx context.Context, d *doctor) error {
	return d.client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "nobody-" + strings.ToLower(rand.Text())})
}

// department is one that the app sees, preferably the root, which is also what is tried if none is known.
func (d *doctor) department() int64 {
	visible := d.departments()
	if len(visible) == 0 || slices.Contains(visible, dingtalk.RootDepartmentID) {
		return dingtalk.RootDepartmentID
	}
	return visible[0]
}

// departments are those with which what the app sees begins.
func (d *doctor) departments() []int64 {
	if d.scopes == nil {
		return []int64{dingtalk.RootDepartmentID}
	}
	return d.scopes.AuthOrgScopes.AuthedDept
}

// ask makes the call of a probe, once.
func (d *doctor) ask(ctx context.Context, p *probe) error {
	if !p.asked && d.halted == "" {
		p.asked = true
		p.err = d.heed(ctx, p.call(ctx, d))
	}
	return p.err
}

// point reports on a permission point.
func (d *doctor) point(ctx context.Context, p *probe) {
	err := d.ask(ctx, p)
	e, _ := errors.AsType[*dingtalk.Error](err)
	switch {
	case !p.asked:
		d.skip(p.point, d.halted)
	case passed(err):
		d.ok(p.point, "the app can "+p.can)
	case lacksPoint(err):
		points := e.RequiredScopes
		if len(points) == 0 {
			points = []string{p.point}
		}
		d.missing(p.point, "missing: the app cannot "+p.can, points, err)
	case outOfSight(err):
		d.skip(p.point, "cannot be told: the answer is about the visible range alone")
	default:
		d.cannotTell(p.point, err)
	}
}

// obstacle says why what needs a permission point cannot be tested, or nothing if it can.
func (d *doctor) obstacle(point string) string {
	err := d.probes[slices.IndexFunc(d.probes, func(p *probe) bool { return p.point == point })].err
	switch {
	case d.halted != "":
		return d.halted
	case lacksPoint(err):
		return "needs " + point
	case !passed(err):
		return "cannot be told without " + point
	}
	return ""
}

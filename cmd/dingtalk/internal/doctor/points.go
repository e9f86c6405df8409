package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
)

// probe is a harmless call that needs a permission point.
type probe struct {
	point string
	can   string // what an app with the point can do
	call  func(ctx context.Context, d *doctor) error

	done bool
	err  error
}

const (
	basePoint   = "qyapi_base"
	memberPoint = "qyapi_get_member"
)

// unprobed are the permission points of the legacy API without a probe. The only call of the first takes the organization's
// SSO secret instead of the app's. Smart HR refuses an organization that has not opened it, and whether before or after it
// checks the point is not documented. For the last one there are only writes, and a deletion of an unknown external contact
// would be safe for one reason alone (see updateNothing). Few organizations use these parts of DingTalk, nor those of the new
// API (Contact.…), whose points are not probed either: that one of them is missing is no fault.
var unprobed = []string{"qyapi_get_omp_sso_userinfo", "qyapi_hrm_read_user", "qyapi_ext_read", "qyapi_ext_write"}

// newProbes returns a probe for each permission point but the unprobed. A probe requests existing data where that is
// possible, and otherwise a value that cannot exist: the refusal of the value proves that the permission was granted.
func newProbes() []*probe {
	return []*probe{
		{point: basePoint, can: "see its own visible range", call: func(ctx context.Context, d *doctor) (err error) {
			d.scopes, err = d.client.GetAuthScopes(ctx)
			return err
		}},
		{point: "qyapi_get_department_list", can: "read departments and roles", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			return err
		}},
		{point: "qyapi_get_department_member", can: "list the members of a department or role", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: d.visibleDepartment(), Size: 1})
			return err
		}},
		{point: memberPoint, can: "read people", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.CountUsers(ctx, dingtalk.CountUsersRequest{})
			return err
		}},
		{point: "qyapi_get_member_by_mobile", can: "find people by mobile number", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: fictitiousMobile})
			return err
		}},
		{point: "qyapi_addresslist_search", can: "search for people and departments", call: func(ctx context.Context, d *doctor) error {
			_, err := d.client.SearchUsers(ctx, dingtalk.SearchUsersRequest{QueryWord: "no-user-" + strings.ToLower(rand.Text()), Size: 1})
			return err
		}},
		{point: "qyapi_liveness_base", can: "see who logged in", call: func(ctx context.Context, d *doctor) error {
			req := dingtalk.ListInactiveUserIDsRequest{Size: 1, QueryDate: dayBeforeYesterday(time.Now())}
			if dept := d.visibleDepartment(); dept != dingtalk.RootDepartmentID {
				req.DeptIDs = dingtalk.IDList{dept}
			}
			_, err := d.client.ListInactiveUserIDs(ctx, req)
			return err
		}},
		{point: "qyapi_manage_addresslist", can: "create, change and delete people, departments and roles", call: updateNothing},
	}
}

// fictitiousMobile is a well-formed number that is not assigned: Ofcom, the British regulator, reserves it for drama.
const fictitiousMobile = "+44-7700900123"

// dayBeforeYesterday returns the query date of a login list: a day that is over in DingTalk's time zone.
func dayBeforeYesterday(now time.Time) string {
	return now.In(chinatime.Zone).AddDate(0, 0, -2).Format("20060102")
}

// updateNothing makes the only call to a write operation, because no read needs the permission to write. It cannot
// change anything, for three independent reasons: no user has the userid, which holds 130 random bits; it sets no
// field, and an update leaves unset fields alone; and an update creates no user, for which it would need a name, a
// number and a department. Only the first reason would hold for a deletion.
func updateNothing(ctx context.Context, d *doctor) error {
	return d.client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "no-user-" + strings.ToLower(rand.Text())})
}

// visibleDepartment returns a department that the app sees, preferably the root. If none is known, it returns the root.
func (d *doctor) visibleDepartment() int64 {
	visible := d.topDepartments()
	if len(visible) == 0 || slices.Contains(visible, dingtalk.RootDepartmentID) {
		return dingtalk.RootDepartmentID
	}
	return visible[0]
}

// topDepartments returns the topmost departments that the app sees.
func (d *doctor) topDepartments() []int64 {
	if d.scopes == nil {
		return []int64{dingtalk.RootDepartmentID}
	}
	return d.scopes.AuthOrgScopes.AuthedDept
}

// run makes the call of a probe, once.
func (d *doctor) run(ctx context.Context, p *probe) error {
	if !p.done && d.stopped == "" {
		p.done = true
		p.err = d.stopIfFatal(ctx, p.call(ctx, d))
	}
	return p.err
}

// checkPoint reports on a permission point.
func (d *doctor) checkPoint(ctx context.Context, p *probe) {
	err := d.run(ctx, p)
	e, _ := errors.AsType[*dingtalk.Error](err)
	switch {
	case !p.done:
		d.skip(p.point, d.stopped)
	case isAuthorized(err):
		d.ok(p.point, "the app can "+p.can)
	case isMissingPoint(err):
		points := e.RequiredScopes
		if len(points) == 0 {
			points = []string{p.point}
		}
		d.missing(p.point, "missing: the app cannot "+p.can, points, err)
	case advice.OutOfSight(err):
		d.skip(p.point, "inconclusive: the refusal concerns only the visible range")
	default:
		d.inconclusive(p.point, err)
	}
}

// unmet returns why a check that needs a permission point cannot run, or nothing if it can.
func (d *doctor) unmet(point string) string {
	err := d.probes[slices.IndexFunc(d.probes, func(p *probe) bool { return p.point == point })].err
	switch {
	case d.stopped != "":
		return d.stopped
	case isMissingPoint(err):
		return "needs " + point
	case !isAuthorized(err):
		return "inconclusive without " + point
	}
	return ""
}

package provision_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// TestNewPlan_ProtectsHoldersOfNumbersThatOnlyALookupFinds uses an app that does not see mobile numbers.
func TestNewPlan_ProtectsHoldersOfNumbersThatOnlyALookupFinds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mobile  string
		prepare func(srv *dingtalktest.Server)
		opts    []dingtalktest.Option
		want    []string
	}{
		"a number":                 {mobile: "13800000001", want: []string{"p2"}},
		"a number of no one":       {mobile: "13700000001", want: []string{"p1", "p2"}},
		"with its country code":    {mobile: "+86-13800000001", want: []string{"p2"}},
		"one that cannot be found": {mobile: "138 0000 0001"},
		"a lookup that fails": {mobile: "13800000001", prepare: func(srv *dingtalktest.Server) {
			srv.Fail("GetUserIDByMobile", dingtalktest.Code(40022), 1)
		}},
		"lookups that are not permitted": {mobile: "13800000001", opts: []dingtalktest.Option{dingtalktest.WithoutScope("qyapi_get_member_by_mobile")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, 3, sales)
				if tt.prepare != nil {
					tt.prepare(srv)
				}
				// p0 exists, so that this is not a create.
				plan := newPlan(t, srv, "userid,mobile,dept_id_list\np0,"+tt.mobile+",4711\n", provision.Options{Delete: true})
				assert.ElementsMatch(t, tt.want, deletions(plan), planText(plan))
			}, append(tt.opts, dingtalktest.WithoutMobileField())...)
		})
	}
}

// TestNewPlan_ProtectsHoldersOfExclusiveMobiles has an enterprise account, whose mobile number no response shows.
func TestNewPlan_ProtectsHoldersOfExclusiveMobiles(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dingtalktest.Option{"mobile numbers are visible": nil, "they are not": {dingtalktest.WithoutMobileField()}} {
		for _, column := range []string{"mobile", "exclusive_mobile"} {
			t.Run(name+"/"+column, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					addPeople(srv, 2, sales)
					srv.AddUser(dingtalktest.User{
						UserID: "excl", Name: "Li Na", ExclusiveAccount: true, ExclusiveAccountType: "sso",
						ExclusiveMobile: "+86-13711112222", DeptIDList: []int64{sales},
					})
					plan := newPlan(t, srv, "userid,"+column+",dept_id_list\nnew,+86-13711112222,4711\n", provision.Options{Delete: true})
					assert.ElementsMatch(t, []string{"p0", "p1"}, deletions(plan), planText(plan))
				}, opts...)
			})
		}
	}
}

// TestNewPlan_ProtectsHoldersOfAddressesThatOnlyGetUserShows hides company addresses in user lists.
func TestNewPlan_ProtectsHoldersOfAddressesThatOnlyGetUserShows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		list   string
		fault  dingtalktest.Fault
		times  int
		want   []string
		lookup []string
	}{
		"an address":             {list: "userid,org_email,dept_id_list\nnew,A@corp.example.com,4711\n", want: []string{"b"}, lookup: []string{"a", "b"}},
		"no address":             {list: "userid,job_number\nnew,7\n", want: []string{"a", "b"}},
		"a person who is hidden": {list: "userid,email\nnew,a@corp.example.com\n", fault: dingtalktest.Code(50002), times: 2, lookup: []string{"a", "b"}},
		"a person who has left":  {list: "userid,email\nnew,a@corp.example.com\n", fault: dingtalktest.Code(60121), times: 2, lookup: []string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddUser(dingtalktest.User{UserID: "a", Name: "A", Mobile: "13900000001", OrgEmail: "a@corp.example.com", DeptIDList: []int64{sales}})
				srv.AddUser(dingtalktest.User{UserID: "b", Name: "B", Mobile: "13900000002", DeptIDList: []int64{sales}})
				if tt.times > 0 {
					srv.Fail("GetUser", tt.fault, tt.times)
				}
				client := srv.Client(dingtalk.WithMiddleware(withoutOrgEmail))
				plan, err := provision.NewPlan(t.Context(), client, provision.CSV(strings.NewReader(tt.list)), provision.Options{Delete: true})
				require.NoError(t, err)
				assert.ElementsMatch(t, tt.want, deletions(plan), planText(plan))
				assert.ElementsMatch(t, tt.lookup, lookedUp(srv))
			})
		})
	}
}

// withoutOrgEmail hides company addresses in user lists, as the service does for most apps.
func withoutOrgEmail(next dingtalk.Invoker) dingtalk.Invoker {
	return func(ctx ctx, call *dingtalk.Call) error {
		err := next(ctx, call)
		if res, is := call.Response.(*dingtalk.ListUsersResponse); is {
			for i := range res.List {
				res.List[i].OrgEmail = ""
			}
		}
		return err
	}
}

func TestNewPlan_KeepsPeopleInNoDepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 3, sales)
		client := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx ctx, call *dingtalk.Call) error {
				err := next(ctx, call)
				if res, is := call.Response.(*dingtalk.ListUsersResponse); is {
					for i := range res.List {
						if res.List[i].UserID == "p1" {
							res.List[i].DeptIDList = nil
						}
					}
				}
				return err
			}
		}))
		plan, err := provision.NewPlan(t.Context(), client, provision.List(newPerson("p0", "", nil)), provision.Options{Delete: true})
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"p1": "keep is also in other departments", "p2": "delete"}, unlistedActions(plan), fmt.Sprint(plan.Notes))
	})
}

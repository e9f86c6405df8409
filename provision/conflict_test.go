package provision_test

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestNewPlan_GivesTheReasonOfEachConflict(t *testing.T) {
	t.Parallel()
	set := func(change func(*provision.Person)) []provision.Person {
		return []provision.Person{newPerson("zhao.min", "13800001234", change)}
	}
	for name, tt := range map[string]struct {
		list []provision.Person
		want map[string]string // userid: reason
	}{
		"no userid": {
			[]provision.Person{newPerson("", "13800001234", nil)},
			map[string]string{"": "there is no userid, which identifies the person"},
		},
		"a userid twice": {
			[]provision.Person{newPerson("a", "13800000001", nil), newPerson("b", "13800000002", nil), newPerson("a", "13800000003", nil)},
			map[string]string{"a": "lines 1, 3 of the list have the same userid"},
		},
		"a mobile number twice, written in two ways": {
			[]provision.Person{newPerson("a", "13800000001", nil), newPerson("b", "+86-13800000001", nil)},
			map[string]string{"a": "lines 1, 2 of the list have the same mobile", "b": "lines 1, 2 of the list have the same mobile"},
		},
		"an email address twice": {
			[]provision.Person{
				newPerson("a", "13800000001", func(p *provision.Person) { p.Email = "a@example.com" }),
				newPerson("b", "13800000002", func(p *provision.Person) { p.Email = "a@example.com" }),
			},
			map[string]string{"a": "lines 1, 2 of the list have the same email", "b": "lines 1, 2 of the list have the same email"},
		},
		"an extension number twice": {
			[]provision.Person{
				newPerson("a", "13800000001", func(p *provision.Person) { p.Telephone = "21" }),
				newPerson("b", "13800000002", func(p *provision.Person) { p.Telephone = "21" }),
			},
			map[string]string{"a": "lines 1, 2 of the list have the same telephone", "b": "lines 1, 2 of the list have the same telephone"},
		},
		"a login name twice": {
			[]provision.Person{
				newPerson("a", "13800000001", func(p *provision.Person) { p.LoginID = "x" }),
				newPerson("b", "13800000002", func(p *provision.Person) { p.LoginID = "x" }),
			},
			map[string]string{"a": "lines 1, 2 of the list have the same login_id", "b": "lines 1, 2 of the list have the same login_id"},
		},
		"another person's mobile number": {
			[]provision.Person{newPerson("zhao.min", "13900000001", nil)},
			map[string]string{"zhao.min": "the mobile number belongs to li.na, who is in the organization"},
		},
		"another person's mobile number, with its country code": {
			[]provision.Person{newPerson("zhao.min", "+86-13900000001", nil)},
			map[string]string{"zhao.min": "the mobile number belongs to li.na, who is in the organization"},
		},
		"another person's email address": {
			set(func(p *provision.Person) { p.Email = "li.na@example.com" }),
			map[string]string{"zhao.min": "the email belongs to li.na, who is in the organization"},
		},
		"another person's extension number": {
			set(func(p *provision.Person) { p.Telephone = "11" }),
			map[string]string{"zhao.min": "the telephone belongs to li.na, who is in the organization"},
		},
		"another mobile number": {
			[]provision.Person{newPerson("li.na", "13800001234", nil)},
			map[string]string{"li.na": "precondition failed: the user ID belongs to a user with another mobile number, which cannot be changed; choose another user ID, or delete the user and create it again"},
		},
		"another kind of account": {
			[]provision.Person{newPerson("li.na", "", func(p *provision.Person) { p.ExclusiveAccount, p.ExclusiveAccountType = true, "sso" })},
			map[string]string{"li.na": "precondition failed: the user ID belongs to an account of another kind; choose another user ID"},
		},
		"an unknown department": {
			set(func(p *provision.Person) { p.DeptIDList = []int64{4711} }),
			map[string]string{"zhao.min": "there is no department 4711, or the app cannot see it"},
		},
		"an unknown path": {
			set(func(p *provision.Person) { p.DeptPaths = []string{"/Platform"} }),
			map[string]string{"zhao.min": "there is no department /Platform"},
		},
		"a path of two departments": {
			set(func(p *provision.Person) { p.DeptPaths = []string{"/A/B"} }),
			map[string]string{"zhao.min": "departments 4300000004,4300000006 all have the path /A/B; use one of the IDs"},
		},
		"no name": {
			set(func(p *provision.Person) { p.Name = "" }),
			map[string]string{"zhao.min": "is not in the organization and cannot be created without a name"},
		},
		"no number": {
			[]provision.Person{newPerson("zhao.min", "", nil)},
			map[string]string{"zhao.min": "is not in the organization and cannot be created without a mobile number"},
		},
		"no department": {
			set(func(p *provision.Person) { p.DeptIDList = nil }),
			map[string]string{"zhao.min": "is not in the organization and cannot be created without a department"},
		},
		"what cannot be cleared": {
			set(func(p *provision.Person) { p.Clear = []string{"name"} }),
			map[string]string{"zhao.min": "name cannot be cleared"},
		},
		"no field": {
			set(func(p *provision.Person) { p.Clear = []string{"color"} }),
			map[string]string{"zhao.min": `"color" cannot be cleared: it is not a field`},
		},
		"a password": {
			set(func(p *provision.Person) { p.InitPassword = dingtalk.NewSecret("Secret-4711") }),
			map[string]string{"zhao.min": "the list holds a password; see ApplyOptions.InitPassword"},
		},
		"custom fields that are no object": {
			set(func(p *provision.Person) { p.Extension = "[1]" }),
			map[string]string{"zhao.min": "extension is not a JSON object"},
		},
		"a custom field without a name": {
			set(func(p *provision.Person) { p.Extension = `{"":"x"}` }),
			map[string]string{"zhao.min": "a custom field has no name"},
		},
		"a manager who is nowhere": {
			append(set(func(p *provision.Person) { p.ManagerUserID = "missing" }),
				newPerson("li.na", "", func(p *provision.Person) { p.ManagerUserID = "missing" })),
			map[string]string{
				"zhao.min": "the manager missing is not in the organization and cannot be created",
				"li.na":    "the manager missing is not in the organization and cannot be created",
			},
		},
		"a manager in conflict, and who waits for whom": {
			[]provision.Person{
				newPerson("a", "13800000001", func(p *provision.Person) { p.ManagerUserID = "b" }),
				newPerson("b", "13800000002", func(p *provision.Person) { p.ManagerUserID = "c" }),
				newPerson("c", "13800000003", func(p *provision.Person) { p.DeptIDList = []int64{4711} }),
			},
			map[string]string{
				"a": "the manager b cannot be created first",
				"b": "the manager c is not in the organization and cannot be created",
				"c": "there is no department 4711, or the app cannot see it",
			},
		},
		"managers of each other": {
			[]provision.Person{
				newPerson("a", "13800000001", func(p *provision.Person) { p.ManagerUserID = "b" }),
				newPerson("b", "13800000002", func(p *provision.Person) { p.ManagerUserID = "a" }),
			},
			map[string]string{"a": "the manager b cannot be created first", "b": "the manager a cannot be created first"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddDepartment(dingtalktest.Department{ID: 4300000004, ParentID: 1, Name: "A/B"})
				srv.AddDepartment(dingtalktest.Department{ID: 4300000005, ParentID: 1, Name: "A"})
				srv.AddDepartment(dingtalktest.Department{ID: 4300000006, ParentID: 4300000005, Name: "B"})
				srv.AddUser(dingtalktest.User{
					UserID: "li.na", Name: "Name of li.na", Mobile: "13900000001", Email: "li.na@example.com", Telephone: "11", DeptIDList: []int64{1},
				})
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(tt.list...), provision.Options{})
				require.NoError(t, err)
				got := map[string]string{}
				for _, it := range plan.Items {
					if it.Action == provision.ActionConflict {
						got[it.UserID] = it.Reason
						assert.Empty(t, it.Changes)
						assert.Positive(t, it.Line)
					}
				}
				assert.Equal(t, tt.want, got)
				assert.NotContains(t, planText(plan), "Secret-4711")

				before := srv.Users()
				report := apply(t, srv, plan, provision.ApplyOptions{})
				assert.Equal(t, plan.Count(provision.ActionConflict), report.Count(provision.ResultConflict))
				if plan.Count(provision.ActionCreate)+plan.Count(provision.ActionUpdate) == 0 {
					assert.Equal(t, before, srv.Users())
				}
			})
		})
	}
}

// TestNewPlan_AssignsValuesThatAnotherPersonReleases gives an address to one person and, in some lists, another address
// or none to its holder.
func TestNewPlan_AssignsValuesThatAnotherPersonReleases(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "a", Name: "A", Mobile: "13900000001", Email: "a@example.com", DeptIDList: []int64{1}})
		srv.AddUser(dingtalktest.User{UserID: "b", Name: "B", Mobile: "13900000002", Email: "b@example.com", DeptIDList: []int64{1}})
		for list, conflicts := range map[string]int{
			"userid,email\na,c@example.com\nb,a@example.com\n": 0,
			"userid,email!\na,\nb,a@example.com\n":             0,
			"userid,email\na,\nb,a@example.com\n":              1, // an empty cell keeps it
			"userid,email\nb,a@example.com\n":                  1,
		} {
			assert.Equal(t, conflicts, newPlan(t, srv, list, provision.Options{}).Count(provision.ActionConflict), list)
		}
	})
}

func TestNewPlan_ReturnsTheErrorThatEndsAList(t *testing.T) {
	t.Parallel()
	lost := errors.New("the connection to the database is lost")
	var list iter.Seq2[provision.Person, error] = func(yield func(provision.Person, error) bool) {
		_ = yield(newPerson("a", "13800000001", nil), nil) && yield(provision.Person{}, lost)
	}
	srv := dingtalktest.New(t)
	_, err := provision.NewPlan(t.Context(), srv.Client(), list, provision.Options{})
	require.ErrorIs(t, err, lost)
	assert.Empty(t, srv.Calls(""), "and no call")

	_, err = provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader("userid,titel\na,x\n")), provision.Options{})
	require.ErrorContains(t, err, `column 2: "titel" is not a field`)
}

func TestNewPlan_TurnsUnreadableRowsIntoConflicts(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, "userid,name,mobile,dept_id_list,hide_mobile\na,A,13800000001,1,perhaps\nb,B,13800000002,1\nc,C,13800000003,1,\n", provision.Options{})
		var got []string
		for _, it := range plan.Items {
			got = append(got, it.UserID+": "+string(it.Action)+" "+it.Reason)
		}
		assert.Equal(t, []string{
			`a: conflict hide_mobile: "perhaps" is neither true nor false`,
			": conflict 4 cells, but there are 5 columns",
			"c: create ",
		}, got)
	})
}

func TestPerson_PrintsOnlyUserIDAndLine(t *testing.T) {
	t.Parallel()
	p := newPerson("zhao.min", "13800001234", func(p *provision.Person) { p.InitPassword, p.Line = dingtalk.NewSecret("Secret-4711"), 7 })
	for _, text := range printedForms(t, p) {
		assert.NotContains(t, text, "Secret")
		assert.NotContains(t, text, "1380000")
		assert.Contains(t, text, "zhao.min (line 7)")
	}
	assert.EqualError(t, &provision.RowError{Line: 7, Err: dingtalk.ErrNotFound}, "provision: line 7: dingtalk: not found")
}

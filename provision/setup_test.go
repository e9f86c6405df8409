package provision_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// The departments of the organization in the tests.
const (
	research = 4300000001 // /研发中心
	platform = 4300000002 // /研发中心/Platform
	sales    = 4300000003 // /Sales
)

// scenario runs f in a synctest bubble, over a strict server with three departments.
func scenario(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server), opts ...dingtalktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, append([]dingtalktest.Option{dingtalktest.Strict()}, opts...)...)
		departments(srv)
		f(t, srv)
	})
}

func departments(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: research, ParentID: 1, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: platform, ParentID: research, Name: "Platform"})
	srv.AddDepartment(dingtalktest.Department{ID: sales, ParentID: 1, Name: "Sales"})
}

// addPeople adds n people, p0 and so on, to a department.
func addPeople(srv *dingtalktest.Server, n int, dept int64) {
	for i := range n {
		srv.AddUser(dingtalktest.User{
			UserID: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i), Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{dept},
		})
	}
}

// newPerson returns a person of a list.
func newPerson(id, mobile string, change func(*provision.Person)) provision.Person {
	p := provision.Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: id, Name: "Name of " + id, Mobile: mobile, DeptIDList: []int64{1}}}
	if change != nil {
		change(&p)
	}
	return p
}

// newPlan makes a plan from a CSV list.
func newPlan(t *testing.T, srv *dingtalktest.Server, list string, opts provision.Options) *provision.Plan {
	t.Helper()
	plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), opts)
	require.NoError(t, err)
	return plan
}

// apply carries out a plan to its end.
func apply(t *testing.T, srv *dingtalktest.Server, plan *provision.Plan, opts provision.ApplyOptions) *provision.Report {
	t.Helper()
	report, err := plan.Apply(t.Context(), srv.Client(), opts)
	require.NoError(t, err)
	return report
}

// planText returns a plan as people read it.
func planText(plan *provision.Plan) string {
	var b strings.Builder
	_, _ = plan.WriteTo(&b)
	return b.String()
}

// results returns the results by userid.
func results(r *provision.Report) map[string]provision.Result {
	all := map[string]provision.Result{}
	for _, o := range r.Outcomes {
		all[o.Item.UserID] = o.Result
	}
	return all
}

// writes returns the operations that changed something.
func writes(srv *dingtalktest.Server) (ops []string) {
	for _, call := range srv.Calls("") {
		if slices.Contains([]string{"CreateUser", "UpdateUser", "DeleteUser"}, call.Op) || strings.Contains(call.Path, "update") ||
			strings.Contains(call.Path, "create") || strings.Contains(call.Path, "delete") || strings.Contains(call.Path, "role/") {
			ops = append(ops, call.Op)
		}
	}
	return ops
}

// cancelable returns a context that the test cancels.
func cancelable(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

// printedForms returns the forms in which a value can be printed.
func printedForms(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "value", v)
	return []string{fmt.Sprintf("%v", v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%s", v), string(text), b.String()}
}

type ctx = context.Context

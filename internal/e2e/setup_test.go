package e2e_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// scenario runs f in a synctest bubble, where time passes when all goroutines are blocked, over a server that
// rejects every undocumented request.
func scenario(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server), opts ...dingtalktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f(t, dingtalktest.New(t, append([]dingtalktest.Option{dingtalktest.Strict()}, opts...)...))
	})
}

// zhaoMin returns the user to create.
func zhaoMin() dingtalk.CreateUserRequest {
	return dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
	}
}

// seeded adds zhao.min to the organization.
func seeded(srv *dingtalktest.Server) {
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1}})
}

func getZhaoMin(ctx context.Context, c *dingtalk.Client) error {
	_, err := c.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	return err
}

// concurrently calls f n times concurrently, and returns the errors.
func concurrently(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errs
}

func asError(t *testing.T, err error) *dingtalk.Error {
	t.Helper()
	e, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok, "%T is no *dingtalk.Error", err)
	return e
}

type failing struct{ err error }

func (f failing) Token(context.Context) (dingtalk.Token, error) { return dingtalk.Token{}, f.err }

type panicking struct{}

func (panicking) Token(context.Context) (dingtalk.Token, error) { panic("no token") }

// collect returns the items of an iterator, which must not fail.
func collect[T any](t *testing.T, all iter.Seq2[T, error]) []T {
	t.Helper()
	var items []T
	for item, err := range all {
		require.NoError(t, err)
		items = append(items, item)
	}
	return items
}

type sourceFunc func(context.Context) (dingtalk.Token, error)

func (f sourceFunc) Token(ctx context.Context) (dingtalk.Token, error) { return f(ctx) }

// operations are calls of each class, on an organization in which zhao.min exists unless the call
// creates that user.
var operations = map[string]func(context.Context, *dingtalk.Client) error{
	"CreateUser": func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.CreateUser(ctx, zhaoMin())
		return err
	},
	"GetUser": getZhaoMin,
	"UpdateUser": func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")})
	},
	"DeleteUser": func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"})
	},
	"ListSubDepartmentIDs": func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
		return err
	},
}

// errorOf returns the error of a call alone.
func errorOf[T any](_ T, err error) error { return err }

func isUnknown(err error) bool { return errors.Is(err, dingtalk.ErrOutcomeUnknown) }

// classes are the error classes, by name.
var classes = map[string]error{
	"NotFound": dingtalk.ErrNotFound, "AlreadyExists": dingtalk.ErrAlreadyExists, "InvalidToken": dingtalk.ErrInvalidToken,
	"InvalidCredential": dingtalk.ErrInvalidCredential, "Permission": dingtalk.ErrPermission,
	"RateLimited": dingtalk.ErrRateLimited, "InvalidArgument": dingtalk.ErrInvalidArgument,
	"Transient": dingtalk.ErrTransient, "Precondition": dingtalk.ErrPrecondition, "InvalidAuthCode": dingtalk.ErrInvalidAuthCode,
	"Unsupported": dingtalk.ErrUnsupported,
}

// classesOf returns the names of the classes of err, joined by "+", with OutcomeUnknown last.
func classesOf(err error) string {
	var names []string
	for name, class := range classes {
		if errors.Is(err, class) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if isUnknown(err) {
		names = append(names, "OutcomeUnknown")
	}
	return strings.Join(names, "+")
}

// roundTripper is a function as a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// operationAt returns the name of the operation with the path.
func operationAt(path string) string {
	for _, ep := range contract.All() {
		if ep.Path == path {
			return ep.Name
		}
	}
	return ""
}

// fromRoot returns the path of a file of the repository.
func fromRoot(elem ...string) string { return filepath.Join(append([]string{"..", ".."}, elem...)...) }

package dingtalk_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// scenario runs f in a synctest bubble, over a server that rejects every undocumented request.
func scenario(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, dingtalktest.New(t, dingtalktest.Strict())) })
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

func asError(t *testing.T, err error) *dingtalk.Error {
	t.Helper()
	e, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok, "%T is not a *dingtalk.Error", err)
	return e
}

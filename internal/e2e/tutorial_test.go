package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestTutorial_CreatesReadsUpdatesAndDeletesAUser(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ctx, client := t.Context(), srv.Client()
		platform := srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: "Platform"})
		srv.AddUser(dingtalktest.User{UserID: "manager7676", Name: "Wang Fang", Mobile: "13800007676", DeptIDList: []int64{1}})

		subs, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		require.NoError(t, err)
		assert.Equal(t, []int64{platform}, subs.DeptIDList)
		leaf, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: platform})
		require.NoError(t, err)
		assert.Empty(t, leaf.DeptIDList)

		hired := dingtalk.Millis{Time: time.UnixMilli(1666143772000).UTC()}
		const order = 176200000000000513 // not representable as a float64
		created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
			UserID: "zhao.min", Name: "Zhao Min", Mobile: "+86-13800001234", Telephone: "010-88880000-21",
			JobNumber: "202210190001", Title: "Technical Director", Email: "zhao.min@example.com",
			OrgEmail: "zhao.min@corp.example.com", OrgEmailType: "profession", WorkPlace: "Building 3", Remark: "<&>",
			DeptIDList:    []int64{platform, 1},
			DeptOrderList: []dingtalk.DeptOrder{{DeptID: platform, Order: order}},
			DeptTitleList: []dingtalk.DeptTitle{{DeptID: platform, Title: "Senior Technical Director"}},
			Extension:     dingtalk.NewExtension(map[string]string{"Hobby": "[Chess](http://example.com?userid=#userid#&corpid=#corpid#)"}),
			HiredDate:     hired, ManagerUserID: "manager7676",
		})
		require.NoError(t, err)
		assert.Equal(t, "zhao.min", created.UserID)
		assert.NotEmpty(t, created.UnionID)

		user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min", Language: "zh_CN"})
		require.NoError(t, err)
		assert.Equal(t, created.UnionID, user.UnionID)
		assert.Equal(t, "86", user.StateCode)
		assert.Equal(t, "13800001234", user.Mobile)
		assert.Equal(t, hired, user.HiredDate)
		assert.Contains(t, user.DeptOrderList, dingtalk.DeptOrder{DeptID: platform, Order: order})
		assert.Equal(t, "manager7676", user.ManagerUserID)
		assert.Equal(t, "<&>", user.Remark)
		fields, err := user.Extension.Map()
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"Hobby": "[Chess](http://example.com?userid=#userid#&corpid=#corpid#)"}, fields)

		require.NoError(t, client.UpdateUser(ctx, dingtalk.UpdateUserRequest{
			UserID: "zhao.min", Name: new("Xiao Ding"), DeptIDList: []int64{1}, HideMobile: new(true), Remark: new(""),
			Extension:     new(dingtalk.NewExtension(map[string]string{"Hobby": "Travel", "Age": "24"})),
			ManagerUserID: new(""), ForceUpdateFields: dingtalk.CommaList{"manager_userid"},
		}))
		user, err = client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.NoError(t, err)
		assert.Equal(t, "Xiao Ding", user.Name)
		assert.Equal(t, []int64{1}, user.DeptIDList)
		assert.True(t, user.HideMobile)
		assert.Empty(t, user.Remark)
		assert.Empty(t, user.ManagerUserID)
		assert.Equal(t, "Technical Director", user.Title, "what was not sent stays")
		assert.JSONEq(t, `{"Hobby":"Travel","Age":"24"}`, string(user.Extension))

		require.NoError(t, client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
		require.ErrorIs(t, getZhaoMin(ctx, client), dingtalk.ErrNotFound)
		require.ErrorIs(t, client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}), dingtalk.ErrNotFound)
		assert.Len(t, srv.Calls("GetToken"), 1)
	})
}

func TestTutorial_EnterpriseAccountNeedsNoMobileNumber(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		_, err := client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
			UserID: "li.na", Name: "Li Na", DeptIDList: []int64{1},
			ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "li.na", InitPassword: dingtalk.NewSecret("Passw0rd-once"),
			Nickname: "Nana",
		})
		require.NoError(t, err)
		require.NoError(t, client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "li.na", LoginID: new("li.na.2")}))
		user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "li.na"})
		require.NoError(t, err)
		assert.True(t, user.ExclusiveAccount)
		assert.Equal(t, "dingtalk", user.ExclusiveAccountType)
		assert.Equal(t, "li.na.2", user.LoginID)
		assert.Equal(t, "Nana", user.Nickname)
	})
}

func TestError_HasTheClassOfTheRefusal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*dingtalk.CreateUserRequest)
		class  error
		code   int
	}{
		"userid taken":       {func(r *dingtalk.CreateUserRequest) { r.Mobile = "13800009999" }, dingtalk.ErrAlreadyExists, 60102},
		"mobile taken":       {func(r *dingtalk.CreateUserRequest) { r.UserID = "other" }, dingtalk.ErrAlreadyExists, 60104},
		"mobile malformed":   {func(r *dingtalk.CreateUserRequest) { r.UserID, r.Mobile = "other", "12" }, dingtalk.ErrInvalidArgument, 60103},
		"department unknown": {func(r *dingtalk.CreateUserRequest) { r.DeptIDList = []int64{99} }, dingtalk.ErrNotFound, 60003},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				req := zhaoMin()
				tt.change(&req)
				_, err := srv.Client().CreateUser(t.Context(), req)
				require.ErrorIs(t, err, tt.class)
				e := asError(t, err)
				assert.Equal(t, tt.code, e.Code)
				assert.NotEmpty(t, e.RequestID)
				require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				assert.Len(t, srv.Calls("CreateUser"), 1)
				if tt.code == 60104 {
					assert.Equal(t, "zhao.min", e.HolderUserID)
				}
			})
		})
	}
}

func TestError_NamesTheMissingPermission(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		_, err := srv.Client().CreateUser(t.Context(), zhaoMin())
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Equal(t, []string{"qyapi_manage_addresslist"}, asError(t, err).RequiredScopes)
	}, dingtalktest.WithoutScope("qyapi_manage_addresslist"))
}

func TestCall_ReturnsTheResponseOfItsOwnRequest(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		const people = 64
		for i := range people {
			srv.AddUser(dingtalktest.User{
				UserID: fmt.Sprintf("u%d", i), Name: fmt.Sprintf("Name %d", i),
				Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{1},
			})
		}
		client := srv.Client()
		errs := concurrently(people, func(i int) error {
			for range 20 {
				user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: fmt.Sprintf("u%d", i)})
				if err != nil {
					return err
				}
				if user.Name != fmt.Sprintf("Name %d", i) {
					return fmt.Errorf("u%d got %s", i, user.Name)
				}
			}
			return nil
		})
		for _, err := range errs {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("GetToken"), 1)
	})
}

func TestCall_ReturnsAnErrorWithoutAContext(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	client := srv.Client()
	var none context.Context
	for name, err := range map[string]error{
		"GetUser":    getZhaoMin(none, client),
		"DeleteUser": client.DeleteUser(none, dingtalk.DeleteUserRequest{UserID: "zhao.min"}),
		"Token":      func() error { _, err := client.Token(none); return err }(),
	} {
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument, name)
		require.ErrorContains(t, err, "context is nil", name)
	}
	assert.Empty(t, srv.Calls(""))
}

func TestCall_WorksOverARealListener(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	url, err := srv.Listen("127.0.0.1:0")
	require.NoError(t, err)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(url))
	require.NoError(t, err)
	defer client.HTTPClient().CloseIdleConnections()

	_, err = client.CreateUser(t.Context(), zhaoMin())
	require.NoError(t, err)
	require.NoError(t, getZhaoMin(t.Context(), client))
	srv.Fail("GetUser", dingtalktest.CutBody, 1)
	srv.Fail("GetUser", dingtalktest.DropConnection, 1)
	require.NoError(t, getZhaoMin(t.Context(), client), "a read is repeated")
	srv.Fail("DeleteUser", dingtalktest.HTTPStatus(http.StatusBadGateway), 1)
	require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	assert.Empty(t, srv.Users())
}

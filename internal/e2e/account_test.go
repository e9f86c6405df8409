package e2e_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestOrgAccount_IsDisabledSignedOutAndEnabled(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "desk", UnionID: "deskiE", ExclusiveAccount: true})
		client, ctx := srv.Client(), t.Context()
		isDisabled := func() bool {
			status, err := client.GetOrgAccountStatus(ctx, dingtalk.GetOrgAccountStatusRequest{UserID: "desk"})
			require.NoError(t, err)
			user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "desk"})
			require.NoError(t, err)
			assert.Equal(t, user.DisableStatus, status.Disable)
			return status.Disable
		}
		require.False(t, isDisabled())
		disabled, err := client.DisableOrgAccount(ctx, dingtalk.DisableOrgAccountRequest{UserID: "desk", Reason: "left"})
		require.NoError(t, err)
		assert.True(t, disabled.Result)
		assert.True(t, isDisabled())
		out, err := client.SignOutOrgAccount(ctx, dingtalk.SignOutOrgAccountRequest{
			UserID: "desk", Reason: "left", ReasonI18nForEmployee: map[string]string{"en_US": "<you> & all"},
		})
		require.NoError(t, err)
		assert.True(t, out.Result)
		assert.Equal(t, map[string]any{"en_US": "<you> & all"}, srv.Calls("SignOutOrgAccount")[0].Body["reasonI18nForEmployee"])
		enabled, err := client.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: "desk"})
		require.NoError(t, err)
		assert.True(t, enabled.Result)
		assert.False(t, isDisabled())

		owned, err := client.ListOwnedOrganizations(ctx, dingtalk.ListOwnedOrganizationsRequest{UserID: "desk"})
		require.NoError(t, err)
		assert.Equal(t, []dingtalk.OwnedOrganization{{CorpID: "dingother", CorpName: "Other"}}, owned.OrgList)
	}, dingtalktest.WithOtherOrganization("dingother", "Other", dingtalktest.User{UnionID: "deskiE", Boss: true}),
		dingtalktest.WithOtherOrganization("dingthird", "Third", dingtalktest.User{UnionID: "deskiE"}))
}

func TestOrgAccount_RefusesWhoIsNoneAndWhoIsUnknown(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		for name, do := range map[string]func(context.Context, string) error{
			"enable": func(ctx context.Context, id string) error {
				return errorOf(client.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: id}))
			},
			"disable": func(ctx context.Context, id string) error {
				return errorOf(client.DisableOrgAccount(ctx, dingtalk.DisableOrgAccountRequest{UserID: id}))
			},
			"sign out": func(ctx context.Context, id string) error {
				return errorOf(client.SignOutOrgAccount(ctx, dingtalk.SignOutOrgAccountRequest{UserID: id}))
			},
			"status": func(ctx context.Context, id string) error {
				return errorOf(client.GetOrgAccountStatus(ctx, dingtalk.GetOrgAccountStatusRequest{UserID: id}))
			},
			"owned": func(ctx context.Context, id string) error {
				return errorOf(client.ListOwnedOrganizations(ctx, dingtalk.ListOwnedOrganizationsRequest{UserID: id}))
			},
		} {
			assert.Equal(t, "Precondition", classesOf(do(t.Context(), "zhao.min")), name)
			assert.Equal(t, "NotFound", classesOf(do(t.Context(), "gone")), name)
			assert.Equal(t, "InvalidArgument", classesOf(do(t.Context(), "")), name)
		}
	})
}

func TestOrgAccount_IsNotDoneUnlessTheServiceSaysSo(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "desk", ExclusiveAccount: true})
		for path, do := range map[string]func(context.Context, *dingtalk.Client) error{
			"enable": func(ctx context.Context, c *dingtalk.Client) error {
				return errorOf(c.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: "desk"}))
			},
			"disable": func(ctx context.Context, c *dingtalk.Client) error {
				return errorOf(c.DisableOrgAccount(ctx, dingtalk.DisableOrgAccountRequest{UserID: "desk"}))
			},
			"signOut": func(ctx context.Context, c *dingtalk.Client) error {
				return errorOf(c.SignOutOrgAccount(ctx, dingtalk.SignOutOrgAccountRequest{UserID: "desk"}))
			},
		} {
			bend := func(_ int, body map[string]any) { body["result"] = false }
			err := do(t.Context(), bent(srv, "/v1.0/contact/orgAccounts/"+path, bend))
			assert.True(t, isUnknown(err), "%s: %v", path, err)
		}
	})
}

func TestSeniorSettings_AreSetAndReadAndAnUnknownUserIsNotFound(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		role := srv.AddRole(dingtalktest.Role{Name: "Driver", GroupName: "Safety"})
		client, ctx := srv.Client(), t.Context()
		req := dingtalk.UpdateSeniorSettingsRequest{
			SeniorStaffID: "zhao.min", Open: true, PermitStaffIDs: []string{"zhao.min", "gone"}, PermitDeptIDs: []int64{sales},
			PermitTagIDs: []int64{role}, ProtectScenes: []string{"CHAT", "SEARCH"},
		}
		require.NoError(t, client.UpdateSeniorSettings(ctx, req))
		senior, err := client.GetSeniorSettings(ctx, dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "zhao.min"})
		require.NoError(t, err)
		require.Len(t, senior.SeniorWhiteList, 3)
		assert.Equal(t, dingtalk.SeniorPermitted{ID: "zhao.min", Type: 1, Name: "Zhao Min"}, senior.SeniorWhiteList[0])
		assert.Equal(t, "Sales", senior.SeniorWhiteList[1].Name)
		assert.EqualValues(t, 3, senior.SeniorWhiteList[2].Type)
		assert.Equal(t, []string{"CHAT", "SEARCH"}, senior.ProtectScenes)
		user, _ := srv.User("zhao.min")
		assert.True(t, user.Senior)

		req.Open = false
		require.NoError(t, client.UpdateSeniorSettings(ctx, req))
		senior, err = client.GetSeniorSettings(ctx, dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "zhao.min"})
		require.NoError(t, err)
		assert.Empty(t, senior.SeniorWhiteList)

		req.SeniorStaffID = "gone"
		err = client.UpdateSeniorSettings(ctx, req)
		assert.Equal(t, "NotFound", classesOf(err))
		assert.Equal(t, 500, asError(t, err).HTTPStatus)
		_, err = client.GetSeniorSettings(ctx, dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "gone"})
		assert.Equal(t, "NotFound", classesOf(err))

		req.SeniorStaffID, req.PermitStaffIDs = "zhao.min", make([]string, 199)
		assert.Equal(t, "InvalidArgument", classesOf(client.UpdateSeniorSettings(ctx, req)), "201 together")
		req.PermitStaffIDs, req.ProtectScenes = nil, []string{"EVERYTHING"}
		assert.Equal(t, "InvalidArgument", classesOf(client.UpdateSeniorSettings(ctx, req)))
	})
}

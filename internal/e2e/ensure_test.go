package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// fullUser returns a user with a value in every field that can be compared.
func fullUser() dingtalk.CreateUserRequest {
	req := zhaoMin()
	req.Telephone, req.JobNumber, req.Title = "010-88880000-21", "E-2041", "Engineer"
	req.Email, req.OrgEmail, req.WorkPlace, req.Remark = "zhao.min@example.com", "zhao.min@corp.example.com", "Building 3", "transfer"
	req.HideMobile, req.SeniorMode = true, true
	req.HiredDate = dingtalk.Millis{Time: time.UnixMilli(1666143772000)}
	req.DeptOrderList = []dingtalk.DeptOrder{{DeptID: 1, Order: 176200000000000999}}
	req.DeptPositionList = []dingtalk.DeptPosition{{DeptID: 1, IsMain: true, Title: "Lead"}}
	req.Extension = dingtalk.NewExtension(map[string]string{"Hobby": "Chess"})
	req.ExtensionI18n = dingtalk.NewExtensionI18n(map[string]map[string]string{"Hobby": {"en_US": "Chess"}})
	return req
}

func TestEnsureUser_ConvergesAndReturnsTheAction(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		res, err := client.EnsureUser(t.Context(), fullUser())
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureCreated, res.Action)
		assert.NotEmpty(t, res.UnionID)

		res, err = client.EnsureUser(t.Context(), fullUser())
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureUnchanged, res.Action)
		assert.Equal(t, "zhao.min", res.UserID)
		assert.Empty(t, srv.Calls("UpdateUser"))

		changed := fullUser()
		changed.Title, changed.Extension = "Lead", dingtalk.NewExtension(map[string]string{"Age": "24"})
		res, err = client.EnsureUser(t.Context(), changed)
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureUpdated, res.Action)
		stored, _ := srv.User("zhao.min")
		assert.Equal(t, "Lead", stored.Title)
		assert.JSONEq(t, `{"Hobby":"Chess","Age":"24"}`, stored.Extension, "other custom fields stay")
		require.Len(t, srv.Calls("UpdateUser"), 1)
		sent := srv.Calls("UpdateUser")[0].Body
		assert.Len(t, sent, 4, "userid, title, extension and its mode: %v", sent)

		bare := zhaoMin() // leaves the other fields unset
		res, err = client.EnsureUser(t.Context(), bare)
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureUnchanged, res.Action)
	})
}

// TestEnsureUser_ComparesEveryField changes the stored user, one field at a time.
func TestEnsureUser_ComparesEveryField(t *testing.T) {
	t.Parallel()
	other := dingtalktest.User{UserID: "wang.fang", Name: "Wang Fang", Mobile: "13800007676", DeptIDList: []int64{1}}
	for name, change := range map[string]func(*dingtalk.CreateUserRequest){
		"name":       func(r *dingtalk.CreateUserRequest) { r.Name = "Min Zhao" },
		"hidden":     func(r *dingtalk.CreateUserRequest) { r.HideMobile = true },
		"telephone":  func(r *dingtalk.CreateUserRequest) { r.Telephone = "22" },
		"job number": func(r *dingtalk.CreateUserRequest) { r.JobNumber = "E-1" },
		"title":      func(r *dingtalk.CreateUserRequest) { r.Title = "Lead" },
		"email":      func(r *dingtalk.CreateUserRequest) { r.Email = "min@example.com" },
		"org email":  func(r *dingtalk.CreateUserRequest) { r.OrgEmail = "min@corp.example.com" },
		"mail type":  func(r *dingtalk.CreateUserRequest) { r.OrgEmailType = "base" },
		"work place": func(r *dingtalk.CreateUserRequest) { r.WorkPlace = "Hangzhou" },
		"remark":     func(r *dingtalk.CreateUserRequest) { r.Remark = "<new>" },
		"departments": func(r *dingtalk.CreateUserRequest) {
			r.DeptIDList = []int64{1, 4300000001}
		},
		"order": func(r *dingtalk.CreateUserRequest) {
			r.DeptOrderList = []dingtalk.DeptOrder{{DeptID: 1, Order: 1 << 60}}
		},
		"position": func(r *dingtalk.CreateUserRequest) {
			r.DeptPositionList = []dingtalk.DeptPosition{{DeptID: 1, Title: "CTO"}}
		},
		"dept title": func(r *dingtalk.CreateUserRequest) {
			r.DeptTitleList = []dingtalk.DeptTitle{{DeptID: 1, Title: "CTO"}}
		},
		"extension": func(r *dingtalk.CreateUserRequest) {
			r.Extension = dingtalk.NewExtension(map[string]string{"Hobby": ""})
		},
		"translation": func(r *dingtalk.CreateUserRequest) {
			r.ExtensionI18n = dingtalk.NewExtensionI18n(map[string]map[string]string{"Hobby": {"zh_CN": "象棋"}})
		},
		"senior mode": func(r *dingtalk.CreateUserRequest) { r.SeniorMode = true },
		"hired": func(r *dingtalk.CreateUserRequest) {
			r.HiredDate = dingtalk.Millis{Time: time.UnixMilli(1)}
		},
		"manager": func(r *dingtalk.CreateUserRequest) { r.ManagerUserID = "wang.fang" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddDepartment(dingtalktest.Department{ID: 4300000001, ParentID: 1, Name: "Platform"})
				srv.AddUser(other)
				client := srv.Client()
				_, err := client.CreateUser(t.Context(), zhaoMin())
				require.NoError(t, err)
				req := zhaoMin()
				change(&req)
				res, err := client.EnsureUser(t.Context(), req)
				require.NoError(t, err)
				assert.Equal(t, dingtalk.EnsureUpdated, res.Action)
				if name == "dept title" {
					return // the service does not return it, so it is sent each time
				}
				res, err = client.EnsureUser(t.Context(), req)
				require.NoError(t, err)
				assert.Equal(t, dingtalk.EnsureUnchanged, res.Action, "the second time")
			})
		})
	}
}

func TestEnsureUser_ChangesOmitsUnsetFields(t *testing.T) {
	t.Parallel()
	present := &dingtalk.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1, 2}, HideMobile: true}
	update, differs, err := dingtalk.CreateUserRequest{UserID: "zhao.min"}.Changes(present)
	require.NoError(t, err)
	assert.False(t, differs)
	assert.Equal(t, dingtalk.UpdateUserRequest{UserID: "zhao.min"}, update)
}

func TestEnsureUser_OverwritesNoOtherUser(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		req    func(*dingtalk.CreateUserRequest)
		opts   []dingtalktest.Option
		class  error
		holder string
	}{
		"the number is another user's":                   {func(r *dingtalk.CreateUserRequest) { r.UserID = "new" }, nil, dingtalk.ErrAlreadyExists, "zhao.min"},
		"the number is another user's, who is not named": {func(r *dingtalk.CreateUserRequest) { r.UserID = "new" }, []dingtalktest.Option{dingtalktest.WithoutHolderUserID()}, dingtalk.ErrAlreadyExists, ""},
		"the mail address is another user's": {func(r *dingtalk.CreateUserRequest) {
			r.UserID, r.Mobile, r.Email = "new", "13800009999", "zhao.min@example.com"
		}, nil, dingtalk.ErrAlreadyExists, ""},
		"the user ID is another user's": {func(r *dingtalk.CreateUserRequest) { r.Mobile = "13800009999" }, nil, dingtalk.ErrPrecondition, ""},
		"the account is of another kind": {func(r *dingtalk.CreateUserRequest) {
			r.Mobile, r.ExclusiveAccount, r.ExclusiveAccountType = "", true, "sso"
		}, nil, dingtalk.ErrPrecondition, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", Email: "zhao.min@example.com", DeptIDList: []int64{1}})
				before, _ := srv.User("zhao.min")
				req := zhaoMin()
				req.Name = "Li Na"
				tt.req(&req)
				_, err := srv.Client().EnsureUser(t.Context(), req)
				require.ErrorIs(t, err, tt.class)
				require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				e := asError(t, err)
				assert.Equal(t, "EnsureUser", e.Op)
				assert.Equal(t, tt.holder, e.HolderUserID)
				after, _ := srv.User("zhao.min")
				assert.Equal(t, before, after)
				assert.Len(t, srv.Users(), 1)
				assert.Len(t, srv.Calls("CreateUser"), 1, "it is not tried again")
			}, tt.opts...)
		})
	}
	_, err := dingtalktest.New(t).Client().EnsureUser(t.Context(), dingtalk.CreateUserRequest{Name: "Zhao Min"})
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
}

func TestEnsureUser_OverwritesNoUserWhoseMobileIsHidden(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]dingtalktest.Option{
		{dingtalktest.WithoutMobileField()},
		{dingtalktest.WithoutMobileField(), dingtalktest.WithoutHolderUserID()},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			srv.AddUser(dingtalktest.User{UserID: "holder", Name: "Li Na", Mobile: "13800009999", DeptIDList: []int64{1}})
			srv.Fail("CreateUser", dingtalktest.Code(60104), 1) // as if the service checked the number first
			req := zhaoMin()
			req.Name, req.Mobile = "Li Na", "13800009999"
			_, err := srv.Client().EnsureUser(t.Context(), req)
			require.ErrorIs(t, err, dingtalk.ErrAlreadyExists)
			stored, _ := srv.User("zhao.min")
			assert.Equal(t, "Zhao Min", stored.Name)
		}, opts...)
	}
}

func TestEnsureUser_OtherLoginIDIsAnotherUser(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		req := dingtalk.CreateUserRequest{
			UserID: "li.na", Name: "Li Na", DeptIDList: []int64{1}, ExclusiveAccount: true, ExclusiveAccountType: "dingtalk",
			LoginID: "li.na", InitPassword: dingtalk.NewSecret("Passw0rd-once"),
		}
		_, err := client.EnsureUser(t.Context(), req)
		require.NoError(t, err)
		res, err := client.EnsureUser(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureUnchanged, res.Action)
		req.LoginID = "other"
		_, err = client.EnsureUser(t.Context(), req)
		require.ErrorIs(t, err, dingtalk.ErrPrecondition)
	})
}

func TestEnsureUser_ComparesTheCountryCode(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		req := zhaoMin()
		req.Mobile = "+852-51234567"
		res, err := client.EnsureUser(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureCreated, res.Action)
		res, err = client.EnsureUser(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureUnchanged, res.Action)
		req.Mobile = "+853-51234567"
		_, err = client.EnsureUser(t.Context(), req)
		require.ErrorIs(t, err, dingtalk.ErrPrecondition)
	})
}

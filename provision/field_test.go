package provision

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// tags returns the documented names of a struct with the types of their fields.
func tags(v any) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	typ := reflect.TypeOf(v)
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		all[name] = f.Type
	}
	return all
}

// TestFields_MatchTheStructsOfTheClient fails if the client gains a field that lists cannot have.
func TestFields_MatchTheStructsOfTheClient(t *testing.T) {
	t.Parallel()
	creates, updates, responses, listed := tags(dingtalk.CreateUserRequest{}), tags(dingtalk.UpdateUserRequest{}), tags(dingtalk.User{}), tags(dingtalk.UserInDept{})
	seen := map[string]bool{"init_password": true} // not allowed in lists
	for _, f := range fields {
		seen[f.name] = true
		require.Contains(t, creates, f.name)
		if f.responseName != "" {
			assert.Contains(t, responses, f.responseName)
		} else {
			assert.NotContains(t, responses, f.name)
		}
		if f.inUserList {
			assert.Contains(t, listed, f.responseName)
		}
		if f.clearable {
			assert.Contains(t, updates, nameInUpdate(f), "a field that is cleared can be updated")
			assert.Equal(t, reflect.Pointer, updates[nameInUpdate(f)].Kind())
			assert.NotEmpty(t, f.responseName, "and is shown")
		}
		want := map[kind][]reflect.Type{
			text:    {reflect.TypeFor[string]()},
			flag:    {reflect.TypeFor[bool]()},
			date:    {reflect.TypeFor[dingtalk.Millis]()},
			depts:   {reflect.TypeFor[dingtalk.IDList]()},
			object:  {reflect.TypeFor[dingtalk.Extension](), reflect.TypeFor[dingtalk.ExtensionI18n]()},
			entries: {reflect.TypeFor[[]dingtalk.DeptOrder](), reflect.TypeFor[[]dingtalk.DeptTitle](), reflect.TypeFor[[]dingtalk.DeptPosition]()},
		}[f.kind]
		assert.Contains(t, want, creates[f.name], f.name)
	}
	for name := range creates {
		assert.True(t, seen[name], "%s is missing", name)
	}
	for name := range listed {
		for _, f := range fields {
			if f.responseName == name && name != "org_email" { // which needs another permission in user lists
				assert.True(t, f.inUserList, "%s is in the user list of a department", name)
			}
		}
	}
	for _, name := range forceUpdateFields {
		f, _ := fieldOf(name)
		assert.True(t, f.clearable)
	}
}

// TestFields_RoundTripThroughText checks that what a plan shows is what is sent.
func TestFields_RoundTripThroughText(t *testing.T) {
	t.Parallel()
	req := dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: `Zhao <"Min"> & 钉` + "\u2028", Mobile: "+852-51234567", HideMobile: true, DeptIDList: []int64{724960197, 1},
		DeptOrderList: []dingtalk.DeptOrder{{DeptID: 1, Order: 176200000000000513}}, DeptTitleList: []dingtalk.DeptTitle{{DeptID: 1, Title: "a,b"}},
		DeptPositionList: []dingtalk.DeptPosition{{DeptID: 1, IsMain: true}}, Extension: `{"T恤":"<L>"}`, ExtensionI18n: `{"T恤":{"en_US":"L"}}`,
		SeniorMode: true, HiredDate: dingtalk.Millis{Time: time.UnixMilli(1788192000123).UTC()}, ManagerUserID: "li.na", ExclusiveAccount: true,
		ExclusiveAccountType: "dingtalk", LoginID: "zhao", AvatarMediaID: "@x", SendPasswordToUser: true, OuterExclusiveCorpID: "c",
	}
	changes, err := createChanges(&Person{CreateUserRequest: req})
	require.NoError(t, err)
	again, err := newRequest[dingtalk.CreateUserRequest](&Item{Action: ActionCreate, UserID: "zhao.min", Changes: changes})
	require.NoError(t, err)
	want, err := json.Marshal(req)
	require.NoError(t, err)
	got, err := json.Marshal(again)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestFields_WriteDatesAsDaysInChinaOrInstants(t *testing.T) {
	t.Parallel()
	for s, ms := range map[string]int64{
		"2026-09-01": 1788192000000, "1788192000001": 1788192000001, "1970-01-01": -28800000, "-1": -1, "0001-01-01": -62135625600000,
		"9999-12-31": 253402185600000, "253402272000000": 253402272000000,
	} {
		m, err := parseDate(s)
		require.NoError(t, err)
		assert.Equal(t, ms, m.UnixMilli(), s)
		assert.Equal(t, s, dateText(m))
	}
	assert.Empty(t, dateText(dingtalk.Millis{}))
}

func TestFields_IgnoreTheOrderOfDepartments(t *testing.T) {
	t.Parallel()
	f, _ := fieldOf("dept_id_list")
	assert.True(t, f.equal("1,20", "20,1"))
	assert.False(t, f.equal("1,20", "1,2"))
	title, _ := fieldOf("title")
	assert.False(t, title.equal("1,20", "20,1"))
	assert.Equal(t, "20,1", deptText([]int64{20, 1, 20}))
}

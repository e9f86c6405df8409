package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// full has a value in every field.
var full = dingtalk.User{
	UserID: "zhao.min", UnionID: "Kd83hQpLmZ", Name: "赵敏", Avatar: "https://example.com/avatar.png",
	StateCode: "852", Mobile: "51234567", HideMobile: true, Telephone: "010-21", JobNumber: "E-2041",
	Title: "工程师", Email: "zhao.min@example.com", OrgEmail: "min@corp.example.com", OrgEmailType: "profession",
	WorkPlace: "三号楼", Remark: "first line\nsecond line",
	Extension:     `{"爱好":"国际象棋","Age":24}`,
	ExtensionI18n: `{"爱好":{"en_US":"Chess"}}`,
	ManagerUserID: "manager7676", HiredDate: dingtalk.Millis{Time: time.UnixMilli(1633017600000).UTC()},
	DeptIDList:       []int64{1, 724960197},
	DeptOrderList:    []dingtalk.DeptOrder{{DeptID: 1, Order: 176200000000000513}, {DeptID: 724960197, Order: 1}},
	DeptPositionList: []dingtalk.DeptPosition{{DeptID: 724960197, IsMain: true, Title: "Head", WorkPlace: "Hall 1"}},
	LeaderInDept:     []dingtalk.LeaderInDept{{DeptID: 1}, {DeptID: 724960197, Leader: true}},
	RoleList:         []dingtalk.UserRole{{ID: 2100000005, Name: "Head", GroupName: "Default"}},
	Active:           true, RealAuthed: true, Senior: true, Admin: true, Boss: true,
	ExclusiveAccount: true, ExclusiveAccountType: "sso", LoginID: "min", Nickname: "Minmin",
	ExclusiveAccountCorpName: "Example", ExclusiveAccountCorpID: "dingcorp", DisableStatus: true,
	UnionEmpExt: dingtalk.UnionEmpExt{
		UserID: "zm", CorpID: "dinglinked", UnionEmpMapList: []dingtalk.UnionEmpMap{{UserID: "zm2", CorpID: "dingother"}},
	},
	CreateTime: "2024-07-15T07:05:43.000Z",
}

func TestCard_ShowsEveryDocumentedField(t *testing.T) {
	t.Parallel()
	for field, value := range reflect.ValueOf(full).Fields() {
		require.False(t, value.IsZero(), "add the new field %s to the card and to this test", field.Name)
	}
	golden(t, "testdata/card.txt", card(&full, map[int64]string{1: "总部"}, 80))
}

func TestCard_OmitsEmptyFields(t *testing.T) {
	t.Parallel()
	require.Equal(t, `┌─ User information ─────┐
│ Userid  zhao.min       │
│ Flags   not active yet │
└────────────────────────┘
`, card(&dingtalk.User{UserID: "zhao.min"}, nil, 80))
}

func TestCard_KeepsItsFrameAroundAnyText(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]dingtalk.User{
		"long words":         {UserID: strings.Repeat("x", 64), Remark: strings.Repeat("长", 200)},
		"control characters": {Name: "Zhao\x1b[31m Min\r\n\t", Remark: "\n\n", Extension: "not JSON"},
		"every field":        full,
		"combining marks":    {Name: "Zha\u0301o Mi\u0300n", Title: "全角（ＡＢ）、カナ 한글"},
	} {
		for _, width := range []int{40, 80} {
			lines := strings.Split(strings.TrimSpace(card(&user, nil, width)), "\n")
			for _, line := range lines {
				assert.Equal(t, columns.Width(lines[0]), columns.Width(line), "%s: %s", name, line)
				assert.LessOrEqual(t, columns.Width(line), width, name)
				assert.NotContains(t, line, "\x1b", name)
			}
		}
	}
}

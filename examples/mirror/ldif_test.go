package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// ldifOf writes the LDIF of an organization, and returns it.
func ldifOf(t *testing.T, srv *dingtalktest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "directory.ldif")
	code, _, errOut := clitest.Run(t.Context(), "mirror", run, clitest.Environment(t, srv), "", "-ldif", file, "-db", file+".db")
	require.Equal(t, cli.OK, code, errOut)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func TestLDIF_ShowsTheTree(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddDepartment(dingtalktest.Department{ID: 7, Name: "R+D; Labs"})
	srv.AddDepartment(dingtalktest.Department{ID: 8, Name: "杭州", ParentID: 7})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", Name: "赵敏", Mobile: "13800001234", Title: " Lead", Email: "zhao.min@example.com", DeptIDList: []int64{8, 7},
	})
	require.Equal(t, `version: 1

dn: o=Organization
objectClass: organization
o: Organization

dn: ou=R\+D\; Labs,o=Organization
objectClass: organizationalUnit
ou: R+D; Labs
description: DingTalk department 7

dn:: b3U95p2t5beeLG91PVJcK0RcOyBMYWJzLG89T3JnYW5pemF0aW9u
objectClass: organizationalUnit
ou:: 5p2t5bee
description: DingTalk department 8

dn:: dWlkPXpoYW8ubWluLG91PeadreW3nixvdT1SXCtEXDsgTGFicyxvPU9yZ2FuaXphdGlvbg==
objectClass: inetOrgPerson
uid: zhao.min
cn:: 6LW15pWP
sn:: 6LW15pWP
departmentNumber: 8
departmentNumber: 7
title:: IExlYWQ=
mail: zhao.min@example.com
mobile: +86 13800001234
`, ldifOf(t, srv))
}

// Departments whose parent the app does not see stand below the organization, where two may have the same name.
func TestLDIF_HasPlaceForWhatHasNoParent(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithContactScope([]int64{21, 22}, nil))
	srv.AddDepartment(dingtalktest.Department{ID: 11, Name: "North"})
	srv.AddDepartment(dingtalktest.Department{ID: 12, Name: "South"})
	srv.AddDepartment(dingtalktest.Department{ID: 21, Name: "Sales", ParentID: 11})
	srv.AddDepartment(dingtalktest.Department{ID: 22, Name: "Sales", ParentID: 12})
	text := ldifOf(t, srv)
	require.Contains(t, text, "\ndn: ou=Sales,o=organization\n")
	require.Contains(t, text, "\ndn: ou=Sales (22),o=organization\n")
	require.NotContains(t, text, "North")
}

func TestEscapeDN(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"Sales": "Sales", ` a "b"+c, d;<e>\=# `: `\ a \"b\"\+c\, d\;\<e\>\\\=#\ `, "#1": `\#1`, " ": `\ `, "a\x00b": `a\00b`, "杭州 ": `杭州\ `,
	} {
		require.Equal(t, want, escapeDN(value))
	}
}

package importer

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/export"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

const abroad int64 = 724960210

func addAbroad(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: abroad, Name: `=1+1; R&D "disks"`})
}

// addHardToWrite adds people whose values are hard to write into a CSV.
func addHardToWrite(srv *dingtalktest.Server) {
	addAbroad(srv)
	for _, u := range []dingtalktest.User{
		{
			UserID: "formula", Name: "=cmd|'/c calc'!A1", Mobile: "13700000101", Title: "'+1", Remark: "@SUM(1)", JobNumber: "-7",
			DeptIDList: []int64{abroad, sales},
		},
		{UserID: "apostrophe", Name: "'t Hooft", Mobile: "13700000102", Title: "''=2", DeptIDList: []int64{abroad}},
		{UserID: "abroad", Name: "Wong", Mobile: "+852-51234567", DeptIDList: []int64{abroad}, ManagerUserID: "boss"},
		{UserID: "lines", Name: "Sun", Mobile: "13700000103", Remark: "one\ntwo\n\nfour", DeptIDList: []int64{sales}},
		{UserID: "hired", Name: "Qian", Mobile: "13700000104", HiredDate: time.UnixMilli(1633051800000), DeptIDList: []int64{sales}},
		{
			UserID: "day", Name: "Li", Mobile: "13700000105", HiredDate: time.UnixMilli(1633017600000), Senior: true,
			DeptIDList: []int64{sales},
		},
		{
			UserID: "custom", Name: "Wu 🚀", Mobile: "13700000106", Extension: `{"爱好":"象棋, \"围棋\"","n":"1"}`, HideMobile: true,
			DeptIDList: []int64{sales},
		},
	} {
		srv.AddUser(u)
	}
}

// exported exports the organization of a host to a CSV.
func exported(t *testing.T, h *host, args ...string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "people.csv")
	code, _, errOut := apptest.Run(t.Context(), export.Command, h.env, "", append(args, "-qps", "0", file)...)
	require.Zero(t, code, errOut)
	return file
}

func TestImport_ReadsWhatExportWrites(t *testing.T) {
	t.Parallel()
	h := serve(t, dingtalktest.WithSampleOrg(16, 60, 1))
	addHardToWrite(h.srv)
	before := h.srv.Users()
	for _, args := range [][]string{nil, {"-bom"}, {"-fast"}} {
		file := exported(t, h, args...)
		code, out, errOut := runImport(t.Context(), h.env, file, "-apply")
		require.Zero(t, code, out+errOut)
		require.Contains(t, errOut, "these columns are skipped, because an import does not set them: unionid, avatar, departments, ")
		require.Contains(t, out, "0 to create, 0 to update, 0 to delete, 89 unchanged, 0 in conflict", "what was exported is what is there")
		require.Zero(t, h.writes())
		require.Equal(t, before, h.srv.Users())

		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, out, _ = runImport(t.Context(), h.env, listFile(t, strings.Replace(string(text), "Wong", "Wong Ka", 1)))
		require.Contains(t, out, "0 to create, 1 to update, 0 to delete, 88 unchanged")
		require.Contains(t, out, "name: Wong -> Wong Ka\n")
	}
}

func TestImport_CopiesAnOrganizationByItsExport(t *testing.T) {
	t.Parallel()
	from := serve(t)
	addHardToWrite(from.srv)
	to := serve(t)
	addAbroad(to.srv)
	client := to.srv.Client()
	for _, u := range to.srv.Users() {
		require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: u.UserID}))
	}
	code, out, errOut := runImport(t.Context(), to.env, exported(t, from), "-apply")
	require.Zero(t, code, out+errOut)
	want := normalized(from.srv.Users())
	for i := range want {
		want[i].Boss, want[i].Admin, want[i].AdminLevel, want[i].RoleList = false, false, 0, nil // which no create sets
	}
	got := normalized(to.srv.Users())
	require.Len(t, got, len(want))
	for i := range want {
		require.JSONEq(t, cmp.Or(want[i].Extension, "{}"), cmp.Or(got[i].Extension, "{}"))
		require.True(t, want[i].HiredDate.Equal(got[i].HiredDate))
		want[i].Extension, want[i].HiredDate = got[i].Extension, got[i].HiredDate
		require.Equal(t, want[i], got[i])
	}
}

package browsertest

import (
	"cmp"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// maxPicture is the maximum size of a picture file in bytes.
const maxPicture = 200_000

// TestConsole_Screenshots takes the pictures of the documentation, and stores them in docs/images with -update.
func TestConsole_Screenshots(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if *update {
		dir = filepath.Join("..", "..", "docs", "images")
		require.NoError(t, os.MkdirAll(dir, 0o755))
	}
	p, receiving := serveExample(t), serveReceiver(t)
	for name, picture := range map[string]struct {
		page  string
		view  view
		click string
		shown string // after the click
		of    *testServer
	}{
		"console-organization": {page: "departments/" + str(engineering)},
		"console-user":         {page: "users/zhao.min"},
		"console-user-dark":    {page: "users/zhao.min", view: view{dark: true}},
		"console-user-zh":      {page: "users/zhao.min", view: view{language: "zh-CN"}},
		"console-user-small":   {page: "users/zhao.min", view: view{width: 360}},
		"console-requests":     {page: "log", click: `[data-op="UpdateUser"][data-code="90018"] a`, shown: `"userid": "zhao.min"`},
		"console-edit":         {page: "edit/update-user?userid=zhao.min"},
		"console-controls":     {page: "controls"},
		"console-events": {
			page: "events", of: receiving, click: `[data-event="user_modify_org"] summary`, shown: `"diffInfo"`,
		},
	} {
		tab := open(t, cmp.Or(picture.of, p).console, picture.page, picture.view)
		if picture.click != "" {
			tab.click(picture.click)
			tab.waitForText("#main", picture.shown)
		}
		tab.waitFor("its fonts are loaded", "document.fonts.status == 'loaded'")
		image, err := chromedp.Run(tab.ctx, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		assert.Less(t, len(image), maxPicture, name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), image, 0o644))
	}
}

// serveExample serves a realistic organization, with Zhao Min as the quickstart creates and promotes her.
func serveExample(t *testing.T) *testServer {
	t.Helper()
	morning := time.Date(2026, time.March, 2, 9, 30, 0, 0, china)
	var passed atomic.Int64 // since morning; the console would show a clock that Advance changed
	p := serve(t, dingtalktest.WithClock(func() time.Time { return morning.Add(time.Duration(passed.Load())) }))
	const mobileApps, quality, people = sales + 1, sales + 2, sales + 3
	for _, d := range []dingtalktest.Department{
		{ID: engineering, Name: "Engineering"},
		{ID: platform, Name: "Platform", ParentID: engineering},
		{ID: mobileApps, Name: "Mobile", ParentID: engineering},
		{ID: quality, Name: "Quality", ParentID: engineering},
		{ID: sales, Name: "Sales"},
		{ID: people, Name: "人力资源部"},
	} {
		p.AddDepartment(d)
	}
	for i, u := range []dingtalktest.User{
		{UserID: "manager7676", Name: "Lin Yue", Title: "Director of Engineering", DeptIDList: []int64{engineering}, Active: true},
		{UserID: "chen.hao", Name: "Chen Hao", Title: "Architect", DeptIDList: []int64{engineering, platform}, Active: true},
		{UserID: "sofia.rossi", Name: "Sofia Rossi", Title: "Program Manager", DeptIDList: []int64{engineering}, Active: true},
		{UserID: "wang.fang", Name: "王芳", Title: "高级工程师", DeptIDList: []int64{engineering, quality}, Active: true},
		{UserID: "tom.becker", Name: "Tom Becker", Title: "Engineer", DeptIDList: []int64{engineering, mobileApps}},
		{UserID: "li.na", Name: "李娜", Title: "产品经理", DeptIDList: []int64{engineering, sales}, Active: true},
		{UserID: "zhou.jie", Name: "Zhou Jie", Title: "Engineer", DeptIDList: []int64{platform}, Active: true},
		{UserID: "amara.diallo", Name: "Amara Diallo", Title: "Engineer", DeptIDList: []int64{platform}, Active: true},
		{UserID: "he.lei", Name: "何磊", Title: "工程师", DeptIDList: []int64{mobileApps}, Active: true},
		{UserID: "sun.yan", Name: "孙燕", Title: "HR", DeptIDList: []int64{people}, Active: true},
		{UserID: "john.smith", Name: "John Smith", Title: "Account Manager", DeptIDList: []int64{sales}},
	} {
		u.Mobile, u.JobNumber = "139000056"+str(10+i), "E-10"+str(10+i)
		for _, id := range u.DeptIDList {
			u.LeaderInDept = append(u.LeaderInDept, dingtalktest.DeptLeader{DeptID: id, Leader: u.UserID == "manager7676"})
		}
		p.AddUser(u)
	}
	_, err := p.client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", JobNumber: "E-2041", Title: "Engineer",
		Telephone: "010-88880000-21", Email: "zhao.min@example.com", WorkPlace: "Building 3", ManagerUserID: "manager7676",
		Remark: "Created by the quickstart", DeptIDList: []int64{engineering, platform},
		DeptPositionList: []dingtalk.DeptPosition{{DeptID: platform, Title: "Senior Engineer", IsMain: true}},
		HiredDate:        dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, china)},
		Extension:        dingtalk.NewExtension(map[string]string{"Hobby": "Chess", "Languages": "Chinese, English"}),
	})
	require.NoError(t, err)
	passed.Add(int64(85 * time.Millisecond))
	_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.NoError(t, err)
	p.Fail("UpdateUser", dingtalktest.Throttled, 1)
	change := dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Technical Director"), WorkPlace: new("Future Park")}
	passed.Add(int64(640 * time.Millisecond))
	require.ErrorIs(t, p.client.UpdateUser(t.Context(), change), dingtalk.ErrRateLimited)
	passed.Add(int64(time.Second))
	require.NoError(t, p.client.UpdateUser(t.Context(), change))
	passed.Add(int64(5 * time.Second))
	_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhou.jei"})
	require.ErrorIs(t, err, dingtalk.ErrNotFound)
	_, err = p.client.ListSubDepartmentIDs(t.Context(), dingtalk.ListSubDepartmentIDsRequest{DeptID: engineering})
	require.NoError(t, err)
	p.Fail("CreateUser", dingtalktest.LostResponse, 1)
	return p
}

// serveReceiver serves an organization whose events an app receives over Stream.
func serveReceiver(t *testing.T) *testServer {
	t.Helper()
	morning, begun := time.Date(2026, time.March, 2, 9, 30, 0, 0, china), time.Now()
	p := serveTeam(t, dingtalktest.WithClock(func() time.Time { return morning.Add(time.Since(begun)) }))
	received := p.receive(t)
	tab := open(t, p.console, "events", view{})
	tab.waitForText("[data-connection]", "Stream")
	p.createZhaoMin(t)
	<-received
	require.NoError(t, p.client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "zhao.min", WorkPlace: new("Future Park")}))
	<-received
	p.Disturb(1, dingtalktest.Disturbance{Types: []string{"org_dept_create"}, Lose: 1})
	p.AddDepartment(dingtalktest.Department{Name: "Quality", ParentID: engineering})
	tab.waitForText(`[data-event="user_modify_org"]`, "SUCCESS")
	return p
}

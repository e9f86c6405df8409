package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestExternalContact_IsCreatedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client, ctx := srv.Client(), t.Context()
		groups := collect(t, client.ExternalContactLabelGroups(ctx, dingtalk.ListExternalContactLabelGroupsRequest{Size: 2}))
		require.Len(t, groups, 3)
		label := groups[0].Labels[0].ID

		wanted := dingtalk.NewExternalContact{
			Title: "Buyer", LabelIDs: []int64{label}, ShareDeptIDs: []int64{1}, Address: "1 Pier Road", Remark: "met at the fair",
			FollowerUserID: "zhao.min", Name: "Mei Tan", StateCode: "86", CompanyName: "Harbor Foods", ShareUserIDs: []string{"zhao.min"},
			Mobile: "13700002222",
		}
		created, err := client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: wanted})
		require.NoError(t, err)
		_, err = client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: wanted})
		require.ErrorIs(t, err, dingtalk.ErrAlreadyExists)

		require.NoError(t, client.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{
			Contact: dingtalk.ChangedExternalContact{UserID: created.UserID, Title: new("Head buyer"), Remark: new(""), ShareUserIDs: []string{}},
		}))
		got, err := client.GetExternalContact(ctx, dingtalk.GetExternalContactRequest{UserID: created.UserID})
		require.NoError(t, err)
		assert.Equal(t, &dingtalk.ExternalContact{
			Title: "Head buyer", LabelIDs: []int64{label}, ShareDeptIDs: []int64{1}, Address: "1 Pier Road",
			FollowerUserID: "zhao.min", Name: "Mei Tan", StateCode: "86", CompanyName: "Harbor Foods", ShareUserIDs: []string{},
			Mobile: "13700002222", UserID: created.UserID,
		}, got, "what is nil stays, although the emulator clears what is not sent")
		assert.Len(t, srv.Calls("GetExternalContact"), 2, "the update has read the contact")
		unionID := srv.ExternalContacts()[0].UnionID
		found, err := client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: unionID})
		require.NoError(t, err)
		assert.Equal(t, &dingtalk.GetUserIDByUnionIDResponse{ContactType: 1, UserID: created.UserID}, found)

		require.NoError(t, client.DeleteExternalContact(ctx, dingtalk.DeleteExternalContactRequest{UserID: created.UserID}))
		assert.Empty(t, srv.ExternalContacts())
		_, err = client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: unionID})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)
		require.ErrorIs(t, client.DeleteExternalContact(ctx, dingtalk.DeleteExternalContactRequest{UserID: created.UserID}), dingtalk.ErrNotFound)
		err = client.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{Contact: dingtalk.ChangedExternalContact{UserID: created.UserID}})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)
		assert.Equal(t, "GetExternalContact", asError(t, err).Op, "nothing was written")
	})
}

func TestUpdateExternalContact_SendsAllFieldsAndReadsOnlyWhatItLacks(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client, ctx := srv.Client(), t.Context()
		label := collect(t, client.ExternalContactLabelGroups(ctx, dingtalk.ListExternalContactLabelGroupsRequest{}))[0].Labels[0].ID
		id := srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "x", FollowerUserID: "zhao.min", LabelIDs: []int64{label}})
		complete := dingtalk.ChangedExternalContact{
			UserID: id, Name: "Mei Tan", FollowerUserID: "zhao.min", LabelIDs: []int64{label}, Title: new("Buyer"), Address: new(""),
			Remark: new(""), CompanyName: new(""), ShareDeptIDs: []int64{}, ShareUserIDs: []string{},
		}
		require.NoError(t, client.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{Contact: complete}))
		assert.Empty(t, srv.Calls("GetExternalContact"))
		for n, lack := range []func(c *dingtalk.ChangedExternalContact){
			func(c *dingtalk.ChangedExternalContact) { c.Name = "" },
			func(c *dingtalk.ChangedExternalContact) { c.FollowerUserID = "" },
			func(c *dingtalk.ChangedExternalContact) { c.LabelIDs = nil },
			func(c *dingtalk.ChangedExternalContact) { c.Title = nil },
			func(c *dingtalk.ChangedExternalContact) { c.Address = nil },
			func(c *dingtalk.ChangedExternalContact) { c.Remark = nil },
			func(c *dingtalk.ChangedExternalContact) { c.CompanyName = nil },
			func(c *dingtalk.ChangedExternalContact) { c.ShareDeptIDs = nil },
			func(c *dingtalk.ChangedExternalContact) { c.ShareUserIDs = nil },
		} {
			partial := complete
			lack(&partial)
			require.NoError(t, client.UpdateExternalContact(ctx, dingtalk.UpdateExternalContactRequest{Contact: partial}))
			assert.Len(t, srv.Calls("GetExternalContact"), n+1)
			calls := srv.Calls("UpdateExternalContact")
			assert.Equal(t, calls[0].Body, calls[n+1].Body, "all fields are sent")
		}
	})
}

func TestExternalContacts_YieldsEachOnceAndEndsWithAShortPage(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 205 {
			srv.AddExternalContact(dingtalktest.ExternalContact{UserID: fmt.Sprintf("x%03d", i)})
		}
		client, ctx := srv.Client(), t.Context()
		assert.Len(t, collect(t, client.ExternalContacts(ctx, dingtalk.ListExternalContactsRequest{})), 205)
		assert.Len(t, srv.Calls("ListExternalContacts"), 3)
		assert.Len(t, collect(t, client.ExternalContacts(ctx, dingtalk.ListExternalContactsRequest{Size: 41})), 205, "the last page is full, and another one is empty")
		assert.Len(t, srv.Calls("ListExternalContacts"), 3+6)
		assert.Len(t, collect(t, client.ExternalContacts(ctx, dingtalk.ListExternalContactsRequest{Size: 50, Offset: new(int64(200))})), 5)

		var ids []string
		again := client.ExternalContacts(ctx, dingtalk.ListExternalContactsRequest{Size: 100})
		for contact, err := range again {
			require.NoError(t, err)
			if len(ids) == 0 { // what comes later moves into the page that was read
				srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "late"})
			}
			ids = append(ids, contact.UserID)
		}
		assert.Len(t, ids, 206)
		assert.Len(t, collect(t, again), 206, "ranging again reads again")
	})
}

func TestExternalContacts_SkipsRepeatedContactsAndRefusesAListWithoutEnd(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		contact := func(id string) string { return fmt.Sprintf(`{"userid":%q,"label_ids":[]}`, id) }
		pages := []string{contact("a") + "," + contact("b"), contact("b") + "," + contact("c"), contact("d")}
		next := 0
		client, _ := intercepted(srv, func(path, _ string) string {
			if !strings.HasSuffix(path, "/extcontact/list") {
				return ""
			}
			next++
			return `{"errcode":0,"results":[` + pages[min(next, len(pages))-1] + `]}`
		})
		read := func() (ids []string, last error) {
			for contact, err := range client.ExternalContacts(t.Context(), dingtalk.ListExternalContactsRequest{Size: 2}) {
				if err != nil {
					return ids, err
				}
				ids = append(ids, contact.UserID)
			}
			return ids, nil
		}
		ids, err := read()
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "b", "c", "d"}, ids)

		next, pages = 0, pages[:1]
		ids, err = read()
		assert.Equal(t, []string{"a", "b"}, ids)
		require.ErrorIs(t, err, dingtalk.ErrUnsupported, "the service repeats the page")
		assert.Equal(t, 2, next)
	})
}

func TestExternalContactLabelGroups_YieldsGroupsOfOneName(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		group := func(label int) string {
			return fmt.Sprintf(`{"name":"Level","color":-1,"labels":[{"id":%d,"name":"A"}]}`, label)
		}
		client, _ := intercepted(srv, func(path, _ string) string {
			if !strings.HasSuffix(path, "/listlabelgroups") {
				return ""
			}
			return `{"errcode":0,"results":[` + group(1) + "," + group(2) + "," + group(1) + `]}`
		})
		groups := collect(t, client.ExternalContactLabelGroups(t.Context(), dingtalk.ListExternalContactLabelGroupsRequest{}))
		require.Len(t, groups, 2, "the same group twice, and another one with its name")
		assert.EqualValues(t, 2, groups[1].Labels[0].ID)
	})
}

func TestExternalContact_RefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client, ctx := srv.Client(), t.Context()
		good := dingtalk.NewExternalContact{Name: "Mei", StateCode: "86", Mobile: "13700002222", FollowerUserID: "zhao.min", LabelIDs: []int64{4700000001}}
		for name, tt := range map[string]struct {
			change func(c *dingtalk.NewExternalContact)
			code   int
			class  string
		}{
			"no name":          {func(c *dingtalk.NewExternalContact) { c.Name = "" }, 40036, "InvalidArgument"},
			"no labels":        {func(c *dingtalk.NewExternalContact) { c.LabelIDs = []int64{} }, 60204, "InvalidArgument"},
			"unknown label":    {func(c *dingtalk.NewExternalContact) { c.LabelIDs = []int64{7} }, 60204, "InvalidArgument"},
			"too many labels":  {func(c *dingtalk.NewExternalContact) { c.LabelIDs = make([]int64, 21) }, 400002, "InvalidArgument"},
			"too many shares":  {func(c *dingtalk.NewExternalContact) { c.ShareUserIDs = make([]string, 21) }, 400002, "InvalidArgument"},
			"bad number":       {func(c *dingtalk.NewExternalContact) { c.Mobile = "12" }, 60103, "InvalidArgument"},
			"unknown follower": {func(c *dingtalk.NewExternalContact) { c.FollowerUserID = "gone" }, 60121, "NotFound"},
		} {
			bad := good
			tt.change(&bad)
			_, err := client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: bad})
			assert.Equal(t, tt.class, classesOf(err), name)
			assert.Equal(t, tt.code, asError(t, err).Code, name)
		}
		srv.Fail("CreateExternalContact", dingtalktest.LostResponse, 1)
		_, err := client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: good})
		assert.True(t, isUnknown(err))
		assert.Len(t, srv.ExternalContacts(), 1, "created, and not repeated")
	})
}

func TestExternalContact_IsRefusedByAnOrganizationThatHasNotEnabledThem(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client, ctx := srv.Client(), t.Context()
		wanted := dingtalk.NewExternalContact{Name: "Mei", StateCode: "86", Mobile: "13700002222", FollowerUserID: "zhao.min", LabelIDs: []int64{4700000001}}
		_, err := client.CreateExternalContact(ctx, dingtalk.CreateExternalContactRequest{Contact: wanted})
		assert.Equal(t, "Precondition", classesOf(err))
		assert.Equal(t, 60205, asError(t, err).Code)
		assert.Empty(t, srv.ExternalContacts())
		assert.Empty(t, collect(t, client.ExternalContacts(ctx, dingtalk.ListExternalContactsRequest{})))
		assert.Empty(t, collect(t, client.ExternalContactLabelGroups(ctx, dingtalk.ListExternalContactLabelGroupsRequest{})))
	}, dingtalktest.WithoutExternalContacts())
}

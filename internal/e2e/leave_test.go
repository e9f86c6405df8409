package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

const (
	recordsPath     = "/v1.0/contact/empLeaveRecords"
	dismissionsPath = "/v1.0/hrm/employees/dismissions"
)

// left adds people who left, one an hour, the first of them as many hours ago.
func left(srv *dingtalktest.Server, n int) (ids []string) {
	for i := range n {
		id := fmt.Sprintf("u%05d", i)
		srv.AddUser(dingtalktest.User{UserID: id})
		srv.Leave(id, dingtalktest.Leave{Time: time.Now().Add(-time.Duration(n-i) * 30 * time.Minute)})
		ids = append(ids, id)
	}
	return ids
}

// bent returns a client that receives the responses of a path as bend changes them. n counts them from 1.
func bent(srv *dingtalktest.Server, path string, bend func(n int, body map[string]any)) *dingtalk.Client {
	n := 0
	return srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		res, err := srv.Transport().RoundTrip(req)
		if err != nil || req.URL.Path != path {
			return res, err
		}
		n++
		var body map[string]any
		decoder := json.NewDecoder(res.Body)
		decoder.UseNumber()
		if err := decoder.Decode(&body); err != nil {
			return nil, err
		}
		bend(n, body)
		text, err := json.Marshal(body)
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		res.Header.Del("Content-Length")
		return res, err
	})}))
}

func lastYear() dingtalk.ListLeaveRecordsRequest {
	return dingtalk.ListLeaveRecordsRequest{StartTime: time.Now().AddDate(0, 0, -365).Add(time.Hour).UTC().Format(time.RFC3339)}
}

func TestLeaveRecords_ReadsTenThousandWhateverThePagesAreLike(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ids := left(srv, 10_000)
		for name, tt := range map[string]struct {
			bend func(n int, body map[string]any)
			want int // of the records
			ends bool
		}{
			"as they are": {func(int, map[string]any) {}, 10_000, true},
			"an empty page with more to come": {func(n int, body map[string]any) {
				if n%10 == 0 {
					body["records"] = []any{}
				}
			}, 9_000, true},
			"a page with records of the one before": {func(n int, body map[string]any) {
				records := body["records"].([]any)
				body["records"] = append(records, records[0], records[49])
			}, 10_000, true},
			"a token that repeats": {func(n int, body map[string]any) {
				if n == 100 {
					body["nextToken"] = "0"
				}
			}, 5_000, false},
			"a token that never ends, without records": {func(n int, body map[string]any) {
				if body["nextToken"] == "" {
					body["nextToken"] = fmt.Sprintf("%x", fmt.Sprint("at ", 10_000+n))
				}
			}, 10_000, false},
			"a token that never ends, with the same records": {func(n int, body map[string]any) {
				if n > 200 {
					body["records"] = []any{map[string]any{"userId": "u00000", "leaveTime": "2026-01-01T00:00:00Z"}}
				}
				if body["nextToken"] == "" {
					body["nextToken"] = fmt.Sprintf("%x", fmt.Sprint("at ", 10_000+n))
				}
			}, 10_001, false},
		} {
			got := map[string]bool{}
			n := 0
			var last error
			client := bent(srv, recordsPath, tt.bend)
			for r, err := range client.LeaveRecords(t.Context(), lastYear()) {
				if last = err; err == nil {
					got[r.UserID] = true
					n++
				}
			}
			assert.Equal(t, tt.want, n, name)
			assert.LessOrEqual(t, len(got), len(ids), name)
			if tt.ends {
				require.NoError(t, last, name)
				continue
			}
			require.ErrorIs(t, last, dingtalk.ErrUnsupported, name)
			assert.Equal(t, "ListLeaveRecords", asDingTalkError(t, last).Op, name)
		}
	})
}

// asDingTalkError is what every error of a method is.
func asDingTalkError(t *testing.T, err error) *dingtalk.Error {
	t.Helper()
	e, ok := err.(*dingtalk.Error) //nolint:errorlint // the error itself is intended
	require.True(t, ok, "%T", err)
	return e
}

func TestLeavers_JoinsBothSourcesAndMarksTheRehired(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		east := srv.AddDepartment(dingtalktest.Department{Name: "East", ParentID: sales})
		for _, id := range []string{"both", "twice", "contacts", "hr", "long.ago", "hr.long.ago", "other.case", "stays"} {
			srv.AddUser(dingtalktest.User{UserID: id, Name: "Name of " + id, DeptIDList: []int64{east}})
		}
		day := func(n int) time.Time { return time.Now().AddDate(0, 0, -n) }
		srv.Leave("both", dingtalktest.Leave{
			Time: day(9), Reason: "delete", LastWorkDay: day(12), ReasonMemo: "moved", VoluntaryReasons: []string{"family"},
		})
		srv.Leave("twice", dingtalktest.Leave{Time: day(20)})
		srv.Rehire("twice")
		srv.Leave("twice", dingtalktest.Leave{Time: day(8), Reason: "cancel"})
		srv.Rehire("twice")
		srv.Leave("contacts", dingtalktest.Leave{Time: day(5), OnlyContacts: true})
		srv.Leave("hr", dingtalktest.Leave{Time: day(4), OnlySmartHR: true, PassiveReasons: []string{"end of contract"}})
		srv.Leave("long.ago", dingtalktest.Leave{Time: day(50)})
		srv.Leave("hr.long.ago", dingtalktest.Leave{Time: day(500), OnlySmartHR: true})
		client := srv.Client()
		require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "other.case"}))

		people := collect(t, client.Leavers(t.Context(), day(30)))
		var got []string
		for _, l := range people {
			got = append(got, fmt.Sprint(l.UserID, " ", l.Record.LeaveReason, " ", l.Rehired, " ", !l.Dismission.LastWorkDay.IsZero()))
			assert.Equal(t, "Name of "+l.UserID, l.Name)
		}
		assert.Equal(t, []string{
			"both delete false true", "twice cancel true false", "contacts leave false false", "hr  false true", "other.case oapi false true",
		}, got)
		both := people[0]
		assert.Equal(t, day(9).UTC().Truncate(time.Second), both.Left)
		assert.Equal(t, day(12).In(time.FixedZone("", 8*60*60)).Format(time.DateOnly), both.Dismission.LastWorkDay.In(time.FixedZone("", 8*60*60)).Format(time.DateOnly))
		assert.Equal(t, "moved", both.Dismission.ReasonMemo)
		assert.Equal(t, []dingtalk.DismissionDept{{DeptID: east, DeptPath: "Sales-East"}}, both.Dismission.DeptList)
		assert.Equal(t, []string{"end of contract"}, people[3].Dismission.PassiveReason)

		all := collect(t, client.Leavers(t.Context(), time.Time{}))
		assert.Len(t, all, 7, "of Contacts the last 365 days, of Smart HR everyone")
		assert.Equal(t, "hr.long.ago", all[0].UserID)
	})
}

func TestLeavers_ReadsManyPagesOfSmartHROnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ids := left(srv, 420)
		var got []string
		for _, l := range collect(t, srv.Client().Leavers(t.Context(), time.Now().AddDate(0, 0, -30))) {
			got = append(got, l.UserID)
			require.NotZero(t, l.Dismission.LastWorkDay)
		}
		assert.Equal(t, ids, got)
		assert.Len(t, srv.Calls("GetDismissionInfo"), 9, "50 people a call")
		assert.Len(t, srv.Calls("ListDismissedUserIDs"), 9)
		assert.Len(t, srv.Calls("GetUser"), 420)
	})
}

func TestLeavers_YieldsWhatOneSourceKnowsAndThenTheErrorOfTheOther(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		option dingtalktest.Option
		class  error
		op     string
		want   []string
	}{
		"without Smart HR":                {dingtalktest.WithoutSmartHR(), dingtalk.ErrPrecondition, "ListDismissedUserIDs", []string{"contacts"}},
		"without the point of Smart HR":   {dingtalktest.WithoutScope("qyapi_hrm_read_user"), dingtalk.ErrPermission, "ListDismissedUserIDs", []string{"contacts"}},
		"without the point of the record": {dingtalktest.WithoutScope("Contact.Common.Read"), dingtalk.ErrPermission, "ListLeaveRecords", []string{"hr"}},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			for _, id := range []string{"contacts", "hr"} {
				srv.AddUser(dingtalktest.User{UserID: id})
				srv.Leave(id, dingtalktest.Leave{OnlyContacts: id == "contacts", OnlySmartHR: id == "hr"})
			}
			var got []string
			var errs []error
			for l, err := range srv.Client().Leavers(t.Context(), time.Now().AddDate(0, 0, -30)) {
				if err != nil {
					errs = append(errs, err)
					continue
				}
				require.Empty(t, errs, "the error is the last pair")
				got = append(got, l.UserID)
			}
			assert.Equal(t, tt.want, got, name)
			require.Len(t, errs, 1, name)
			require.ErrorIs(t, errs[0], tt.class, name)
			assert.Equal(t, tt.op, asDingTalkError(t, errs[0]).Op, name)
		}, tt.option)
	}
}

func TestLeavers_EndsWithAListThatDoesNotEndAndWithABan(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		left(srv, 3)
		client := bent(srv, dismissionsPath, func(_ int, body map[string]any) { body["hasMore"] = true })
		var got []string
		var last error
		for l, err := range client.Leavers(t.Context(), time.Now().AddDate(0, 0, -30)) {
			if last = err; err == nil {
				got = append(got, l.UserID)
			}
		}
		require.ErrorIs(t, last, dingtalk.ErrUnsupported)
		assert.Equal(t, []string{"u00000", "u00001", "u00002"}, got, "what Contacts and the first page know")

		srv.Fail("ListLeaveRecords", dingtalktest.BanJSON, 1)
		n := 0
		for _, err := range srv.Client().Leavers(t.Context(), time.Now().AddDate(0, 0, -30)) {
			n++
			require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		}
		assert.Equal(t, 1, n)
		assert.Len(t, srv.Calls("ListDismissedUserIDs"), 1, "no call follows a ban")
	})
}

func TestLeavers_YieldsAPersonWhoCannotBeLookedUpWithTheError(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		left(srv, 3)
		srv.Rehire("u00001")
		client, _ := intercepted(srv, func(_, body string) string {
			if body == `{"userid":"u00001"}` {
				return errorResponse(50002)
			}
			return ""
		})
		i := 0
		for l, err := range client.Leavers(t.Context(), time.Now().AddDate(0, 0, -30)) {
			assert.Equal(t, fmt.Sprintf("u%05d", i), l.UserID)
			if i == 1 {
				require.ErrorIs(t, err, dingtalk.ErrPermission)
			} else {
				require.NoError(t, err)
			}
			assert.False(t, l.Rehired)
			i++
		}
		assert.Equal(t, 3, i)
	})
}

func TestLeavers_LeavesOutWhomSmartHRAloneKnowsWithoutALastDay(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for _, id := range []string{"both", "hr"} {
			srv.AddUser(dingtalktest.User{UserID: id})
			srv.Leave(id, dingtalktest.Leave{OnlySmartHR: id == "hr"})
		}
		client := bent(srv, "/v1.0/hrm/employees/dimissionInfos", func(_ int, body map[string]any) {
			for _, info := range body["result"].([]any) {
				delete(info.(map[string]any), "lastWorkDay")
			}
		})
		people := collect(t, client.Leavers(t.Context(), time.Now().AddDate(0, 0, -30)))
		require.Len(t, people, 1)
		assert.Equal(t, "both", people[0].Dismission.UserID)
		assert.Len(t, collect(t, client.Leavers(t.Context(), time.Time{})), 2, "of those who ever left")
	})
}

// The service ignores the case of user IDs.
func TestLeavers_JoinsUserIDsWhateverTheirCase(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		left(srv, 1)
		client := bent(srv, "/v1.0/hrm/employees/dimissionInfos", func(_ int, body map[string]any) {
			body["result"].([]any)[0].(map[string]any)["userId"] = "U00000"
		})
		people := collect(t, client.Leavers(t.Context(), time.Now().AddDate(0, 0, -30)))
		require.Len(t, people, 1)
		assert.Equal(t, "u00000", people[0].Record.UserID)
		assert.Equal(t, "U00000", people[0].Dismission.UserID)
	})
}

func TestSmartHR_ListsWhoWorksAndBatchesWhoLeft(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ids := left(srv, 120)
		for _, id := range ids[60:] {
			srv.Rehire(id)
		}
		client := srv.Client()
		assert.Equal(t, ids[60:], collect(t, client.OnJobUserIDs(t.Context(), dingtalk.ListOnJobUserIDsRequest{})))
		assert.Empty(t, collect(t, client.OnJobUserIDs(t.Context(), dingtalk.ListOnJobUserIDsRequest{StatusList: dingtalk.IDList{2}})))
		assert.Equal(t, ids[:60], collect(t, client.DismissedUserIDs(t.Context(), dingtalk.ListDismissedUserIDsRequest{})))

		var status []int64
		for _, info := range collect(t, client.DismissionInfos(t.Context(), append([]string{"unknown"}, ids...))) {
			status = append(status, info.Status)
		}
		require.Len(t, status, 120)
		assert.EqualValues(t, 2, status[0])
		assert.EqualValues(t, 3, status[119], "who has returned")
		assert.Len(t, srv.Calls("GetDismissionInfo"), 3)

		_, err := client.GetDismissionInfo(t.Context(), dingtalk.GetDismissionInfoRequest{UserIDList: ids[:51]})
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		_, err = client.GetDismissionInfo(t.Context(), dingtalk.GetDismissionInfoRequest{})
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		_, err = client.ListLeaveRecords(t.Context(), dingtalk.ListLeaveRecordsRequest{StartTime: "2001-01-01T00:00:00Z"})
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	})
}

package dingtalkpg

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// organization is one that changes. Each name that it gives has a higher number than the ones before.
type organization struct {
	*dingtalktest.Server
	admin *dingtalk.Client
	rng   *rand.Rand
	named int
	last  int64 // the number of the last event that was read
}

func newOrganization(t *testing.T, seed uint64) *organization {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(8, 40, seed))
	return &organization{Server: srv, admin: srv.AdminClient(), rng: rand.New(rand.NewPCG(seed, 1))}
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

func (o *organization) name() string {
	o.named++
	return fmt.Sprintf("Name %d", o.named)
}

// change makes a random change. It returns the frames of its events, and whether a scan shows all of it.
func (o *organization) change(ctx context.Context) (frames []string, listed bool) {
	users, depts := o.Users(), o.Departments()
	u, d := pick(o.rng, users), pick(o.rng, depts)
	listed = true
	switch n := o.rng.IntN(10); {
	case n < 1 || len(users) < 30:
		o.AddUser(dingtalktest.User{UserID: fmt.Sprintf("u%d", o.named), Name: o.name(), DeptIDList: []int64{d.ID}})
	case n < 2:
		o.Leave(u.UserID, dingtalktest.Leave{})
		listed = false // it was the manager of others, perhaps
	case n < 4:
		u.DeptIDList, u.DeptOrderList, u.LeaderInDept, u.DeptPositionList, u.DeptTitleList, u.AdminDeptIDs = []int64{d.ID}, nil, nil, nil, nil, nil
		o.SetUser(u)
	case n < 6:
		u.ManagerUserID = pick(o.rng, users).UserID
		o.SetUser(u)
		listed = false
	case n < 7:
		d.Name = o.name()
		o.SetDepartment(d)
	case n < 8:
		_ = o.admin.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{ // fails for one of the default group
			RoleIDs: dingtalk.IDList{pick(o.rng, o.Roles()).ID}, UserIDs: dingtalk.CommaList{u.UserID},
		})
		listed = false
	default:
		u.Name = o.name()
		o.SetUser(u)
	}
	for _, e := range o.EventsAfter(o.last) {
		o.last = e.Number
		frames = append(frames, fmt.Sprintf(
			`{"type":"EVENT","headers":{"topic":"*","eventType":%q,"eventId":%q,"eventBornTime":"%d","eventCorpId":%q},"data":%q}`,
			e.Type, e.ID, e.Time.UnixMilli(), o.CorpID(), e.Body))
	}
	return frames, listed
}

// entities returns all entities as the service shows them, read without the types of the client.
func (o *organization) entities(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	read := func(k mirror.Key, path string, req map[string]any) {
		var res json.RawMessage
		require.NoError(t, o.admin.Do(t.Context(), dingtalk.Operation{Name: "Read" + string(k.Kind), Path: path}, req, &res))
		all[k.String()] = res
	}
	for _, u := range o.Users() {
		read(mirror.UserKey(u.UserID), "/topapi/v2/user/get", map[string]any{"userid": u.UserID})
	}
	for _, d := range o.Departments() {
		read(mirror.DepartmentKey(d.ID), "/topapi/v2/department/get", map[string]any{"dept_id": d.ID})
	}
	groups := map[string]int64{}
	for _, g := range o.RoleGroups() {
		groups[g.Name] = g.ID
		all[mirror.RoleGroupKey(g.ID).String()] = g
	}
	for _, r := range o.Roles() {
		all[mirror.RoleKey(r.ID).String()] = mirror.Role{ID: r.ID, Name: r.Name, GroupID: groups[r.GroupName]}
		for u, err := range o.admin.RoleUsers(t.Context(), dingtalk.ListRoleUsersRequest{RoleID: r.ID}) {
			require.NoError(t, err)
			h := mirror.RoleHolder{RoleID: r.ID, UserID: u.UserID, Limited: u.ManageScopes != nil}
			for _, d := range u.ManageScopes {
				h.DeptIDs = append(h.DeptIDs, d.DeptID)
			}
			all[mirror.RoleHolderKey(r.ID, u.UserID).String()] = h
		}
	}
	return all
}

// plain brings JSON into one form: without empty values, and without the order of lists, which mean nothing.
func plain(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var res any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	require.NoError(t, d.Decode(&res))
	return withoutEmpty(res)
}

// uncounted are the fields of a department that a mirror does not have.
var uncounted = []string{"member_count", "owning_member_count"}

func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if value = withoutEmpty(value); value == nil || slices.Contains(uncounted, name) {
				delete(v, name)
			} else {
				v[name] = value
			}
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		texts := []string{}
		for _, value := range v {
			b, _ := json.Marshal(withoutEmpty(value))
			texts = append(texts, string(b))
		}
		if slices.Sort(texts); len(texts) > 0 {
			return texts
		}
	default:
		if v != nil && v != "" && v != false && v != json.Number("0") {
			return v
		}
	}
	return nil
}

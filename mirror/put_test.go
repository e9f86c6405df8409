package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// newLeader returns a leader on an empty store, which does nothing by itself.
func newLeader(t *testing.T) *leader {
	t.Helper()
	store := NewMemoryStore()
	lease, err := store.Lead(t.Context())
	require.NoError(t, err)
	m := &Mirror{store: store, opt: options{now: time.Now}}
	m.corpID.Store(new(string))
	return &leader{m: m, lease: lease, clock: newClock(), absent: map[Key]uint64{}, relisted: map[Key]dirty{}}
}

func (l *leader) mustWrite(t *testing.T, r reading, f func(*put) error) {
	t.Helper()
	require.NoError(t, l.write(t.Context(), r, SourceScan, f))
}

// found returns the row of an entity, and whether it is dirty.
func (l *leader) found(t *testing.T, k Key) (row string, isDirty bool) {
	t.Helper()
	require.NoError(t, l.m.store.View(t.Context(), func(r Reader) error {
		b, err := get(r, k.encode())
		require.NoError(t, err)
		row = string(b)
		_, isDirty, err = getDirty(r, k)
		return err
	}))
	return row, isDirty
}

func TestPut_ComparesWhenReadsWereMade(t *testing.T) {
	t.Parallel()
	k := RoleGroupKey(7)
	row := func(name string) []byte {
		if name == "" {
			return nil
		}
		return encode(roleGroupRow{name})
	}
	for _, c := range []struct {
		name   string
		read   reading // after one of 10 to 20 that showed "old"
		shows  string  // nothing: gone
		is     string
		reread bool
	}{
		{"later", reading{begin: 21, end: 30}, "new", "new", false},
		{"later, and gone", reading{begin: 21, end: 30}, "", "", false},
		{"later, the same", reading{begin: 21, end: 30}, "old", "old", false},
		{"overlapping", reading{begin: 15, end: 30}, "new", "old", true},
		{"overlapping, and gone", reading{begin: 15, end: 30}, "", "old", true},
		{"overlapping at one end", reading{begin: 20, end: 30}, "new", "old", true},
		{"overlapping, the same", reading{begin: 15, end: 30}, "old", "old", false},
		{"within", reading{begin: 12, end: 18}, "new", "old", true},
		{"earlier", reading{begin: 1, end: 9}, "new", "old", true},
		{"earlier, the same", reading{begin: 1, end: 9}, "old", "old", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLeader(t)
			l.mustWrite(t, reading{begin: 10, end: 20}, func(p *put) error { return p.row(k, row("old"), "") })
			l.mustWrite(t, c.read, func(p *put) error { return p.row(k, row(c.shows), Left) })
			is, reread := l.found(t, k)
			require.Equal(t, string(row(c.is)), is)
			require.Equal(t, c.reread, reread)
		})
	}
}

// A list that was read before a user left must not bring the user back.
func TestPut_KeepsWhatIsGoneAway(t *testing.T) {
	t.Parallel()
	l := newLeader(t)
	u := listed(1, dingtalk.UserInDept{UserID: "zhao.min", DeptIDList: []int64{1}})
	l.mustWrite(t, reading{begin: 10, end: 20}, func(p *put) error { return p.row(UserKey("zhao.min"), nil, Left) })
	l.mustWrite(t, reading{begin: 5, end: 25}, func(p *put) error { return p.listedUser(1, u) })
	row, reread := l.found(t, UserKey("zhao.min"))
	require.Empty(t, row)
	require.True(t, reread)
	l.mustWrite(t, reading{begin: 26, end: 27}, func(p *put) error { return p.listedUser(1, u) })
	row, _ = l.found(t, UserKey("zhao.min"))
	require.NotEmpty(t, row)
}

// What GetUser shows of the details is stored although a later list shows the same of the other fields.
func TestPut_StoresDetailsBesideALaterList(t *testing.T) {
	t.Parallel()
	inDept := dingtalk.UserInDept{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{1}, DeptOrder: 5}
	whole := dingtalk.User{
		UserID: "zhao.min", Name: "Zhao Min", ManagerUserID: "li.lei", DeptIDList: []int64{1},
		DeptOrderList: []dingtalk.DeptOrder{{DeptID: 1, Order: 5}}, LeaderInDept: []dingtalk.LeaderInDept{{DeptID: 1}},
	}
	for _, name := range []string{"Zhao Min", "Zhao M."} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLeader(t)
			l.mustWrite(t, reading{begin: 10, end: 20}, func(p *put) error { return p.listedUser(1, listed(1, inDept)) })
			whole := whole
			whole.Name = name
			l.mustWrite(t, reading{begin: 5, end: 15}, func(p *put) error { return p.user(whole) })
			row, reread := l.found(t, UserKey("zhao.min"))
			u, err := decodeUser([]byte(row))
			require.NoError(t, err)
			require.Equal(t, "Zhao Min", u.Name)
			require.Equal(t, name == "Zhao Min", u.Detail)
			require.Equal(t, name == "Zhao Min", u.ManagerUserID == "li.lei")
			require.True(t, reread)
		})
	}
}

func TestPut_ClearsTheDetailFlagWhenAListDiffers(t *testing.T) {
	t.Parallel()
	l := newLeader(t)
	l.mustWrite(t, reading{begin: 1, end: 2}, func(p *put) error {
		return p.user(dingtalk.User{
			UserID: "zhao.min", Name: "Zhao Min", ManagerUserID: "li.lei", DeptIDList: []int64{1, 2},
			DeptOrderList: []dingtalk.DeptOrder{{DeptID: 1, Order: 5}, {DeptID: 2, Order: 6}},
		})
	})
	l.mustWrite(t, reading{begin: 3, end: 4}, func(p *put) error {
		return p.listedUser(2, listed(2, dingtalk.UserInDept{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{2, 1}, DeptOrder: 6}))
	})
	u := l.user(t, "zhao.min")
	require.True(t, u.Detail, "the same, in another order")
	l.mustWrite(t, reading{begin: 5, end: 6}, func(p *put) error {
		return p.listedUser(2, listed(2, dingtalk.UserInDept{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{2}, DeptOrder: 9}))
	})
	u = l.user(t, "zhao.min")
	require.False(t, u.Detail)
	require.Equal(t, "li.lei", u.ManagerUserID)
	require.Equal(t, []dingtalk.DeptOrder{{DeptID: 2, Order: 9}}, u.DeptOrderList)
}

func (l *leader) user(t *testing.T, id string) User {
	t.Helper()
	row, _ := l.found(t, UserKey(id))
	u, err := decodeUser([]byte(row))
	require.NoError(t, err)
	return u
}

// The clock remembers no more than the reads under way need.
func TestClock_ForgetsWhatIsEarlierThanAllReads(t *testing.T) {
	t.Parallel()
	c := newClock()
	long := c.begin()
	for i := range 5000 {
		r := c.begin()
		c.end(&r)
		c.note(UserKey(fmt.Sprint(i)), r)
		c.finish(r)
	}
	require.Len(t, c.latest, 5000, "the long read may be earlier than any of them")
	require.Equal(t, overlapping, c.relation(UserKey("0"), reading{begin: long.begin, end: c.now + 1}))
	c.finish(long)
	for i := range 20_000 {
		r := c.begin()
		c.end(&r)
		c.note(UserKey(fmt.Sprint("x", i)), r)
		c.finish(r)
	}
	require.Less(t, len(c.latest), 12_000)
}

func TestQueue_TakesWhatIsDueAndHighFirst(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_000_000)
	q := newQueue(func() time.Time { return now })
	at := func(d time.Duration) int64 { return now.Add(d).UnixMilli() }
	q.put(UserKey("low"), dirty{Generation: 1, Due: at(-time.Hour), Low: true}, now)
	q.put(UserKey("high"), dirty{Generation: 2, Due: at(-time.Second)}, now)
	q.put(UserKey("later"), dirty{Generation: 3, Due: at(time.Second)}, now)
	q.put(UserKey("held"), dirty{Generation: 4, Due: at(-time.Hour), Held: true}, now)
	q.put(UserKey("clock was set back"), dirty{Generation: 5, Due: at(1000 * time.Hour)}, now)
	take := func() string {
		i, _ := q.take(now)
		if i == nil {
			return ""
		}
		return i.key.UserID
	}
	require.Equal(t, "high", take())
	require.Equal(t, "low", take())
	require.Empty(t, take())

	q.put(UserKey("high"), dirty{Generation: 6, Due: at(0)}, now) // marked again while it is read
	require.Empty(t, take(), "one read at a time")
	q.done(UserKey("high"), 2, nil, now)
	require.Equal(t, "high", take())
	q.done(UserKey("high"), 6, nil, now)
	require.Empty(t, take())

	q.failed(UserKey("low"), now)
	require.Empty(t, take())
	_, next := q.take(now)
	require.Equal(t, now.Add(time.Second), next)
	now = now.Add(35 * time.Second)
	require.Equal(t, "later", take())
	require.Equal(t, "clock was set back", take())
	require.Equal(t, "low", take())
	require.Empty(t, take())
}

func TestKey_RoundTripsInOrder(t *testing.T) {
	t.Parallel()
	keys := []Key{
		DepartmentKey(-7), DepartmentKey(1), DepartmentKey(1 << 40), RoleGroupKey(3), RoleHolderKey(5, "a"), RoleHolderKey(5, "b"),
		RoleKey(4), UserKey("a"), UserKey("张三"),
	}
	last := ""
	for _, k := range keys {
		b := k.encode()
		decoded, err := decodeKey(b)
		require.NoError(t, err)
		require.Equal(t, k, decoded)
		require.Greater(t, string(b), last)
		last = string(b)
	}
	require.Equal(t, `role_holder 5 "a"`, RoleHolderKey(5, "a").String())
	_, err := decodeKey([]byte("zzz"))
	require.Error(t, err)
	_, err = decodeKey([]byte("d1"))
	require.Error(t, err)
}

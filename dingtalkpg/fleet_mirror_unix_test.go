//go:build unix

package dingtalkpg

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

var fleetFaults = flag.Int("fleet-faults", 6, "how often TestFleet_IsExactWhateverBecomesOfTheLeader kills or pauses the leader")

const (
	members        = 4
	faultsOfARound = 4 // after which the fleet comes to rest
)

// fleet is a number of processes that have a mirror of one organization.
type fleet struct {
	t           *testing.T
	url, schema string
	org         *organization
	base        string // the URL of its service
	pool        *pgxpool.Pool
	started     int
	lost        int // events

	mu      sync.Mutex
	members []*remote
	feed    map[mirror.Revision]string // the changes, as the first member showed each
	names   map[string]int             // the number of the latest name that was shown of an entity
	err     error                      // the first one that a feed has
}

// All accept events, and one reads and writes. It is killed, and paused for longer than its lease, while people change and
// events are lost, doubled and out of order. Half of the processes are not told that their lease is lost.
func TestFleet_IsExactWhateverBecomesOfTheLeader(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: runs four processes, and waits for the end of leases")
	}
	f := newFleet(t, uint64(time.Now().UnixNano()))
	for fault := 1; fault <= *fleetFaults; fault++ {
		working, stop := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { f.work(working) })
		former := f.leader()
		<-time.After(rand.N(time.Second)) // at any moment
		if fault%2 == 0 {
			require.NoError(t, former.cmd.Process.Kill())
			<-former.ended
			f.replace(former, f.start())
		} else {
			former.pause(t, true)
			f.leader() // another one
			<-time.After(rand.N(time.Second))
			former.pause(t, false)
		}
		f.leader()
		<-time.After(rand.N(time.Second))
		stop()
		work.Wait()
		if fault%faultsOfARound == 0 || fault == *fleetFaults {
			f.compare()
			require.Positive(t, f.check(), "a mirror that is complete was written")
		}
		f.check()
	}
	t.Logf("%d faults of the leader, %d names, %d changes in the feed, %d events lost", *fleetFaults, f.org.named, len(f.feed), f.lost)
}

func newFleet(t *testing.T, seed uint64) *fleet {
	t.Logf("seed %d", seed)
	f := &fleet{
		t: t, url: sharedServer(t).URL(), schema: newSchemaName(), org: newOrganization(t, seed),
		feed: map[mirror.Revision]string{}, names: map[string]int{},
	}
	var err error
	f.base, err = f.org.Listen("")
	require.NoError(t, err)
	f.pool = newPool(t, f.url)
	require.NoError(t, openStore(t, f.url, f.schema).Close()) // creates the tables
	f.audit()
	for range members {
		m := f.start()
		f.mu.Lock()
		f.members = append(f.members, m)
		f.mu.Unlock()
	}
	return f
}

// audit has the database note who takes the lease, and with which lease a row or change is written by whom.
func (f *fleet) audit() {
	s := newSchema(f.schema)
	_, err := f.pool.Exec(f.t.Context(), strings.NewReplacer("SCHEMA", s.name, "ROWS", s.rows, "HEAD", s.head).Replace(`
create table SCHEMA.terms (fence bigint, app text);
create table SCHEMA.writes (fence bigint, app text);
create function SCHEMA.note_term() returns trigger language plpgsql as $$ begin
	insert into SCHEMA.terms values (new.fence, case new.expires when 'epoch' then '' else current_setting('application_name') end);
	return null;
end $$;
create function SCHEMA.note_write() returns trigger language plpgsql as $$ begin
	insert into SCHEMA.writes select fence, current_setting('application_name') from HEAD;
	return null;
end $$;
create trigger term after update of fence on HEAD for each row execute function SCHEMA.note_term();
create trigger write after insert or update on ROWS for each row
	when (chr(get_byte(new.key, 0)) in ('u', 'd', 'r', 'g', 'h', 'f')) execute function SCHEMA.note_write();`))
	require.NoError(f.t, err)
}

func (f *fleet) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *fleet) receive(m *remote, a answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.Revision == 0 {
		m.waiting[a.ID] <- a
		return
	}
	if a.Revision != m.revision+1 {
		f.note(fmt.Errorf("%s shows revision %d after %d", m.app, a.Revision, m.revision))
	}
	m.revision = a.Revision
	f.note(f.show(m, a))
}

// show checks that a change is the one that others have shown, and that its entity does not go back in time.
func (f *fleet) show(m *remote, a answer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	known, found := f.feed[a.Revision]
	if found {
		if known != string(a.Change) {
			return fmt.Errorf("%s shows at revision %d %s, and others %s", m.app, a.Revision, a.Change, known)
		}
		return nil
	}
	f.feed[a.Revision] = string(a.Change)
	var c struct {
		Key   mirror.Key `json:"Key"`
		After struct {
			Name string `json:"name"`
		} `json:"After"`
	}
	if err := json.Unmarshal(a.Change, &c); err != nil {
		return err
	}
	n, key := 0, c.Key.String()
	if _, err := fmt.Sscanf(c.After.Name, "Name %d", &n); err == nil && n < f.names[key] {
		return fmt.Errorf("revision %d of %s: Name %d after Name %d", a.Revision, key, n, f.names[key])
	}
	f.names[key] = max(n, f.names[key])
	return nil
}

func (f *fleet) replace(former, present *remote) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, m := range f.members {
		if m == former {
			f.members[i] = present
		}
	}
}

func (f *fleet) all() []*remote {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*remote(nil), f.members...)
}

// leader waits until a process leads that is not paused, and returns it.
func (f *fleet) leader() (leader *remote) {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		var app string
		_ = f.pool.QueryRow(f.t.Context(), "select app from "+newSchema(f.schema).name+".terms order by fence desc limit 1").Scan(&app)
		for _, m := range f.all() {
			if leader = m; m.app == app && !m.isPaused() {
				return true
			}
		}
		return false
	}, waitTimeout, waitInterval)
	return leader
}

// work changes the organization and delivers events until the context ends, and has everything read now and then.
func (f *fleet) work(ctx context.Context) {
	var deliveries sync.WaitGroup
	defer deliveries.Wait()
	slots := make(chan struct{}, 20)
	for n := 1; ctx.Err() == nil; n++ {
		if n%40 == 0 {
			m := pick(f.org.rng, f.all())
			deliveries.Go(func() { _, _ = m.ask(ctx, "rescan", "") })
		}
		frames, listed := f.org.change(context.WithoutCancel(ctx))
		if listed && f.org.rng.IntN(4) == 0 {
			f.lost += len(frames)
			frames = nil
		}
		for _, frame := range frames {
			for range 1 + f.org.rng.IntN(5)/4 {
				slots <- struct{}{}
				deliveries.Go(func() {
					defer func() { <-slots }()
					<-time.After(rand.N(200 * time.Millisecond))
					f.note(f.deliver(context.WithoutCancel(ctx), frame))
				})
			}
		}
		<-time.After(rand.N(40 * time.Millisecond))
	}
}

// deliver sends an event to one process after another until one acknowledges it.
func (f *fleet) deliver(ctx context.Context, frame string) error {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	var err error
	for ctx.Err() == nil {
		try, cancel := context.WithTimeout(ctx, 3*time.Second)
		_, err = f.all()[rand.IntN(members)].ask(try, "accept", frame)
		cancel()
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("an event was not accepted: %w", err)
}

// compare waits until each process has the organization exactly, after everything was read.
func (f *fleet) compare() {
	want := plain(f.t, f.org.entities(f.t))
	ctx, cancel := context.WithTimeout(f.t.Context(), 2*waitTimeout)
	defer cancel()
	_, err := pick(f.org.rng, f.all()).ask(ctx, "rescan", "")
	require.NoError(f.t, err)
	for _, m := range f.all() {
		var have any
		for ctx.Err() == nil {
			view, err := m.ask(ctx, "view", "")
			require.NoError(f.t, err)
			if have = plain(f.t, view); assert.ObjectsAreEqual(want, have) {
				break
			}
			<-time.After(100 * time.Millisecond)
		}
		require.Equal(f.t, want, have, m.app)
	}
	for _, m := range f.all() {
		require.Eventually(f.t, func() bool {
			m.mu.Lock()
			defer m.mu.Unlock()
			f.mu.Lock()
			defer f.mu.Unlock()
			return m.revision == mirror.Revision(len(f.feed))
		}, waitTimeout, waitInterval, "%s has not shown all changes", m.app)
	}
}

// check fails if a feed was wrong, or if a process has written with the lease of another one. It returns the number of writes.
func (f *fleet) check() (written int) {
	f.mu.Lock()
	require.NoError(f.t, f.err)
	f.mu.Unlock()
	name := newSchema(f.schema).name
	var wrong int
	require.NoError(f.t, f.pool.QueryRow(f.t.Context(), "select count(*), count(*) filter (where not exists (select from "+name+
		".terms t where t.fence = w.fence and t.app = w.app)) from "+name+".writes w").Scan(&written, &wrong))
	require.Zero(f.t, wrong, "writes without the lease")
	return written
}

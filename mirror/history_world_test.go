package mirror

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// plan says what happens in one episode of the history check. The same plan leads to the same changes and disturbances.
type plan struct {
	seed    uint64
	changes int
	rules   rules

	lose, double float64       // shares of the events
	delay        time.Duration // of an event, at most
	lag          time.Duration // reads show a change this much after its event, at most; then only users change
	fault        float64       // share of the calls of the mirror that fail
	scanEvery    time.Duration // 0: only the first scan
	restartEvery time.Duration // 0: never
	acceptLate   bool          // events are acknowledged before they are accepted
	scopeEvery   int           // one change in so many is one of the contact scope; 0: none
}

// world is an organization that changes, its mirror, and the check of everything that the mirror shows.
type world struct {
	plan
	rng   *rand.Rand
	srv   *dingtalktest.Server // where the changes are made
	shows *dingtalktest.Server // what the mirror reads: srv, or a copy that lags behind
	admin *dingtalk.Client     // of shows, except in changes
	store Store

	// lock is held during a change and the check of one. It is a channel, because a goroutine that waits for a mutex would
	// stop the time of the bubble.
	lock     chan struct{}
	changed  int             // changes so far
	applied  int             // the latest change that reads show
	recorded int64           // changes of entities
	copies   []func()        // changes that reads do not show yet
	touched  map[string]bool // users who may have changed since the last of them
	last     int64           // the number of the last event
	history  map[Key]*history
	left     []string // users who have left

	scopeDepts []int64 // the contact scope; nil: the whole organization
	scopeUsers []string

	mirror  atomic.Pointer[Mirror]
	stop    context.CancelFunc
	stopped chan error
	crashed *crashStore

	deliveries chan struct{} // one entry for each event under way
	shown      *fold
	err        error // the first violation
}

func newWorld(t *testing.T, p plan) *world {
	server := func() *dingtalktest.Server { return dingtalktest.New(t, dingtalktest.WithSampleOrg(8, 40, p.seed)) }
	w := &world{
		plan: p, rng: rand.New(rand.NewPCG(p.seed, 1)), srv: server(), store: NewMemoryStore(), lock: make(chan struct{}, 1),
		touched: map[string]bool{}, history: map[Key]*history{}, deliveries: make(chan struct{}, 1_000_000), shown: newFold(),
	}
	if w.shows = w.srv; p.lag > 0 {
		w.shows = server()
	}
	w.admin = w.shows.AdminClient()
	for _, e := range w.srv.Events() {
		w.last = e.Number
	}
	w.sweep(t.Context())
	return w
}

func (w *world) locked(f func()) {
	w.lock <- struct{}{}
	defer func() { <-w.lock }()
	f()
}

// failed returns the first violation.
func (w *world) failed() (err error) {
	w.locked(func() { err = w.err })
	return err
}

// fail notes a violation. It needs the lock while a mirror is watched.
func (w *world) fail(err error) {
	if w.err == nil && err != nil {
		w.err = fmt.Errorf("seed %d, change %d: %w", w.seed, w.changed, err)
	}
}

// note records the state of an entity after a change, and reports whether it was new.
func (w *world) note(k Key, f faces) bool {
	h := w.history[k]
	if h == nil {
		h = &history{}
		w.history[k] = h
		if f.listed == "" || w.applied > 0 {
			h.add(faces{}, 0)
		}
	}
	if !h.add(f, w.applied) {
		return false
	}
	w.recorded++
	return true
}

func (w *world) noteUser(id string) {
	if w.lag > 0 {
		w.touched[id] = true
	}
	u, found := w.shows.User(id)
	if !found || !w.visible(u) {
		w.note(UserKey(id), faces{})
		return
	}
	w.note(UserKey(id), ofServer(u))
}

func (w *world) noteDepartment(id int64) {
	d, found := w.shows.Department(id)
	if !found || !w.inScope(id) {
		w.note(DepartmentKey(id), faces{})
		return
	}
	w.note(DepartmentKey(id), departmentOfServer(d))
}

// noteRoles records all groups and roles, and who has the roles of; nil: all of them.
func (w *world) noteRoles(ctx context.Context, of []int64) {
	seen := map[Key]bool{}
	record := func(k Key, value any) {
		f, _ := facesOf(value)
		w.note(k, f)
		seen[k] = true
	}
	groups := map[string]int64{}
	for _, g := range w.shows.RoleGroups() {
		record(RoleGroupKey(g.ID), RoleGroup(g))
		groups[g.Name] = g.ID
	}
	for _, r := range w.shows.Roles() {
		record(RoleKey(r.ID), Role{ID: r.ID, Name: r.Name, GroupID: groups[r.GroupName]})
		if of != nil && !slices.Contains(of, r.ID) {
			continue
		}
		for u, err := range w.admin.RoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: r.ID}) {
			if err != nil {
				panic(err)
			}
			h := RoleHolder{RoleID: r.ID, UserID: u.UserID, Limited: u.ManageScopes != nil}
			for _, d := range u.ManageScopes {
				h.DeptIDs = append(h.DeptIDs, d.DeptID)
			}
			record(RoleHolderKey(r.ID, u.UserID), h)
		}
	}
	for k := range w.history {
		switch {
		case seen[k]:
		case k.Kind == KindRole, k.Kind == KindRoleGroup, k.Kind == KindRoleHolder && (of == nil || slices.Contains(of, k.ID)):
			w.note(k, faces{})
		}
	}
}

// sweep records all entities, whether they have changed or not.
func (w *world) sweep(ctx context.Context) {
	for k := range w.history {
		switch k.Kind {
		case KindUser:
			w.noteUser(k.UserID)
		case KindDepartment:
			w.noteDepartment(k.ID)
		default: // see noteRoles
		}
	}
	for _, u := range w.shows.Users() {
		w.noteUser(u.UserID)
	}
	for _, d := range w.shows.Departments() {
		w.noteDepartment(d.ID)
	}
	w.noteRoles(ctx, nil)
}

// start opens the mirror on the store and runs it.
func (w *world) start(ctx context.Context) error {
	w.crashed = &crashStore{Store: w.store}
	transport := &slowTransport{next: w.shows.Transport(), seed: w.rng.Uint64(), fault: w.fault, calls: map[string]int{}}
	client := w.shows.Client(dingtalk.WithHTTPClient(&http.Client{Transport: transport}))
	m, err := Open(ctx, client, w.crashed, func(o *options) {
		o.pageSize, o.scanShare, o.scanStep = 7, 1, 1
		o.detailRound = 0
		o.scanEvery = time.Hour
		if w.scanEvery > 0 {
			o.scanEvery = w.scanEvery
		}
	})
	if err != nil {
		return err
	}
	m.rules = w.rules
	ctx, cancel := context.WithCancel(ctx)
	w.mirror.Store(m)
	w.stop, w.stopped = cancel, make(chan error, 1)
	go func(stopped chan error) { stopped <- m.Run(ctx) }(w.stopped)
	return nil
}

// crash ends the mirror at once: from now on it reads and writes nothing in the store.
func (w *world) crash() error {
	w.crashed.dead.Store(true)
	w.stop()
	if err := <-w.stopped; !errors.Is(err, context.Canceled) {
		return fmt.Errorf("Run: %w", err)
	}
	return nil
}

// deliver gives the events that the server has sent since the last call to the mirror, disturbed.
func (w *world) deliver(ctx context.Context) {
	for _, sent := range w.srv.EventsAfter(w.last) {
		w.last = sent.Number
		frame := fmt.Sprintf(`{"type":"EVENT","headers":{"topic":"*","eventType":%q,"eventId":%q,"eventBornTime":"%d","eventCorpId":%q},"data":%s}`,
			sent.Type, sent.ID, sent.Time.UnixMilli(), w.srv.CorpID(), strconv.Quote(string(sent.Body)))
		e, err := event.Decode([]byte(frame))
		if err != nil {
			panic(err)
		}
		w.disturb(ctx, e, w.changed)
	}
}

// disturb loses an event, or delivers it once or twice after a while. A change up to which the event tells of is covered
// once the mirror has accepted it.
func (w *world) disturb(ctx context.Context, e event.Event, change int) {
	if w.rng.Float64() < w.lose {
		return
	}
	times := 1
	if w.rng.Float64() < w.double {
		times = 2
	}
	for range times {
		var delay time.Duration
		if w.delay > 0 {
			delay = time.Duration(w.rng.Int64N(int64(w.delay)))
			if w.rng.IntN(3) > 0 {
				delay /= 20 // most come soon
			}
		}
		w.deliveries <- struct{}{}
		go func() {
			defer func() { <-w.deliveries }()
			if sleep(ctx, delay) == nil && w.accept(ctx, e) == nil {
				w.locked(func() { w.cover(e, change) })
			}
		}()
	}
}

// accept hands an event to the mirror until it is acknowledged, as the service does.
func (w *world) accept(ctx context.Context, e event.Event) error {
	for {
		m := w.mirror.Load()
		if w.acceptLate { // it is acknowledged now, and stored later, if the process is still there
			if err := sleep(ctx, 30*time.Millisecond); err != nil {
				return err
			}
			_ = m.Accept(ctx, e)
			return nil
		}
		if m.Accept(ctx, e) == nil {
			return nil
		}
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}

// cover notes which entities an event has announced the changes of.
func (w *world) cover(e event.Event, change int) {
	keys, _ := eventKeys(e)
	for _, k := range keys {
		if h := w.history[k]; h != nil {
			h.covered = max(h.covered, change)
		}
	}
}

// slowTransport delays requests and responses, and makes some calls fail. What happens to the first call of an operation,
// the second and so on, depends on the seed alone.
type slowTransport struct {
	next  http.RoundTripper
	seed  uint64
	fault float64

	mu    sync.Mutex
	calls map[string]int // by path
}

var errBroken = errors.New("the connection broke")

func (t *slowTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	t.calls[req.URL.Path]++
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, t.seed, req.URL.Path, t.calls[req.URL.Path])
	t.mu.Unlock()
	rng := rand.New(rand.NewPCG(h.Sum64(), 2))
	before := time.Duration(1+rng.IntN(20)) * time.Millisecond
	after := time.Duration(1+rng.IntN(30)) * time.Millisecond
	if rng.IntN(4) == 0 {
		after *= 5
	}
	if err := sleep(req.Context(), before); err != nil {
		return nil, err
	}
	res, err := t.next.RoundTrip(req)
	if slept := sleep(req.Context(), after); slept != nil {
		return nil, slept
	}
	if err == nil && rng.Float64() < t.fault {
		_ = res.Body.Close()
		return nil, errBroken
	}
	return res, err
}

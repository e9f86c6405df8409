package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
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
	early        time.Duration // events come this much before the change can be read, at most
	fault        float64       // share of the calls of the mirror that fail
	scanEvery    time.Duration // 0: only the first scan
	restartEvery time.Duration // 0: never
	acceptLate   bool          // events are acknowledged before they are accepted
}

// world is an organization that changes, its mirror, and the check of everything that the mirror shows.
type world struct {
	plan
	rng   *rand.Rand
	srv   *dingtalktest.Server
	admin *dingtalk.Client
	store Store

	// lock is held during a change and the check of one. It is a channel, because a goroutine that waits for a mutex would
	// stop the time of the bubble.
	lock    chan struct{}
	changed int   // changes so far
	last    int64 // the number of the last event
	history map[Key]*history
	left    []string // users who have left

	mirror  *Mirror
	stop    context.CancelFunc
	stopped chan error
	crashed *crashStore

	deliveries chan struct{} // one entry for each event under way
	shown      *fold
	err        error // the first violation
}

func newWorld(p plan, srv *dingtalktest.Server) *world {
	w := &world{
		plan: p, rng: rand.New(rand.NewPCG(p.seed, 1)), srv: srv, admin: srv.AdminClient(), store: NewMemoryStore(),
		lock: make(chan struct{}, 1), history: map[Key]*history{}, deliveries: make(chan struct{}, 1_000_000), shown: newFold(),
	}
	for _, e := range srv.Events() {
		w.last = e.Number
	}
	w.sweep()
	return w
}

func (w *world) locked(f func()) {
	w.lock <- struct{}{}
	defer func() { <-w.lock }()
	f()
}

// fail notes a violation.
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
		if f.listed == "" || w.changed > 0 {
			h.add(faces{}, 0)
		}
	}
	return h.add(f, w.changed)
}

func (w *world) noteUser(id string) {
	u, found := w.srv.User(id)
	if !found {
		w.note(UserKey(id), faces{})
		return
	}
	w.note(UserKey(id), ofServer(u))
}

func (w *world) noteDepartment(id int64) {
	d, found := w.srv.Department(id)
	if !found {
		w.note(DepartmentKey(id), faces{})
		return
	}
	w.note(DepartmentKey(id), departmentOfServer(d))
}

// noteRoles records all groups, roles and who has them.
func (w *world) noteRoles() {
	seen := map[Key]bool{}
	record := func(k Key, value any) {
		f, _ := facesOf(value)
		w.note(k, f)
		seen[k] = true
	}
	groups, err := w.admin.ListRoles(context.Background(), dingtalk.ListRolesRequest{})
	if err != nil {
		panic(err)
	}
	for _, g := range groups.List {
		record(RoleGroupKey(g.GroupID), RoleGroup{ID: g.GroupID, Name: g.Name})
		for _, r := range g.Roles {
			record(RoleKey(r.ID), Role{ID: r.ID, Name: r.Name, GroupID: g.GroupID})
			for u, err := range w.admin.RoleUsers(context.Background(), dingtalk.ListRoleUsersRequest{RoleID: r.ID}) {
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
	}
	for k := range w.history {
		if (k.Kind == KindRole || k.Kind == KindRoleGroup || k.Kind == KindRoleHolder) && !seen[k] {
			w.note(k, faces{})
		}
	}
}

// sweep records all entities, whether they have changed or not.
func (w *world) sweep() {
	for k := range w.history {
		switch k.Kind {
		case KindUser:
			w.noteUser(k.UserID)
		case KindDepartment:
			w.noteDepartment(k.ID)
		}
	}
	for _, u := range w.srv.Users() {
		w.noteUser(u.UserID)
	}
	for _, d := range w.srv.Departments() {
		w.noteDepartment(d.ID)
	}
	w.noteRoles()
}

// start opens the mirror on the store and runs it.
func (w *world) start(ctx context.Context) error {
	w.crashed = &crashStore{Store: w.store}
	rng := rand.New(rand.NewPCG(w.seed, uint64(w.rng.Uint32())))
	transport := &slowTransport{next: w.srv.Transport(), lock: make(chan struct{}, 1), rng: rng, fault: w.fault}
	client := w.srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: transport}))
	m, err := Open(ctx, client, w.crashed, func(o *options) {
		o.pageSize = 7
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
	w.mirror, w.stop, w.stopped = m, cancel, make(chan error, 1)
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
		m := w.mirror
		if w.acceptLate {
			w.deliveries <- struct{}{}
			go func() {
				defer func() { <-w.deliveries }()
				if sleep(ctx, 20*time.Millisecond) == nil {
					_ = m.Accept(ctx, e) // acknowledged long since
				}
			}()
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

// slowTransport delays requests and responses, and makes some calls fail.
type slowTransport struct {
	next  http.RoundTripper
	lock  chan struct{}
	rng   *rand.Rand
	fault float64
}

var errBroken = errors.New("the connection broke")

func (t *slowTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.lock <- struct{}{}
	before := time.Duration(1+t.rng.IntN(20)) * time.Millisecond
	after := time.Duration(1+t.rng.IntN(30)) * time.Millisecond
	if t.rng.IntN(4) == 0 {
		after *= 5
	}
	broken := t.rng.Float64() < t.fault
	<-t.lock
	select {
	case <-time.After(before):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	res, err := t.next.RoundTrip(req)
	select {
	case <-time.After(after):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	if broken && err == nil {
		_ = res.Body.Close()
		return nil, errBroken
	}
	return res, err
}

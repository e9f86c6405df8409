package e2e_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The model test: callers make random calls under random trouble, and each compares what it is told with
// what may then be true. A seed fixes what is drawn; how the callers interleave differs from run to run.
var (
	soakSeed = flag.Uint64("soak.seed", 0, "the seed to replay; 0: a few fixed ones")
	soakOps  = flag.Int("soak.ops", 3_000, "operations for each seed")
)

const (
	modelCallers = 64
	modelPeople  = 3 // of each caller
)

func TestModel_HoldsUnderRandomFaults(t *testing.T) {
	t.Parallel()
	seeds := []uint64{1, 2}
	if *soakSeed != 0 {
		seeds = []uint64{*soakSeed}
	}
	for _, seed := range seeds {
		for name, trouble := range troubles {
			t.Run(fmt.Sprintf("%s/seed %d", name, seed), func(t *testing.T) {
				t.Parallel()
				if testing.Short() && seed != seeds[0] {
					t.Skip("skipped with -short: makes 3,000 calls; one seed is tested")
				}
				synctest.Test(t, func(t *testing.T) { runModel(t, seed, trouble) })
			})
		}
	}
}

// trouble is what may happen beside the calls.
type trouble struct {
	faults    []dingtalktest.Fault
	onToken   bool // to the fetching of the token, too
	ambiguous bool // some of the faults leave open whether a write was applied
}

var troubles = map[string]trouble{
	// Nothing here leaves an outcome open, so no call may say that it is.
	"refusals": {faults: []dingtalktest.Fault{
		dingtalktest.Throttled, dingtalktest.PermissionMissing, dingtalktest.Punished, dingtalktest.Code(90002),
		dingtalktest.Code(90003), dingtalktest.Code(90020), dingtalktest.Code(60120), dingtalktest.HTTPStatus(429),
		dingtalktest.Slow(3 * time.Second),
	}},
	"everything": {ambiguous: true, onToken: true, faults: []dingtalktest.Fault{
		dingtalktest.Throttled, dingtalktest.SystemBusy, dingtalktest.SystemBusy.AfterWork(), dingtalktest.TokenExpired,
		dingtalktest.HTMLPage, dingtalktest.HTMLPage.AfterWork(), dingtalktest.Punished, dingtalktest.Hang,
		dingtalktest.Slow(15 * time.Second), dingtalktest.CutBody, dingtalktest.BadJSON, dingtalktest.DropConnection,
		dingtalktest.LostResponse, dingtalktest.HTTPStatus(502), dingtalktest.HTTPStatus(504).AfterWork(),
		dingtalktest.HTTPStatus(307), dingtalktest.Code(90002), dingtalktest.Code(60120),
	}},
}

func runModel(t *testing.T, seed uint64, trouble trouble) {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithLatency(20*time.Millisecond))
	platform := srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: "Platform"})
	m := &model{
		t: t, seed: seed, srv: srv, trouble: trouble, departments: []int64{platform}, counts: map[string]int{},
	}
	door := srv.Transport()
	m.client = srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if operationAt(r.URL.Path) == "GetToken" { // Server.Calls remembers the latest calls alone
			m.fetches.Add(1)
		}
		return door.RoundTrip(r)
	})}))
	start := time.Now()
	var callers sync.WaitGroup
	for i := range modelCallers {
		callers.Go(func() { m.call(i, *soakOps/modelCallers) })
	}
	callers.Wait()
	m.settle(time.Since(start))
}

type model struct {
	t           *testing.T
	seed        uint64
	srv         *dingtalktest.Server
	client      *dingtalk.Client
	trouble     trouble
	departments []int64

	tokenEnds atomic.Int64 // revocations, and jumps of the clock beyond a token's life
	faults    atomic.Int64
	fetches   atomic.Int64 // of the token

	tokenFault atomic.Int64 // when the last one was set, in Unix seconds

	mu     sync.Mutex
	counts map[string]int // of calls by their end
	hires  []hire
	end    []*person
}

// hire is a create that lets the service choose the userid and needs no unique value: sent twice, it would
// make two people.
type hire struct {
	name string
	err  error
}

// person is what may be true of one person, who belongs to one caller: a set of titles; "" is not there.
type person struct {
	userid, mobile string
	may            map[string]bool
}

const absent = ""

func (m *model) failf(format string, args ...any) {
	m.t.Helper()
	m.t.Errorf("replay with make soak SEED=%d OPS=%d: "+format, append([]any{m.seed, *soakOps}, args...)...)
}

// makeTrouble lets something happen around a call: often to the call itself, seldom to the token.
func (m *model) makeTrouble(r *rand.Rand, op string) {
	// All is drawn first: what is drawn must not depend on how the callers interleave.
	fails, times, fault := r.IntN(4) == 0, 1+r.IntN(3), m.trouble.faults[r.IntN(len(m.trouble.faults))]
	if fails {
		m.faults.Add(int64(times))
		m.srv.Fail(op, fault, times)
	}
	switch r.IntN(600) {
	case 0:
		m.tokenEnds.Add(1)
		m.srv.RevokeToken()
	case 1:
		m.tokenEnds.Add(1)
		m.srv.Advance(2*time.Hour + time.Second)
	case 2:
		// Now and then: while there is no token, nothing else happens.
		now, last := time.Now().Unix(), m.tokenFault.Load()
		if m.trouble.onToken && now > last+20 && m.tokenFault.CompareAndSwap(last, now) {
			m.faults.Add(1)
			m.srv.Fail("GetToken", fault, 1)
		}
	}
}

func (m *model) call(caller, ops int) {
	r := rand.New(rand.NewPCG(m.seed, uint64(caller))) //nolint:gosec // repeatable is what it is to be
	people := make([]*person, modelPeople)
	for i := range people {
		people[i] = &person{
			userid: fmt.Sprintf("u%d-%d", caller, i), mobile: fmt.Sprintf("139%05d%03d", caller, i),
			may: map[string]bool{absent: true},
		}
	}
	for n := range ops {
		time.Sleep(time.Duration(r.IntN(50)) * time.Millisecond)
		ctx, cancel := m.t.Context(), context.CancelFunc(func() {})
		if r.IntN(10) == 0 { // some callers have little patience
			ctx, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(2000))*time.Millisecond)
		}
		p, title := people[r.IntN(len(people))], fmt.Sprintf("title %d", n)
		kind := r.IntN(7)
		m.makeTrouble(r, []string{
			"CreateUser", "CreateUser", "CreateUser", "UpdateUser", "DeleteUser", "ListSubDepartmentIDs", "GetUser",
		}[kind])
		switch kind {
		case 0, 1:
			m.create(ctx, p, title)
		case 2:
			m.hire(ctx, fmt.Sprintf("hire %d-%d", caller, n))
		case 3:
			m.update(ctx, p, title)
		case 4:
			m.remove(ctx, p)
		case 5:
			m.list(ctx)
		default:
			m.read(ctx, p)
		}
		cancel()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end = append(m.end, people...)
}

// count notes how a call ended, and checks what holds for all.
func (m *model) count(op string, err error) {
	end := classesOf(err)
	switch {
	case err == nil:
		end = "ok"
	case errors.Is(err, context.DeadlineExceeded):
		end += " (given up)"
	case end == "" && asError(m.t, err).Code != 60120:
		m.failf("%s: an error without a class: %v", op, err)
	case !m.trouble.ambiguous && isUnknown(err):
		m.failf("%s: nothing that happened leaves this open: %v", op, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[op+": "+end]++
}

func (m *model) create(ctx context.Context, p *person, title string) {
	_, err := m.client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID: p.userid, Name: "Name of " + p.userid, Mobile: p.mobile, Title: title, DeptIDList: []int64{1},
	})
	m.count("CreateUser", err)
	switch {
	case err == nil:
		if !p.may[absent] {
			m.failf("%s was created though there: %v", p.userid, p.may)
		}
		p.is(title)
	case isUnknown(err):
		if p.may[absent] {
			p.may[title] = true
		}
	case errors.Is(err, dingtalk.ErrAlreadyExists):
		delete(p.may, absent)
		if len(p.may) == 0 {
			m.failf("%s exists already, which cannot be: %v", p.userid, err)
		}
	}
}

func (m *model) update(ctx context.Context, p *person, title string) {
	err := m.client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: p.userid, Title: &title})
	m.count("UpdateUser", err)
	there := len(p.may) > 1 || !p.may[absent]
	switch {
	case err == nil:
		if !there {
			m.failf("%s was updated though not there", p.userid)
		}
		p.is(title)
	case isUnknown(err):
		if there {
			p.may[title] = true
		}
	case errors.Is(err, dingtalk.ErrNotFound):
		m.notThere(p, err)
	}
}

func (m *model) remove(ctx context.Context, p *person) {
	err := m.client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: p.userid})
	m.count("DeleteUser", err)
	switch {
	case err == nil:
		if len(p.may) == 1 && p.may[absent] {
			m.failf("%s was deleted though not there", p.userid)
		}
		p.is(absent)
	case isUnknown(err) && errors.Is(err, dingtalk.ErrNotFound):
		p.is(absent)
	case isUnknown(err):
		p.may[absent] = true
	case errors.Is(err, dingtalk.ErrNotFound):
		m.notThere(p, err)
	}
}

func (m *model) read(ctx context.Context, p *person) {
	user, err := m.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: p.userid})
	m.count("GetUser", err)
	switch {
	case err == nil:
		if user.UserID != p.userid || user.Name != "Name of "+p.userid || user.Mobile != p.mobile {
			m.failf("asked for %s, was told of %s, %s", p.userid, user.UserID, user.Name)
		}
		if !p.may[user.Title] {
			m.failf("%s has the title %q; possible were %v", p.userid, user.Title, p.may)
		}
		p.is(user.Title)
	case isUnknown(err):
		m.failf("a read whose outcome is unknown: %v", err)
	case errors.Is(err, dingtalk.ErrNotFound):
		m.notThere(p, err)
	}
}

func (m *model) notThere(p *person, err error) {
	if !p.may[absent] {
		m.failf("%s is not there; possible were %v: %v", p.userid, p.may, err)
	}
	p.is(absent)
}

func (p *person) is(title string) { p.may = map[string]bool{title: true} }

func (m *model) list(ctx context.Context) {
	res, err := m.client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
	m.count("ListSubDepartmentIDs", err)
	if err == nil && !slices.Equal(res.DeptIDList, m.departments) {
		m.failf("the departments are %v", res.DeptIDList)
	}
}

func (m *model) hire(ctx context.Context, name string) {
	_, err := m.client.CreateUser(ctx, dingtalk.CreateUserRequest{
		Name: name, DeptIDList: []int64{1}, ExclusiveAccount: true, ExclusiveAccountType: "sso",
	})
	m.count("CreateUser", err)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hires = append(m.hires, hire{name, err})
}

// settle compares the server with what each caller believes.
func (m *model) settle(took time.Duration) {
	byName := map[string]int{}
	for _, u := range m.srv.Users() {
		byName[u.Name]++
	}
	for _, h := range m.hires {
		n := byName[h.name]
		switch {
		case n > 1, h.err == nil && n != 1, h.err != nil && !isUnknown(h.err) && n != 0:
			m.failf("%s is there %d times after: %v", h.name, n, h.err)
		}
	}
	for _, p := range m.end {
		stored, _ := m.srv.User(p.userid)
		if !p.may[stored.Title] {
			m.failf("%s has the title %q; possible are %v", p.userid, stored.Title, p.may)
		}
	}
	// A token is fetched when there is none, when it was ended, and when its two hours are nearly over.
	// Only a fault on the fetch itself costs more.
	if !m.trouble.onToken {
		needed := 1 + m.tokenEnds.Load() + int64(took/(100*time.Minute))
		assert.LessOrEqual(m.t, m.fetches.Load(), needed, "replay with -soak.seed=%d", m.seed)
	}
	total := 0
	for _, n := range m.counts {
		total += n
	}
	require.Equal(m.t, *soakOps/modelCallers*modelCallers, total)
	m.t.Logf("seed %d: %d operations in %v of the bubble's time, %d faults, %d ends of a token, %d fetches of one",
		m.seed, total, took.Round(time.Second), m.faults.Load(), m.tokenEnds.Load(), m.fetches.Load())
	for _, end := range slices.Sorted(maps.Keys(m.counts)) {
		m.t.Logf("%7d  %s", m.counts[end], end)
	}
}

package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Mirror is a local copy of an organization's directory. It is safe for concurrent use.
type Mirror struct {
	client *dingtalk.Client
	store  Store
	opt    options
	rules  rules
	corpID atomic.Pointer[string]
	leader atomic.Pointer[leader] // nil while this process does not lead
	gap    atomic.Bool            // a scan is wanted, and the store could not note it
	opened time.Time

	failure atomic.Pointer[storeFailure] // nil unless this process waits after the store failed
}

// storeFailure is an error of the store, and when this process tries again to lead.
type storeFailure struct {
	until time.Time
	err   error
}

// rules switch rules off, to test that the tests notice.
type rules struct {
	ignoreGeneration bool // a mark during a read does not lead to another read
	lastAnswerWins   bool // whatever a read shows is stored
	removeUnseen     bool // what a scan did not see is removed
	noRecheck        bool // the first read after an event is the last one
	resumeAsSeen     bool // a scan that is resumed takes for seen all that is in the departments that were read
}

// Option is an option of Open.
type Option func(*options)

type options struct {
	logger         *slog.Logger
	corpID         string
	filter         func(*dingtalk.User)
	withoutHistory bool
	maxAge         time.Duration
	maxChanges     int
	writes         *Writes
	concurrency    int
	pageSize       int64 // of a list of users; 0 is the maximum
	scanEvery      time.Duration
	scanShare      int           // a scan takes at most one part in so many of the time
	scanStep       int           // departments that a restart may repeat
	detailEvery    time.Duration // between two users
	detailRound    time.Duration // for all users at least
	countEvery     time.Duration
	now            func() time.Time // the clock of the machine, which may be set
	err            error
}

// The defaults of the options.
const (
	defaultMaxAge     = 7 * 24 * time.Hour
	defaultMaxChanges = 1_000_000
	defaultConcurrent = 16
	defaultScanEvery  = 15 * time.Minute
	defaultScanShare  = 12
	defaultDetail     = 500 * time.Millisecond
	defaultRound      = time.Hour
	defaultCountEvery = time.Minute
)

// WithLogger sets the logger. It gets user IDs at most, and no other personal data. Without it nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return func(o *options) { o.logger = l }
}

// WithCorpID names the organization, and events of another one are not accepted. The default is that of a client made with
// dingtalk.WithCorpToken, as those of package tenants are; for another client it is that of the first event.
func WithCorpID(id string) Option {
	return func(o *options) { o.corpID = id }
}

// WithFieldFilter sets a function that removes fields of a user before anything is stored: a mobile number, for example.
// It must do the same for the same user at all times. UserID and DeptIDList are kept whatever it does.
func WithFieldFilter(filter func(*dingtalk.User)) Option {
	return func(o *options) { o.filter = filter }
}

// WithoutHistory keeps the values of entities out of the feed: a Change has only the key. What a user was like before is
// then nowhere in the store.
func WithoutHistory() Option {
	return func(o *options) { o.withoutHistory = true }
}

// WithRetention sets how long the feed keeps a change, and how many it keeps. Older ones are removed; see ErrCompacted. The
// default is 7 days and a million changes. Open fails if either is not positive.
//
// The age is that by the clock of the machine. If that is set forward while a process leads, no change gets older by it. But
// one that is wrong when a process begins to lead has it remove changes too early, or keep them longer: then the readers of
// Changes get ErrCompacted, and the number remains the limit.
func WithRetention(age time.Duration, changes int) Option {
	return func(o *options) {
		if age <= 0 || changes <= 0 {
			o.err = fmt.Errorf("mirror: WithRetention: %s and %d must be positive", age, changes)
		}
		o.maxAge, o.maxChanges = age, changes
	}
}

// WithDetailInterval sets how much time there is at least between two reads of what no list shows of a user, if nothing tells of
// a change. The default is an hour. The mirror reads two users a second by this: at most 172,800 calls a day, and in a small
// organization 24 a day for each user. It bounds how long such a field may be out of date. 0 sets no bound but that rate, and
// Open fails if d is negative.
func WithDetailInterval(d time.Duration) Option {
	return func(o *options) {
		if d < 0 {
			o.err = fmt.Errorf("mirror: WithDetailInterval: %s is negative", d)
		}
		o.detailRound = d
	}
}

// WithWrites has the mirror read again what the client of these Writes changes.
func WithWrites(w *Writes) Option {
	return func(o *options) { o.writes = w }
}

// Open opens the mirror of the organization that the client belongs to. The store is empty, or one that a mirror of the
// same app, host and organization has written; a store of an older schema is migrated. The mirror does not close it.
//
// The client makes the calls of the mirror behind its other ones; see dingtalk.Client.Bulk.
func Open(ctx context.Context, client *dingtalk.Client, store Store, opts ...Option) (*Mirror, error) {
	if client == nil || store == nil {
		return nil, errors.New("mirror: Open needs a client and a store")
	}
	o := options{
		maxAge: defaultMaxAge, maxChanges: defaultMaxChanges,
		concurrency: defaultConcurrent, scanEvery: defaultScanEvery, scanShare: defaultScanShare, scanStep: scanStep,
		detailEvery: defaultDetail, detailRound: defaultRound, countEvery: defaultCountEvery, now: wallClock,
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, errors.New("mirror: Open: an option is nil")
		}
		opt(&o)
	}
	if o.logger == nil {
		o.logger = slog.New(slog.DiscardHandler)
	}
	if of := client.CorpID(); of != "" {
		o.corpID = cmp.Or(o.corpID, of)
		if o.corpID != of {
			o.err = fmt.Errorf("mirror: WithCorpID: %s is not the organization of the client, %s", o.corpID, of)
		}
	}
	if o.err != nil {
		return nil, o.err
	}
	m := &Mirror{client: client.Bulk(), store: store, opt: o, opened: o.now()}
	want := head{ClientID: client.ClientID(), Host: client.LoginBaseURL(), CorpID: o.corpID}
	h, err := openHead(ctx, store, want, migrations[:])
	if err != nil {
		return nil, err
	}
	m.corpID.Store(&h.CorpID)
	if o.writes != nil {
		o.writes.mirror.Store(m)
	}
	return m, nil
}

// wallClock returns the time by the clock of the machine. It has no monotonic reading, by which two times would be compared as if
// the clock had not been set between them.
func wallClock() time.Time { return time.Now().Round(0) }

// update changes the store from any process. It also stores a gap that could not be stored before.
func (m *Mirror) update(ctx context.Context, f func(*transaction) error) error {
	gap := m.gap.Swap(false)
	err := m.transact(func(g func(Writer) error) error { return m.store.Update(ctx, g) }, func(t *transaction) error {
		if gap {
			if _, err := t.mark(scanKey, mark{source: SourceAsked, now: true}); err != nil {
				return err
			}
		}
		return f(t)
	})
	if gap && err != nil {
		m.gap.Store(true)
	}
	return err
}

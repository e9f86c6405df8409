package dingtalkpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dingtalk-contacts/dingtalk-go/internal/commitqueue"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// connections are those of a store besides the Views': one each for Updates, notifications and the lease, and one for a
// process that takes or releases it.
const connections = 4

// errClosed is the error of a transaction after Close.
var errClosed = errors.New("dingtalkpg: the store is closed")

// store is a mirror.Store in PostgreSQL.
type store struct {
	views     *pgxpool.Pool // of the caller
	pool      *pgxpool.Pool // so that Views leave connections for the rest
	schema    schema
	leaseTime time.Duration
	queue     commitqueue.Queue[*writer]
	changed   signal // an Update was committed
	released  signal // a lease was released

	end        func() // ends the background and the leases
	background sync.WaitGroup
	closed     chan struct{}
	running    sync.WaitGroup // the calls

	mu     sync.Mutex
	ended  bool
	leases map[*lease]bool
}

// Format prints no field: some hold the password, and others change all the time.
func (s *store) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalkpg.store") }

// Open opens the store of a mirror in the database of a pool, and creates its schema and tables. Views use the pool, which
// the caller closes after the store; the store opens four more connections with the same settings.
func Open(ctx context.Context, pool *pgxpool.Pool, opts ...Option) (mirror.Store, error) {
	set := settings{schema: "dingtalk_mirror", leaseTime: 15 * time.Second}
	set.require(pool != nil, "the pool is nil")
	for _, opt := range opts {
		if opt != nil {
			opt(&set)
		}
	}
	if len(set.faults) > 0 {
		return nil, wrapError("open the store", errors.New(strings.Join(set.faults, "; ")))
	}
	config := pool.Config()
	config.MaxConns, config.MinConns, config.MinIdleConns = connections, 0, 0
	own, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, wrapError("open the store", err)
	}
	s := &store{
		views: pool, pool: own, schema: newSchema(set.schema), leaseTime: set.leaseTime,
		closed: make(chan struct{}), leases: map[*lease]bool{},
	}
	err = pgx.BeginFunc(ctx, own, func(tx pgx.Tx) error { return s.schema.create(ctx, tx) })
	if err != nil {
		own.Close()
		return nil, wrapError("open the store", err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.end = func() {
		s.endLeases(ctx)
		stop()
	}
	s.queue.Commit = func(group []*commitqueue.Update[*writer]) { s.commit(ctx, group) }
	s.background.Go(func() { s.listen(ctx) })
	s.background.Go(func() { s.poll(ctx) })
	return s, nil
}

// call registers a call, which ends with s.running.Done.
func (s *store) call(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errClosed
	}
	s.running.Add(1)
	return nil
}

func (s *store) View(ctx context.Context, f func(mirror.Reader) error) error {
	if err := s.call(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	tx, err := s.views.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return wrapError("view", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it has changed nothing
	r := &reader{ctx: ctx, tx: tx, schema: &s.schema}
	return f(r)
}

func (s *store) Update(ctx context.Context, f func(mirror.Writer) error) error {
	return s.update(ctx, func(w *writer) error { return f(w) })
}

func (s *store) update(ctx context.Context, f func(*writer) error) error {
	if err := s.call(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	return s.queue.Do(ctx, f)
}

func (s *store) Changed() <-chan struct{} { return s.changed.wait() }

func (s *store) Close() error {
	s.mu.Lock()
	first := !s.ended
	s.ended = true
	s.mu.Unlock()
	if !first {
		return nil
	}
	close(s.closed) // for calls of Lead
	s.running.Wait()
	s.end()
	s.background.Wait()
	s.pool.Close()
	return nil
}

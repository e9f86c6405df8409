package dingtalkpg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dingtalk-contacts/dingtalk-go/internal/commitqueue"
)

const (
	attempts  = 3                // of a transaction that certainly failed
	maxTime   = 30 * time.Second // of a transaction
	chunkRows = 1000             // of a statement that writes
	chunkSize = 8 << 20          // of its values, after which it ends
)

// commit runs and commits a group of Updates, and gives each its result.
func (s *store) commit(ctx context.Context, group []*commitqueue.Update[*writer]) {
	var results []error
	var err error
	for range attempts {
		results, err = s.attempt(ctx, group)
		if err == nil || !mayRepeat(err) {
			break
		}
	}
	for i, u := range group {
		if err != nil {
			u.Finish(wrapError("update", err))
		} else {
			u.Finish(results[i])
		}
	}
}

// uncertainError is that of a transaction that may have been committed.
type uncertainError struct{ error }

func (e uncertainError) Unwrap() error { return e.error }

// mayRepeat reports whether a transaction certainly failed, and another attempt may succeed.
func mayRepeat(err error) bool {
	_, uncertain := errors.AsType[uncertainError](err)
	_, disconnected := errors.AsType[*pgconn.ConnectError](err)
	return !uncertain && !disconnected && !errors.Is(err, context.DeadlineExceeded)
}

// attempt runs a group of Updates in one transaction. If it returns no error, it returns those of the functions.
func (s *store) attempt(ctx context.Context, group []*commitqueue.Update[*writer]) (results []error, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // does nothing after a commit
	w := &writer{reader: reader{ctx: ctx, tx: tx, schema: &s.schema}, writes: map[string][]byte{}}
	if w.fence, err = s.lock(ctx, tx); err != nil {
		return nil, err
	}
	results = make([]error, len(group))
	for i, u := range group {
		results[i] = u.Run(w)
		if w.err != nil {
			return nil, w.err
		}
		if results[i] != nil {
			w.revert()
		}
		w.keep()
	}
	if len(w.writes) == 0 {
		return results, nil
	}
	if err := s.flush(ctx, tx, w.writes); err != nil {
		return nil, err
	}
	if err := commit(ctx, tx); err != nil {
		return nil, err
	}
	s.changed.fire()
	return results, nil
}

// begin begins a transaction that sees what was committed before each of its statements: after lock, nothing else writes.
func (s *store) begin(ctx context.Context) (pgx.Tx, error) {
	return s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite})
}

// lock waits until no other Update runs, and returns the fence of the lease. The server ends the transaction of a process
// that is paused.
func (s *store) lock(ctx context.Context, tx pgx.Tx) (fence int64, err error) {
	var batch pgx.Batch
	batch.Queue(`select set_config('idle_in_transaction_session_timeout', $1, true), set_config('synchronous_commit',
		case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, true)`,
		strconv.FormatInt(s.leaseTime.Milliseconds(), 10))
	batch.Queue("select pg_advisory_xact_lock($1)", s.schema.lock)
	var found int
	batch.Queue("select version, fence from " + s.schema.head).QueryRow(func(row pgx.Row) error {
		return row.Scan(&found, &fence)
	})
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return 0, err
	}
	return fence, s.schema.accept(found)
}

// flush writes, and notifies all processes.
func (s *store) flush(ctx context.Context, tx pgx.Tx, writes map[string][]byte) error {
	var batch pgx.Batch
	var deleted, keys, values [][]byte
	size := 0
	put := func() {
		batch.Queue("insert into "+s.schema.rows+" as old (key, value) select * from unnest($1::bytea[], $2::bytea[]) "+
			"on conflict (key) do update set value = excluded.value where old.value <> excluded.value", keys, values)
		keys, values, size = nil, nil, 0
	}
	for _, key := range slices.Sorted(maps.Keys(writes)) {
		value := writes[key]
		if value == nil {
			deleted = append(deleted, []byte(key))
			continue
		}
		keys, values, size = append(keys, []byte(key)), append(values, value), size+len(value)
		if len(keys) == chunkRows || size >= chunkSize {
			put()
		}
	}
	if len(keys) > 0 {
		put()
	}
	if len(deleted) > 0 {
		batch.Queue("delete from "+s.schema.rows+" where key = any($1)", deleted)
	}
	batch.Queue("select pg_notify($1, '')", s.schema.channel)
	return tx.SendBatch(ctx, &batch).Close()
}

// commit commits a transaction. Only the server's refusal shows that it failed.
func commit(ctx context.Context, tx pgx.Tx) error {
	err := tx.Commit(ctx)
	if _, refused := errors.AsType[*pgconn.PgError](err); err == nil || refused {
		return err
	}
	return uncertainError{fmt.Errorf("the changes may have been committed: %w", err)}
}

// wrapError adds what failed to an error.
func wrapError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("dingtalkpg: cannot %s: %w", what, err)
}

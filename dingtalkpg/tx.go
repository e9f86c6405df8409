package dingtalkpg

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The rows of the first page of a range, and of the others.
const (
	firstPage = 100
	page      = 1000
)

// reader reads in a transaction.
type reader struct {
	ctx    context.Context // of the transaction, because the methods of mirror.Reader have none
	tx     pgx.Tx
	schema *schema
	err    error // the first one of the database, after which the transaction is lost
}

// check notes an error of the database.
func (r *reader) check(err error) error {
	if err != nil && r.err == nil {
		r.err = err
	}
	return err
}

func (r *reader) Get(keys ...[]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	if len(keys) == 0 {
		return values, nil
	}
	found := map[string][]byte{}
	rows, err := r.query(" where key = any($1)", keys)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		found[string(row.key)] = row.value
	}
	for i, key := range keys {
		values[i] = found[string(key)]
	}
	return values, nil
}

// Range reads pages, so that f can read while none is open.
func (r *reader) Range(from, to []byte, f func(key, value []byte) error) error {
	condition, args, limit := " where key >= $1 order by key limit $2", []any{nil, nil}, firstPage
	if len(to) > 0 {
		condition, args = " where key >= $1 and key < $3 order by key limit $2", []any{nil, nil, to}
	}
	from = append([]byte{}, from...) // nil is NULL
	for {
		args[0], args[1] = from, limit
		rows, err := r.query(condition, args...)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := f(row.key, row.value); err != nil {
				return err
			}
		}
		if len(rows) < limit {
			return nil
		}
		from = append(bytes.Clone(rows[len(rows)-1].key), 0)
		limit = page
	}
}

type row struct{ key, value []byte }

func (r *reader) query(condition string, args ...any) ([]row, error) {
	rows, err := r.tx.Query(r.ctx, "select key, value from "+r.schema.rows+condition, args...)
	if err != nil {
		return nil, r.check(err)
	}
	all, err := pgx.CollectRows(rows, func(found pgx.CollectableRow) (one row, err error) {
		err = found.Scan(&one.key, &one.value)
		return one, err
	})
	return all, r.check(err)
}

// writer keeps what a group of Updates writes until the end of their transaction.
type writer struct {
	reader
	fence  int64             // of the lease
	writes map[string][]byte // nil: deleted
	undo   []undo            // of the present Update
}

type undo struct {
	key   string
	value []byte
	known bool // it was in writes
}

func (w *writer) Put(key, value []byte) error {
	if len(key) == 0 || len(value) == 0 {
		return errors.New("dingtalkpg: cannot put an empty key or value")
	}
	w.write(key, bytes.Clone(value))
	return nil
}

func (w *writer) Delete(key []byte) error {
	w.write(key, nil)
	return nil
}

func (w *writer) write(key, value []byte) {
	name := string(key)
	before, known := w.writes[name]
	w.undo = append(w.undo, undo{name, before, known})
	w.writes[name] = value
}

// revert undoes the writes since the last keep.
func (w *writer) revert() {
	for _, u := range slices.Backward(w.undo) {
		if u.known {
			w.writes[u.key] = u.value
		} else {
			delete(w.writes, u.key)
		}
	}
	w.keep()
}

// keep ends an Update.
func (w *writer) keep() { w.undo = nil }

func (w *writer) Get(keys ...[]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	var others [][]byte
	var places []int
	for i, key := range keys {
		value, known := w.writes[string(key)]
		values[i] = value
		if !known {
			others, places = append(others, key), append(places, i)
		}
	}
	found, err := w.reader.Get(others...)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		values[place] = found[i]
	}
	return values, nil
}

func (w *writer) Range(from, to []byte, f func(key, value []byte) error) error {
	written := w.written(from, to)
	// before calls f for what was written below a key; all is without a bound.
	before := func(key []byte, all bool) error {
		for len(written) > 0 && (all || written[0] < string(key)) {
			name := written[0]
			written = written[1:]
			if value := w.writes[name]; value != nil {
				if err := f([]byte(name), value); err != nil {
					return err
				}
			}
		}
		return nil
	}
	err := w.reader.Range(from, to, func(key, value []byte) error {
		if err := before(key, false); err != nil {
			return err
		}
		if len(written) > 0 && written[0] == string(key) {
			return nil // before the next key
		}
		return f(key, value)
	})
	if err != nil {
		return err
	}
	return before(nil, true)
}

// written returns the keys of a range that were written, in order.
func (w *writer) written(from, to []byte) []string {
	return slices.Sorted(func(yield func(string) bool) {
		for key := range maps.Keys(w.writes) {
			if key >= string(from) && (len(to) == 0 || key < string(to)) && !yield(key) {
				return
			}
		}
	})
}

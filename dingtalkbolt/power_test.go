package dingtalkbolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"reflect"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/dingtalk-contacts/dingtalk-go/internal/crashtest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// A disk keeps what was written before the latest sync, and any sectors of what was written since. bbolt lets a test see its
// writes, but not its syncs. It syncs before it writes a meta page, one of the first two, and before a commit returns.

const sector = 512

// record is what happened: a write, the return of an Update, or an acknowledgment.
type record struct {
	offset   int64
	data     []byte
	meta     uint64 // the transaction of a meta page
	returned uint64 // the transaction of an Update
	ack      string
}

// recorder records what a store does. It stands for the store of a Load.
type recorder struct {
	*store
	mu      sync.Mutex
	records []record
}

func (r *recorder) add(rec record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records = append(r.records, rec)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.add(record{ack: string(p)})
	return len(p), nil
}

type updateFunc = func(ctx context.Context, f func(mirror.Writer) error) error

// recording returns an Update that records its return.
func (r *recorder) recording(update updateFunc) updateFunc {
	return func(ctx context.Context, f func(mirror.Writer) error) error {
		id := 0
		err := update(ctx, func(w mirror.Writer) error {
			id = w.(*writer).bucket.Tx().ID()
			return f(w)
		})
		if err == nil {
			r.add(record{returned: uint64(id)})
		}
		return err
	}
}

func (r *recorder) Update(ctx context.Context, f func(mirror.Writer) error) error {
	return r.recording(r.store.Update)(ctx, f)
}

func (r *recorder) Lead(ctx context.Context) (mirror.Lease, error) {
	l, err := r.store.Lead(ctx)
	return recordedLease{l, r}, err
}

type recordedLease struct {
	mirror.Lease
	r *recorder
}

func (l recordedLease) Update(ctx context.Context, f func(mirror.Writer) error) error {
	return l.r.recording(l.Lease.Update)(ctx, f)
}

// hook records the writes of a database.
func (r *recorder) hook(db *bolt.DB) {
	pageSize := int64(db.Info().PageSize)
	field := reflect.ValueOf(db).Elem().FieldByName("ops").FieldByName("writeAt")
	writeAt := (*func([]byte, int64) (int, error))(unsafe.Pointer(field.UnsafeAddr()))
	original := *writeAt
	*writeAt = func(data []byte, offset int64) (int, error) {
		rec := record{offset: offset, data: bytes.Clone(data)}
		if offset < 2*pageSize {
			rec.meta = binary.NativeEndian.Uint64(data[64:])
		}
		r.add(rec)
		return original(data, offset)
	}
}

// synced returns how many of the records before a cut are certainly on the disk.
func synced(records []record) int {
	last := -1 // the latest meta page
	for i, rec := range records {
		if rec.meta > 0 {
			last = i
		}
	}
	for _, rec := range records[last+1:] {
		if rec.data != nil || last >= 0 && rec.returned >= records[last].meta {
			return last + 1
		}
	}
	return max(last, 0)
}

// cut returns a file after a power cut.
func cut(before []byte, records []record, synced int) []byte {
	file := bytes.Clone(before)
	for i, rec := range records {
		for from := 0; from < len(rec.data); from += sector {
			if i >= synced && rand.IntN(2) == 0 {
				continue
			}
			part := rec.data[from:min(from+sector, len(rec.data))]
			end := int(rec.offset) + from + len(part)
			file = append(file, make([]byte, max(0, end-len(file)))...)
			copy(file[int(rec.offset)+from:], part)
		}
	}
	return file
}

// recordLoad returns what a store with a file did under load.
func recordLoad(t *testing.T, updates int) (before []byte, records []record) {
	t.Helper()
	path := newPath(t)
	r := &recorder{store: openStore(t, path)}
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	r.hook(r.db)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var acks countingWriter
	acks.inner, acks.enough, acks.end = r, updates, cancel
	require.NoError(t, crashtest.Load{Store: r, Acks: &acks}.Run(ctx))
	return before, r.records
}

// countingWriter ends the load after enough acknowledgments.
type countingWriter struct {
	inner  *recorder
	mu     sync.Mutex
	n      int
	enough int
	end    func()
}

func (c *countingWriter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == c.enough {
		c.end()
	}
	return c.inner.Write(p)
}

// afterCut opens a file after a power cut, and checks it.
func afterCut(t *testing.T, file []byte, records []record) error {
	t.Helper()
	path, acks := newPath(t), crashtest.Acks{}
	require.NoError(t, os.WriteFile(path, file, 0o600))
	var lines bytes.Buffer
	for _, rec := range records {
		lines.WriteString(rec.ack)
	}
	_, err := acks.Read(&lines, func(int) error { return nil })
	require.NoError(t, err)
	s, err := Open(path)
	if err != nil {
		return err
	}
	defer func() { require.NoError(t, s.Close()) }()
	return acks.Check(t.Context(), s)
}

func TestStore_KeepsWhatItAcknowledgedAfterAPowerCut(t *testing.T) {
	t.Parallel()
	cuts := *kills
	if testing.Short() {
		cuts = 5
	}
	before, records := recordLoad(t, 400)
	for range cuts {
		records := records[:rand.IntN(len(records)+1)]
		require.NoError(t, afterCut(t, cut(before, records, synced(records)), records), "after %d records", len(records))
	}
	t.Logf("%d cuts in %d records", cuts, len(records))
}

// Without the syncs, the same check fails.
func TestStore_LosesWhatItAcknowledgedWithoutSyncs(t *testing.T) {
	t.Parallel()
	before, records := recordLoad(t, 100)
	lost := 0
	for range 5 {
		if afterCut(t, cut(before, records, len(records)/2), records) != nil {
			lost++
		}
	}
	assert.Positive(t, lost)
}

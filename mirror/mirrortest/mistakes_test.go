package mirrortest_test

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

type mistake struct {
	bend func(s mirror.Store, b *bentStore)
	said string
}

// reads makes a mistake in both transactions.
func reads(bend func(r mirror.Reader, b *bentReader), said string) mistake {
	return mistake{func(_ mirror.Store, b *bentStore) {
		b.reader = func(r mirror.Reader) mirror.Reader {
			reader := bentReader{Reader: r}
			bend(r, &reader)
			return reader
		}
	}, said}
}

// writes makes a mistake in Updates.
func writes(bend func(w mirror.Writer, b *bentWriter), said string) mistake {
	return mistake{func(_ mirror.Store, b *bentStore) {
		b.writer = func(w mirror.Writer) mirror.Writer {
			writer := bentWriter{Reader: w, Writer: w}
			bend(w, &writer)
			return writer
		}
	}, said}
}

// leases makes a mistake in leases.
func leases(bend func(s mirror.Store, l mirror.Lease, b *bentLease), said string) mistake {
	return mistake{func(s mirror.Store, b *bentStore) {
		b.lead = func(ctx context.Context) (mirror.Lease, error) {
			l, err := s.Lead(ctx)
			if err != nil {
				return nil, err
			}
			lease := bentLease{Lease: l}
			bend(s, l, &lease)
			return lease, nil
		}
	}, said}
}

type pair struct{ key, value []byte }

func collect(r mirror.Reader, from, to []byte) ([]pair, error) {
	var pairs []pair
	err := r.Range(from, to, func(key, value []byte) error {
		pairs = append(pairs, pair{key, value})
		return nil
	})
	return pairs, err
}

// visit calls f for pairs until an error, which it returns.
func visit(pairs []pair, f func(key, value []byte) error) error {
	for _, p := range pairs {
		if err := f(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// writeLog records the writes of a transaction, which reads another.
type writeLog struct {
	mirror.Reader
	pairs []pair
}

func (l *writeLog) Put(key, value []byte) error {
	l.pairs = append(l.pairs, pair{key, value})
	return nil
}

func (l *writeLog) Delete(key []byte) error {
	l.pairs = append(l.pairs, pair{key, nil})
	return nil
}

func (l *writeLog) replay(w mirror.Writer) error {
	for _, p := range l.pairs {
		if p.value == nil {
			_ = w.Delete(p.key)
		} else {
			_ = w.Put(p.key, p.value)
		}
	}
	return nil
}

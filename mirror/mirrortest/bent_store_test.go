package mirrortest_test

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// keptStore is a store in memory whose data outlives Close.
type keptStore struct{ mirror.Store }

func (k *keptStore) open() *openStore {
	return &openStore{Store: k.Store, ended: make(chan struct{})}
}

// openStore is a keptStore between open and Close.
type openStore struct {
	mirror.Store
	once  sync.Once
	ended chan struct{}

	mu     sync.Mutex
	leases []mirror.Lease
}

var errEnded = errors.New("the store is closed")

func (o *openStore) View(ctx context.Context, f func(mirror.Reader) error) error {
	select {
	case <-o.ended:
		return errEnded
	default:
		return o.Store.View(ctx, f)
	}
}

func (o *openStore) Update(ctx context.Context, f func(mirror.Writer) error) error {
	select {
	case <-o.ended:
		return errEnded
	default:
		return o.Store.Update(ctx, f)
	}
}

func (o *openStore) Lead(ctx context.Context) (mirror.Lease, error) {
	select {
	case <-o.ended:
		return nil, errEnded
	default:
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-o.ended:
			cancel()
		case <-stop:
		}
	}()
	lease, err := o.Store.Lead(ctx)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leases = append(o.leases, lease)
	return lease, nil
}

func (o *openStore) Close() error {
	o.once.Do(func() {
		close(o.ended)
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, lease := range o.leases {
			_ = lease.Release(context.Background())
		}
	})
	return nil
}

// bentStore is a store whose methods may be replaced.
type bentStore struct {
	mirror.Store
	view   func(ctx context.Context, f func(mirror.Reader) error) error
	update func(ctx context.Context, f func(mirror.Writer) error) error
	lead   func(ctx context.Context) (mirror.Lease, error)
	change func() <-chan struct{}
	end    func() error
	reader func(mirror.Reader) mirror.Reader // of both transactions
	writer func(mirror.Writer) mirror.Writer
}

func (b *bentStore) View(ctx context.Context, f func(mirror.Reader) error) error {
	view := b.Store.View
	if b.view != nil {
		view = b.view
	}
	return view(ctx, func(r mirror.Reader) error {
		if b.reader != nil {
			r = b.reader(r)
		}
		return f(r)
	})
}

func (b *bentStore) Update(ctx context.Context, f func(mirror.Writer) error) error {
	update := b.Store.Update
	if b.update != nil {
		update = b.update
	}
	return update(ctx, func(w mirror.Writer) error {
		if b.reader != nil {
			w = bentWriter{Reader: b.reader(w), Writer: w}
		}
		if b.writer != nil {
			w = b.writer(w)
		}
		return f(w)
	})
}

func (b *bentStore) Lead(ctx context.Context) (mirror.Lease, error) {
	if b.lead != nil {
		return b.lead(ctx)
	}
	return b.Store.Lead(ctx)
}

func (b *bentStore) Changed() <-chan struct{} {
	if b.change != nil {
		return b.change()
	}
	return b.Store.Changed()
}

func (b *bentStore) Close() error {
	if b.end != nil {
		return b.end()
	}
	return b.Store.Close()
}

// bentReader is a Reader whose methods may be replaced.
type bentReader struct {
	mirror.Reader
	get func(keys ...[]byte) ([][]byte, error)
	rng func(from, to []byte, f func(key, value []byte) error) error
}

func (b bentReader) Get(keys ...[]byte) ([][]byte, error) {
	if b.get != nil {
		return b.get(keys...)
	}
	return b.Reader.Get(keys...)
}

func (b bentReader) Range(from, to []byte, f func(key, value []byte) error) error {
	if b.rng != nil {
		return b.rng(from, to, f)
	}
	return b.Reader.Range(from, to, f)
}

// bentWriter is a Writer with another Reader, or another Put or Delete.
type bentWriter struct {
	mirror.Reader
	mirror.Writer
	put    func(key, value []byte) error
	remove func(key []byte) error
}

func (b bentWriter) Get(keys ...[]byte) ([][]byte, error) { return b.Reader.Get(keys...) }
func (b bentWriter) Range(from, to []byte, f func(key, value []byte) error) error {
	return b.Reader.Range(from, to, f)
}

func (b bentWriter) Put(key, value []byte) error {
	if b.put != nil {
		return b.put(key, value)
	}
	return b.Writer.Put(key, value)
}

func (b bentWriter) Delete(key []byte) error {
	if b.remove != nil {
		return b.remove(key)
	}
	return b.Writer.Delete(key)
}

// bentLease is a Lease whose methods may be replaced.
type bentLease struct {
	mirror.Lease
	update  func(ctx context.Context, f func(mirror.Writer) error) error
	lost    func() <-chan struct{}
	release func(ctx context.Context) error
}

func (b bentLease) Update(ctx context.Context, f func(mirror.Writer) error) error {
	if b.update != nil {
		return b.update(ctx, f)
	}
	return b.Lease.Update(ctx, f)
}

func (b bentLease) Lost() <-chan struct{} {
	if b.lost != nil {
		return b.lost()
	}
	return b.Lease.Lost()
}

func (b bentLease) Release(ctx context.Context) error {
	if b.release != nil {
		return b.release(ctx)
	}
	return b.Lease.Release(ctx)
}

// prefixEnd returns the least key after those with a prefix, wrongly if the last byte is 0xff.
func prefixEnd(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	end[len(end)-1]++
	return end
}

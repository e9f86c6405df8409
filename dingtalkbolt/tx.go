package dingtalkbolt

import (
	"bytes"
	"errors"

	bolt "go.etcd.io/bbolt"
)

// reader is a transaction.
type reader struct{ bucket *bolt.Bucket }

func (r *reader) Get(keys ...[]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		sealed := r.bucket.Get(key)
		if sealed == nil {
			continue
		}
		value, err := unseal(key, sealed)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

func (r *reader) Range(from, to []byte, f func(key, value []byte) error) error {
	cursor := r.bucket.Cursor()
	for key, sealed := cursor.Seek(from); key != nil; key, sealed = cursor.Next() {
		if len(to) > 0 && bytes.Compare(key, to) >= 0 {
			return nil
		}
		value, err := unseal(key, sealed)
		if err != nil {
			return err
		}
		if err := f(key, value); err != nil {
			return err
		}
	}
	return nil
}

// writer is a transaction that writes.
type writer struct {
	reader
	wrote bool
}

func (w *writer) Put(key, value []byte) error {
	if len(key) == 0 || len(value) == 0 {
		return errors.New("dingtalkbolt: cannot put an empty key or value")
	}
	w.wrote = true
	return w.bucket.Put(key, seal(key, value))
}

func (w *writer) Delete(key []byte) error {
	w.wrote = true
	return w.bucket.Delete(key)
}

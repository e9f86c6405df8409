package mirrortest_test

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// writeMistakes holds common mistakes of writes, each with the complaint about it.
var writeMistakes = map[string]mistake{
	"an Update reads the state before it": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			return s.View(ctx, func(before mirror.Reader) error {
				return s.Update(ctx, func(w mirror.Writer) error {
					return f(bentWriter{Reader: before, Writer: w})
				})
			})
		}
	}, "random transactions: "},
	"ranges do not show own writes": writes(func(w mirror.Writer, b *bentWriter) {
		pairs, _ := collect(w, nil, nil)
		b.Reader = bentReader{Reader: w, rng: func(from, to []byte, f func(key, value []byte) error) error {
			before := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
				return bytes.Compare(p.key, from) < 0 || len(to) > 0 && bytes.Compare(p.key, to) >= 0
			})
			return visit(before, f)
		}}
	}, "random transactions: Range"),
	"an empty value is stored": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(value) == 0 {
				return nil
			}
			return w.Put(key, value)
		}
	}, "Put of an empty value should fail"),
	"an empty key is stored": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(key) == 0 {
				return nil
			}
			return w.Put(key, value)
		}
	}, "Put of an empty key should fail"),
	"the delete of an absent key is an error": writes(func(w mirror.Writer, b *bentWriter) {
		b.remove = func(key []byte) error {
			if values, err := w.Get(key); err != nil || values[0] == nil {
				return errors.New("not found")
			}
			return w.Delete(key)
		}
	}, "Delete: not found"),
	"large values are cut": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error { return w.Put(key, value[:min(len(value), 65535)]) }
	}, "large keys and values: "),
	"values are text": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			return w.Put(key, bytes.ToValidUTF8(bytes.ReplaceAll(value, []byte{0}, nil), []byte("?")))
		}
	}, "keys and values: Range"),
	"long keys are refused": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(key) > 255 {
				return errors.New("too long")
			}
			return w.Put(key, value)
		}
	}, "large keys and values: Put: too long"),
	"slices of the caller are kept": {func(_ mirror.Store, b *bentStore) {
		var key, value []byte // the first of each store
		b.writer = func(w mirror.Writer) mirror.Writer {
			return bentWriter{Reader: w, Writer: w, put: func(k, v []byte) error {
				if key == nil {
					key, value = k, v
				}
				return w.Put(k, v)
			}}
		}
		b.reader = func(r mirror.Reader) mirror.Reader {
			return bentReader{Reader: r, rng: func(from, to []byte, f func(key, value []byte) error) error {
				return r.Range(from, to, func(k, v []byte) error {
					if string(k) == "a" && value != nil && value[0] == 'x' {
						v = value
					}
					return f(k, v)
				})
			}}
		}
	}, "byte slices: Range"},
	"a value changes while it is used": {func(_ mirror.Store, b *bentStore) {
		b.writer = func(w mirror.Writer) mirror.Writer {
			handed := map[string][]byte{}
			return bentWriter{
				Writer: w,
				Reader: bentReader{Reader: w, get: func(keys ...[]byte) ([][]byte, error) {
					values, err := w.Get(keys...)
					for i := range values {
						values[i] = bytes.Clone(values[i])
						handed[string(keys[i])] = values[i]
					}
					return values, err
				}},
				put: func(key, value []byte) error {
					copy(handed[string(key)], value)
					return w.Put(key, value)
				},
			}
		}
	}, "values that Get returned changed"},
}

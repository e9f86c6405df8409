package mirrortest_test

import (
	"bytes"
	"errors"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// readMistakes holds common mistakes of reads, each with the complaint about it.
var readMistakes = map[string]mistake{
	"an absent key has an empty value": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			for i := range values {
				values[i] = append([]byte{}, values[i]...)
			}
			return values, err
		}
	}, "an empty store: Get of an absent key should return nil"),
	"absent keys have no place": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			return slices.DeleteFunc(values, func(v []byte) bool { return v == nil }), err
		}
	}, "Get of 5 keys returned 3 values"),
	"values come in the order of the store": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			return r.Get(slices.SortedFunc(slices.Values(keys), bytes.Compare)...)
		}
	}, "in the order of the keys"),
	"an absent key is an error": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			if err == nil && slices.ContainsFunc(values, func(v []byte) bool { return v == nil }) {
				err = errors.New("no rows")
			}
			return values, err
		}
	}, "Get: no rows"),
	"the end of a range is in it": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(to) > 0 {
				to = append(bytes.Clone(to), 0)
			}
			return r.Range(from, to, f)
		}
	}, `ranges: Range from "" to "\x00"`),
	"the begin of a range is not in it": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			return r.Range(append(bytes.Clone(from), 0), to, f)
		}
	}, `ranges: Range from "\x00" to`),
	"an empty end is the least key": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(to) == 0 {
				return nil
			}
			return r.Range(from, to, f)
		}
	}, `keys and values: Range from "" to ""`),
	"a range is a prefix": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(from) > 0 && len(to) == len(from) {
				to = prefixEnd(from)
			}
			return r.Range(from, to, f)
		}
	}, "ranges: Range from"),
	"keys are ordered as text": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			pairs, err := collect(r, from, to)
			slices.SortStableFunc(pairs, func(a, b pair) int {
				return bytes.Compare(bytes.Trim(a.key, "\x00/"), bytes.Trim(b.key, "\x00/"))
			})
			return errors.Join(err, visit(pairs, f))
		}
	}, "ranges: Range from"),
	"a range goes on after an error": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			var first error
			err := r.Range(from, to, func(key, value []byte) error {
				if err := f(key, value); first == nil {
					first = err
				}
				return nil
			})
			return errors.Join(err, first)
		}
	}, "Range should end with an error"),
	"a range swallows the error": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			_ = r.Range(from, to, f)
			return nil
		}
	}, "Range should return the error of its function"),
	"a range ends after a page": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			pairs, err := collect(r, from, to)
			return errors.Join(err, visit(pairs[:min(len(pairs), 5000)], f))
		}
	}, "many keys: Range"),
	"a transaction is busy in a range": {func(_ mirror.Store, b *bentStore) {
		b.reader = func(r mirror.Reader) mirror.Reader {
			busy := 0
			return bentReader{
				Reader: r,
				rng: func(from, to []byte, f func(key, value []byte) error) error {
					busy++
					defer func() { busy-- }()
					return r.Range(from, to, f)
				},
				get: func(keys ...[]byte) ([][]byte, error) {
					if busy > 0 {
						return nil, errors.New("conn busy")
					}
					return r.Get(keys...)
				},
			}
		}
	}, "reads within a range: Get: conn busy"},
}

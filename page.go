package dingtalk

import (
	"errors"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// pages walks a list that comes in pages, from cursor on. Its state is its own, so that ranging over the
// result again starts over; an error is the last pair, and what came before it remains good.
func pages[T any](ep *contract.Endpoint, cursor int64, fetch func(cursor int64) (items []T, next int64, more bool, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for cursor, more := cursor, true; more; {
			items, next, again, err := fetch(cursor)
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if err == nil && again && next <= cursor {
				err = &Error{Op: ep.Name, Err: errStuck, class: ErrUnsupported}
			}
			if err != nil {
				yield(none, err)
				return
			}
			cursor, more = next, again
		}
	}
}

var errStuck = errors.New("the list goes on, but its cursor does not advance")

// pageSize is the largest page of the lists whose page is at most 100.
const pageSize = 100

package dingtalk

import (
	"errors"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// pages walks a list that comes in pages, from cursor on. Its state is its own, so that ranging over the
// result again starts over; an error is the last pair, and what came before it remains good.
func pages[T any](ep *contract.Endpoint, cursor int64, fetch fetchPage[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for items, err := range wholePages(ep, cursor, fetch) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// fetchPage reads the page at a cursor, and says where the next one is if there is one.
type fetchPage[T any] func(cursor int64) (items []T, next int64, more bool, err error)

// wholePages is pages for those who take a page at a time.
func wholePages[T any](ep *contract.Endpoint, cursor int64, fetch fetchPage[T]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		for more := true; more; {
			items, next, again, err := fetch(cursor)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(items, nil) {
				return
			}
			if again && next <= cursor {
				yield(nil, &Error{Op: ep.Name, Err: errStuck, class: ErrUnsupported})
				return
			}
			cursor, more = next, again
		}
	}
}

var errStuck = errors.New("the list goes on, but its cursor does not advance")

// pageSize is the largest page of the lists whose page is at most 100.
const pageSize = 100

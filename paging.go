package dingtalk

import (
	"errors"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// pages yields the items of a paged list, from cursor on. Ranging over the result again reads the list again. An error is
// the last pair; the items before it are valid.
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

// fetchPage reads the page at a cursor, and returns the cursor of the next one if there is one.
type fetchPage[T any] func(cursor int64) (items []T, next int64, more bool, err error)

// wholePages yields a paged list as pages does, but a page at a time.
func wholePages[T any](ep *contract.Endpoint, cursor int64, fetch fetchPage[T]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		for more := true; more; {
			items, next, hasNext, err := fetch(cursor)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(items, nil) {
				return
			}
			if hasNext && next <= cursor {
				yield(nil, &Error{Op: ep.Name, Err: errCursor, class: ErrUnsupported})
				return
			}
			cursor, more = next, hasNext
		}
	}
}

var errCursor = errors.New("the list continues, but its cursor does not advance")

// The largest pages that the service returns.
const (
	maxUserPage    = 100
	maxRolePage    = 200
	maxContactPage = 100
)

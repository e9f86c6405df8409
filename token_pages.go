package dingtalk

import (
	"errors"
	"fmt"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The bounds of a list whose tokens have no order, so that it may never end.
const (
	maxIdlePages = 100     // pages in a row that bring nothing new
	maxPages     = 100_000 // five million people who left
)

// tokenPages yields the items of a paged list whose pages have tokens, from first on. Items with the same key are yielded
// once, because a change during the reading may move an item to the next page. A page may be empty although more follow.
// A token that was used before, many pages without a new item, and more pages than any organization has end the list with
// an error. Ranging over the result again reads the list again. An error is the last pair; the items before it are valid.
func tokenPages[T any, K, C comparable](ep *contract.Endpoint, first C, key func(T) K, fetch func(token C) (items []T, next C, more bool, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yielded, used := map[K]struct{}{}, map[C]struct{}{}
		token, idle := first, 0
		for pages := 1; ; pages++ {
			used[token] = struct{}{}
			items, next, more, err := fetch(token)
			if err != nil {
				yield(none, err)
				return
			}
			idle++
			for _, item := range items {
				k := key(item)
				if _, again := yielded[k]; again {
					continue
				}
				yielded[k] = struct{}{}
				idle = 0
				if !yield(item, nil) {
					return
				}
			}
			if !more {
				return
			}
			_, again := used[next]
			if err := endless(again, idle, pages); err != nil {
				yield(none, &Error{Op: ep.Name, Err: err, class: ErrUnsupported})
				return
			}
			token = next
		}
	}
}

// endless returns why a list is not read on, although it continues, or nil.
func endless(again bool, idle, pages int) error {
	switch {
	case again:
		return errCursor
	case idle == maxIdlePages:
		return errIdlePages
	case pages == maxPages:
		return errManyPages
	}
	return nil
}

// itself is the key of items that are user IDs.
func itself(userID string) string { return userID }

var (
	errIdlePages = fmt.Errorf("the list continues, but its last %d pages bring nothing new", maxIdlePages)
	errManyPages = errors.New("the list does not end")
)

package dingtalk

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// walk goes through departments breadth first, parents before children, and reads something of each. It
// works on several at once, reading and listing side by side because each of the two operations has a rate
// limit of its own, and hands out what it finds in the order in which one call after another would have
// found it.
type walk[T any] struct {
	client  *Client
	reads   *contract.Endpoint
	read    func(ctx context.Context, dept, cursor int64) (items []T, next int64, more bool, err error)
	reading lanes
	listing lanes
}

// branch is a department that is worked on before its turn.
type branch[T any] struct {
	id       int64
	children chan children // one, buffered
	pages    chan page[T]  // closed after the last, and only if all were handed out
}

type children struct {
	ids []int64
	err error
}

type page[T any] struct {
	items []T
	err   error
}

// below walks the departments roots and all below them. An error that concerns one department comes in its
// place, and the walk goes on; one that every further call would meet is the last pair.
func (w *walk[T]) below(ctx context.Context, roots []int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		within, cancel := context.WithCancel(ctx)
		var open sync.WaitGroup
		defer open.Wait() // no call outlives the walk, however it is left
		defer cancel()

		var queue []*branch[T]
		begun := 0               // of the queue, from its head
		seen := map[int64]bool{} // a department listed twice, or below itself, is walked once
		add := func(ids []int64) {
			for _, id := range ids {
				if !seen[id] {
					seen[id] = true
					queue = append(queue, &branch[T]{id, make(chan children, 1), make(chan page[T])})
				}
			}
			for ; begun < min(len(queue), w.reading.ahead()); begun++ {
				w.begin(within, &open, queue[begun])
			}
		}
		for add(roots); len(queue) > 0; {
			b := queue[0]
			queue[0], queue = nil, queue[1:]
			begun--
			listed := w.listed(ctx, b)
			add(listed.ids) // first, so that they are worked on while the pages are gone through
			var refused error
			for p := range w.turn(ctx, b) {
				refused = p.err
				if !give(ctx, p, yield) {
					return
				}
			}
			if listed.err != nil && !sameRefusal(refused, listed.err) && !give(ctx, page[T]{err: listed.err}, yield) {
				return
			}
		}
	}
}

// give hands a page out, and says whether the walk goes on.
func give[T any](ctx context.Context, p page[T], yield func(T, error) bool) bool {
	if p.err != nil {
		var none T
		return yield(none, p.err) && !hopeless(ctx, p.err)
	}
	for _, item := range p.items {
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

// begin starts to list the children of a department and to read its first page. Each further page is read
// when the one before it has been taken.
func (w *walk[T]) begin(ctx context.Context, open *sync.WaitGroup, b *branch[T]) {
	open.Go(func() {
		var c children
		err := w.listing.in(ctx, contract.ListSubDepartmentIDs.Name, func() error {
			res, err := w.client.ListSubDepartmentIDs(ctx, ListSubDepartmentIDsRequest{DeptID: b.id})
			if err == nil {
				c.ids = res.DeptIDList
			}
			return err
		})
		c.err = inDepartment(err, b.id)
		b.children <- c
	})
	open.Go(func() {
		read := func(cursor int64) (items []T, next int64, more bool, err error) {
			err = w.reading.in(ctx, w.reads.Name, func() (err error) {
				items, next, more, err = w.read(ctx, b.id, cursor)
				return err
			})
			return items, next, more, err
		}
		for items, err := range wholePages(w.reads, 0, read) {
			select {
			case b.pages <- page[T]{items, inDepartment(err, b.id)}:
			case <-ctx.Done():
				return // and leave it open: what is cut off must not look complete
			}
		}
		close(b.pages)
	})
}

// listed waits for the children of a department.
func (w *walk[T]) listed(ctx context.Context, b *branch[T]) children {
	select {
	case c := <-b.children:
		return c
	case <-ctx.Done():
		return children{err: ended(ctx, w.reads.Name)}
	}
}

// turn takes the pages of a department whose turn it is.
func (w *walk[T]) turn(ctx context.Context, b *branch[T]) iter.Seq[page[T]] {
	return func(yield func(page[T]) bool) {
		for {
			select {
			case p, more := <-b.pages:
				if !more || !yield(p) {
					return
				}
			case <-ctx.Done():
				yield(page[T]{err: ended(ctx, w.reads.Name)})
				return
			}
		}
	}
}

// inDepartment is the error of a call, with the department that it was about.
func inDepartment(err error, dept int64) error {
	if err == nil {
		return nil
	}
	e := Error{Err: err}
	if own, ok := errors.AsType[*Error](err); ok {
		e = *own
	}
	e.DeptID = dept
	return &e
}

// sameRefusal says whether reading a department and listing its children failed for one reason, which is
// told once.
func sameRefusal(read, list error) bool {
	r, ok := errors.AsType[*Error](read)
	l, also := errors.AsType[*Error](list)
	return ok && also && r.Code == l.Code && r.Code != 0
}

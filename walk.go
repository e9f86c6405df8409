package dingtalk

import (
	"context"
	"iter"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// walk reads departments breadth first, parents before children. It works on several at once, and reads and lists
// them concurrently because each of the two operations has its own rate limit. It yields the results in the order in
// which sequential calls would have found them.
type walk[T any] struct {
	client   *Client
	language string         // of the departments' names
	skip     map[int64]bool // the departments that are left out with all below them
	reads    *contract.Endpoint
	read     func(ctx context.Context, dept, cursor int64) (items []T, next int64, more bool, err error) // nil: nothing is read
	// found, if not nil, gets each department before what is read of it, and may return an item for it. The departments are
	// then listed with their names, and only those at the top are read.
	found   func(*Department) (item T, ok bool)
	reading semaphore
	listing semaphore
}

// branch is a department whose reading is started before its turn.
type branch[T any] struct {
	child

	children chan children // one, buffered
	pages    chan page[T]  // closed after the last, and only if all were sent
}

// child is a department below another one.
type child struct {
	id   int64
	dept *Department // if the list has shown it
}

// children is what is below a department.
type children struct {
	dept *Department // the department itself, if the walk wants it
	list []child
	err  error
}

type page[T any] struct {
	items []T
	err   error
}

// below yields what it reads of the departments roots and all below them. An error that concerns one department is
// yielded in its place, and the walk goes on. A fatal error ends the walk at once, whichever department it concerns, and
// is the last pair.
func (w *walk[T]) below(ctx context.Context, roots []int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		var running sync.WaitGroup
		defer running.Wait() // no call outlives the walk, however it is left
		defer cancel(nil)

		var queue []*branch[T]
		started := 0             // of the queue, from its head
		seen := map[int64]bool{} // a department that is listed twice, or below itself, is read once
		add := func(list []child) {
			for _, c := range list {
				if !seen[c.id] && !w.skip[c.id] {
					seen[c.id] = true
					queue = append(queue, &branch[T]{c, make(chan children, 1), make(chan page[T])})
				}
			}
			for ; started < min(len(queue), w.reading.prefetch()); started++ {
				w.start(ctx, cancel, &running, queue[started])
			}
		}
		for add(withoutNames(roots)); len(queue) > 0; {
			b := queue[0]
			queue[0], queue = nil, queue[1:]
			started--
			listed := w.listed(ctx, b)
			add(listed.list) // first, so that they are started while the pages are yielded
			if listed.dept != nil {
				if item, ok := w.found(listed.dept); ok && !yield(item, nil) {
					return
				}
			}
			var refused error
			for p := range w.turn(ctx, b) {
				refused = p.err
				if !yieldPage(ctx, p, yield) {
					return
				}
			}
			if listed.err != nil && !sameRefusal(refused, listed.err) && !yieldPage(ctx, page[T]{err: listed.err}, yield) {
				return
			}
		}
	}
}

// yieldPage yields a page, and reports whether the walk goes on.
func yieldPage[T any](ctx context.Context, p page[T], yield func(T, error) bool) bool {
	if p.err != nil {
		var none T
		err := p.err
		if fatal := fatalIn(ctx); fatal != nil {
			err = fatal
		}
		return yield(none, err) && !isFatal(ctx, err)
	}
	for _, item := range p.items {
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

// start starts to list the children of a department and to read its first page. Each further page is read
// when the one before it has been received.
func (w *walk[T]) start(ctx context.Context, cancel context.CancelCauseFunc, running *sync.WaitGroup, b *branch[T]) {
	running.Go(func() {
		var c children
		err := w.listing.do(ctx, contract.ListSubDepartmentIDs.Name, func() error {
			c = w.list(ctx, b.child)
			return c.err
		})
		c.err = inDepartment(err, b.id)
		cancelIfFatal(cancel, c.err)
		b.children <- c
	})
	if w.read == nil {
		close(b.pages)
		return
	}
	running.Go(func() {
		read := func(cursor int64) (items []T, next int64, more bool, err error) {
			err = w.reading.do(ctx, w.reads.Name, func() (err error) {
				items, next, more, err = w.read(ctx, b.id, cursor)
				return err
			})
			return items, next, more, err
		}
		for items, err := range wholePages(w.reads, 0, read) {
			p := page[T]{items, inDepartment(err, b.id)}
			cancelIfFatal(cancel, p.err)
			select {
			case b.pages <- p:
			case <-ctx.Done():
				return // without closing the channel: a list that is cut off must not look complete
			}
		}
		close(b.pages)
	})
}

// list lists the children of a department: with their names if the walk wants the departments. ListSubDepartments omits
// those that the app may not see, of which there are none below a department that it may see. Below one that cannot be read,
// the children are therefore listed by ID, and read one by one.
func (w *walk[T]) list(ctx context.Context, d child) (c children) {
	if w.found != nil {
		if c.dept = d.dept; c.dept == nil {
			c.dept, c.err = w.client.GetDepartment(ctx, GetDepartmentRequest{DeptID: d.id, Language: w.language})
		}
		if c.err == nil {
			subs, err := w.client.ListSubDepartments(ctx, ListSubDepartmentsRequest{DeptID: d.id, Language: w.language})
			for i := range subs {
				c.list = append(c.list, child{subs[i].DeptID, subs[i].department()})
			}
			c.err = err
			return c
		}
		if isFatal(ctx, c.err) {
			return c
		}
	}
	res, err := w.client.ListSubDepartmentIDs(ctx, ListSubDepartmentIDsRequest{DeptID: d.id})
	if err == nil {
		c.list = withoutNames(res.DeptIDList)
	}
	if c.err == nil {
		c.err = err
	}
	return c
}

func withoutNames(ids []int64) []child {
	list := make([]child, len(ids))
	for i, id := range ids {
		list[i].id = id
	}
	return list
}

// listed waits for the children of a department.
func (w *walk[T]) listed(ctx context.Context, b *branch[T]) children {
	select {
	case c := <-b.children:
		return c
	case <-ctx.Done():
		return children{err: contextEnded(ctx, w.reads.Name)}
	}
}

// turn receives the pages of a department whose turn it is.
func (w *walk[T]) turn(ctx context.Context, b *branch[T]) iter.Seq[page[T]] {
	return func(yield func(page[T]) bool) {
		for {
			select {
			case p, more := <-b.pages:
				if !more || !yield(p) {
					return
				}
			case <-ctx.Done():
				yield(page[T]{err: contextEnded(ctx, w.reads.Name)})
				return
			}
		}
	}
}

// inDepartment returns the error of a call with the department that it concerned.
func inDepartment(err error, dept int64) error {
	if err == nil {
		return nil
	}
	e := Error{Err: err}
	if cause := asError(err); cause != nil {
		e = *cause
	}
	e.DeptID = dept
	return &e
}

// sameRefusal reports whether reading a department and listing its children failed for the same reason, which is
// yielded once.
func sameRefusal(read, list error) bool {
	r, l := asError(read), asError(list)
	return r != nil && l != nil && r.Code == l.Code && r.Code != 0
}

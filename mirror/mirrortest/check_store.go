package mirrortest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// CheckStore fails the test if a mirror.Store violates the rules of the interface. Create returns a new, empty store for
// each check, and a function that opens its data again after Close; the function is nil if Close ends the data.
//
// It cannot check what a crash leaves, nor what other processes do.
func CheckStore(tb testing.TB, create func(tb testing.TB) (store mirror.Store, reopen func() mirror.Store)) {
	tb.Helper()
	for _, check := range []struct {
		name string
		run  func(*storeCheck)
	}{
		{"an empty store", (*storeCheck).empty},
		{"keys and values", (*storeCheck).keysAndValues},
		{"empty keys and values", (*storeCheck).emptyKeysAndValues},
		{"ranges", (*storeCheck).ranges},
		{"a range that ends early", (*storeCheck).endedRange},
		{"reads within a range", (*storeCheck).nestedRange},
		{"random transactions", (*storeCheck).randomTransactions},
		{"byte slices", (*storeCheck).byteSlices},
		{"large keys and values", (*storeCheck).large},
		{"many keys", (*storeCheck).many},
		{"a failed transaction", (*storeCheck).failed},
		{"a panic", (*storeCheck).panics},
		{"a View during Updates", (*storeCheck).isolated},
		{"many Updates at once", (*storeCheck).concurrent},
		{"Changed", (*storeCheck).changed},
		{"a canceled context", (*storeCheck).canceled},
		{"leases", (*storeCheck).leases},
		{"a released lease", (*storeCheck).releasedLease},
		{"Close", (*storeCheck).closed},
		{"a store opened again", (*storeCheck).reopened},
	} {
		runCheck(tb, check.name, check.run, create)
	}
}

// checkTimeout bounds each check, so that a store that blocks fails it.
const checkTimeout = time.Minute

func runCheck(tb testing.TB, name string, run func(*storeCheck), create func(testing.TB) (mirror.Store, func() mirror.Store)) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), checkTimeout)
	defer cancel()
	c := &storeCheck{tb: tb, ctx: ctx, name: name}
	c.store, c.reopen = create(tb)
	defer func() { _ = c.store.Close() }() // some checks have closed it
	run(c)
}

// storeCheck is one check of a store.
type storeCheck struct {
	tb     testing.TB
	ctx    context.Context // of the check
	name   string
	store  mirror.Store
	reopen func() mirror.Store
	errors atomic.Int32
}

// maxErrors is how many errors of a check are reported.
const maxErrors = 10

// expect fails the test with a text unless ok.
func (c *storeCheck) expect(ok bool, format string, args ...any) bool {
	c.tb.Helper()
	if !ok && c.errors.Add(1) <= maxErrors {
		c.tb.Errorf("mirrortest: store: %s: %s", c.name, fmt.Sprintf(format, args...))
	}
	return ok
}

func (c *storeCheck) succeeds(method string, err error) bool {
	c.tb.Helper()
	return c.expect(err == nil, "%s: %v", method, err)
}

func (c *storeCheck) view(f func(mirror.Reader)) {
	c.tb.Helper()
	c.succeeds("View", c.store.View(c.ctx, func(r mirror.Reader) error {
		f(r)
		return nil
	}))
}

func (c *storeCheck) update(f func(mirror.Writer)) {
	c.tb.Helper()
	c.succeeds("Update", c.store.Update(c.ctx, func(w mirror.Writer) error {
		f(w)
		return nil
	}))
}

// put stores pairs of keys and values in one Update.
func (c *storeCheck) put(pairs ...string) {
	c.tb.Helper()
	c.update(func(w mirror.Writer) { c.write(w, pairs...) })
}

// write puts pairs of keys and values; the value "" deletes the key.
func (c *storeCheck) write(w mirror.Writer, pairs ...string) {
	c.tb.Helper()
	for i := 0; i < len(pairs); i += 2 {
		key, value := []byte(pairs[i]), []byte(pairs[i+1])
		if len(value) > 0 {
			c.succeeds("Put", w.Put(key, value))
		} else {
			c.succeeds("Delete", w.Delete(key))
		}
	}
}

// contains checks that a View shows exactly these pairs of keys and values.
func (c *storeCheck) contains(pairs ...string) {
	c.tb.Helper()
	c.view(func(r mirror.Reader) { c.shows(r, pairs...) })
}

// shows checks that a transaction shows exactly these pairs of keys and values.
func (c *storeCheck) shows(r mirror.Reader, pairs ...string) {
	c.tb.Helper()
	c.rangeIs(r, "", "", pairs)
	for i := 0; i < len(pairs); i += 2 {
		c.getIs(r, pairs[i], pairs[i+1])
	}
}

// getIs checks the value of a key; "" is that of an absent one.
func (c *storeCheck) getIs(r mirror.Reader, key, want string) {
	c.tb.Helper()
	values, err := r.Get([]byte(key))
	if !c.succeeds("Get", err) || !c.expect(len(values) == 1, "Get of one key returned %d values", len(values)) {
		return
	}
	c.expect(string(values[0]) == want, "Get of %q should return %q, and returned %q", key, shortened(want), shortened(string(values[0])))
	c.expect(want != "" || values[0] == nil, "Get of an absent key should return nil, not an empty value")
}

// rangeIs checks the keys and values of a range. It reports only the first difference.
func (c *storeCheck) rangeIs(r mirror.Reader, from, to string, want []string) {
	c.tb.Helper()
	var got []string
	err := r.Range([]byte(from), []byte(to), func(key, value []byte) error {
		got = append(got, string(key), string(value))
		return nil
	})
	c.succeeds("Range", err)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			c.expect(false, "Range from %q to %q should return %s, and returned %s", from, to, excerpt(want, i), excerpt(got, i))
			return
		}
	}
}

// excerpt shows a list from the item i, which is shortened.
func excerpt(list []string, i int) string {
	if i >= len(list) {
		return fmt.Sprintf("no item %d", i)
	}
	return fmt.Sprintf("item %d as %q", i, shortened(list[i]))
}

func shortened(s string) string {
	return s[:min(len(s), 40)]
}

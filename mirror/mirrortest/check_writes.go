package mirrortest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func (c *storeCheck) emptyKeysAndValues() {
	c.put("a", "1")
	c.update(func(w mirror.Writer) {
		c.expect(w.Put(nil, []byte("1")) != nil, "Put of an empty key should fail")
		c.expect(w.Put([]byte("a"), nil) != nil, "Put of a nil value should fail")
		c.expect(w.Put([]byte("a"), []byte{}) != nil, "Put of an empty value should fail")
	})
	c.contains("a", "1")
}

// errAbandoned makes an Update fail.
var errAbandoned = errors.New("abandoned")

// randomTransactions compares the store with a map. Some transactions fail.
func (c *storeCheck) randomTransactions() {
	const transactions, operations = 60, 8
	state := map[string]string{}
	for n := range transactions {
		var next map[string]string
		fails := n%5 == 4
		err := c.store.Update(c.ctx, func(w mirror.Writer) error {
			random := rand.New(rand.NewPCG(1, uint64(n))) // the same, if it is called again
			next = maps.Clone(state)
			for i := range operations {
				c.operate(w, next, random, fmt.Sprintf("%d.%d", n, i))
			}
			c.shows(w, pairsOf(next, "", "")...)
			if fails {
				return errAbandoned
			}
			return nil
		})
		if fails {
			c.expect(errors.Is(err, errAbandoned), "Update should return the error of its function, and returned %v", err)
		} else if c.succeeds("Update", err) {
			state = next
		}
		c.contains(pairsOf(state, "", "")...)
	}
}

// operate applies a random operation to a transaction and to its model.
func (c *storeCheck) operate(w mirror.Writer, model map[string]string, random *rand.Rand, value string) {
	key := oddKeys[random.IntN(len(oddKeys))]
	switch random.IntN(5) {
	case 0, 1:
		model[key] = value
		c.write(w, key, value)
	case 2:
		delete(model, key)
		c.write(w, key, "")
	case 3:
		c.getIs(w, key, model[key])
	default:
		to := oddKeys[random.IntN(len(oddKeys))]
		c.rangeIs(w, key, to, pairsOf(model, key, to))
	}
}

// pairsOf returns the keys and values of a range of a model.
func pairsOf(model map[string]string, from, to string) []string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(model)) {
		if key >= from && (to == "" || key < to) {
			pairs = append(pairs, key, model[key])
		}
	}
	return pairs
}

// byteSlices checks who may change which slices when.
func (c *storeCheck) byteSlices() {
	key, value := []byte("a"), []byte("1")
	c.update(func(w mirror.Writer) {
		key[0], value[0] = 'a', '1'
		c.succeeds("Put", w.Put(key, value))
	})
	key[0], value[0] = 'x', 'x'
	c.contains("a", "1")
	c.put("b", "2")
	c.update(func(w mirror.Writer) {
		first, err := w.Get([]byte("a"), []byte("b"))
		c.succeeds("Get", err)
		c.write(w, "a", "3", "b", "")
		c.succeeds("Range", w.Range(nil, nil, func(_, _ []byte) error { return nil }))
		c.expect(string(slices.Concat(first...)) == "12", "values that Get returned changed to %q when the keys were written", first)
	})
	c.contains("a", "3")
}

func (c *storeCheck) large() {
	const size = 1 << 20
	value := strings.Repeat("\x00large\xff\n'\\", size/10)
	key := strings.Repeat("\xff", 1024)
	c.put(key, "1", key[:1023], value, "a", value)
	c.contains("a", value, key[:1023], value, key, "1")
	c.put("a", "2", key[:1023], value+"3")
	c.contains("a", "2", key[:1023], value+"3", key, "1")
}

func (c *storeCheck) many() {
	const keys = 10_000
	var all, kept []string
	var names [][]byte
	for i := range keys {
		pair := []string{fmt.Sprintf("u/%05d", i), fmt.Sprint("value ", i)}
		all = append(all, pair...)
		names = append(names, []byte(pair[0]))
		if i%10 != 0 && i/1000 != 4 {
			kept = append(kept, pair...)
		}
	}
	c.update(func(w mirror.Writer) {
		c.write(w, "t", "before", "v", "after")
		c.write(w, all...)
		c.rangeIs(w, "u/", "u0", all)
	})
	c.update(func(w mirror.Writer) {
		for i := range keys {
			if i%10 == 0 || i/1000 == 4 {
				c.write(w, all[2*i], "")
			}
		}
		c.rangeIs(w, "u/", "u0", kept)
	})
	c.view(func(r mirror.Reader) {
		c.rangeIs(r, "u/", "u0", kept)
		c.rangeIs(r, "", "u/", []string{"t", "before"})
		values, err := r.Get(names...)
		if !c.succeeds("Get", err) || !c.expect(len(values) == keys, "Get of %d keys returned %d values", keys, len(values)) {
			return
		}
		for i := range values {
			want := all[2*i+1]
			if i%10 == 0 || i/1000 == 4 {
				want = ""
			}
			c.expect(string(values[i]) == want, "Get of %q should return %q, and returned %q", names[i], want, shortened(string(values[i])))
		}
	})
}

func (c *storeCheck) failed() {
	c.put("a", "1", "b", "2")
	err := c.store.Update(c.ctx, func(w mirror.Writer) error {
		c.write(w, "a", "", "b", "3", "c", "4")
		c.shows(w, "b", "3", "c", "4")
		return errAbandoned
	})
	c.expect(errors.Is(err, errAbandoned), "Update should return the error of its function, and returned %v", err)
	c.contains("a", "1", "b", "2")
	err = c.store.View(c.ctx, func(mirror.Reader) error { return errAbandoned })
	c.expect(errors.Is(err, errAbandoned), "View should return the error of its function, and returned %v", err)
	c.put("c", "5")
	c.contains("a", "1", "b", "2", "c", "5")
}

func (c *storeCheck) panics() {
	c.put("a", "1")
	recovered := func(run func()) (value any) {
		defer func() { value = recover() }()
		run()
		return nil
	}
	value := recovered(func() {
		_ = c.store.Update(c.ctx, func(w mirror.Writer) error {
			c.write(w, "a", "2", "b", "3")
			panic("of Update")
		})
	})
	c.expect(value == "of Update", "Update should not recover a panic of its function; recovered was %v", value)
	value = recovered(func() {
		_ = c.store.View(c.ctx, func(mirror.Reader) error { panic("of View") })
	})
	c.expect(value == "of View", "View should not recover a panic of its function; recovered was %v", value)
	c.contains("a", "1")
	c.put("b", "4")
	c.contains("a", "1", "b", "4")
}

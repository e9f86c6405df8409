package mirrortest

import (
	"errors"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func (c *storeCheck) empty() {
	check := func(r mirror.Reader) {
		c.shows(r)
		c.getIs(r, "a", "")
		values, err := r.Get()
		c.succeeds("Get", err)
		c.expect(len(values) == 0, "Get of no keys returned %d values", len(values))
	}
	c.view(check)
	c.update(func(w mirror.Writer) {
		check(w)
		c.write(w, "a", "")
	})
	c.view(check)
}

func (c *storeCheck) keysAndValues() {
	c.put("a", "1", "b", "2", "a", "3", "\x00", "\x00\xff")
	c.put("c", "4", "b", "")
	c.view(func(r mirror.Reader) {
		c.shows(r, "\x00", "\x00\xff", "a", "3", "c", "4")
		values, err := r.Get([]byte("c"), []byte("b"), []byte("a"), []byte("c"), []byte("A"))
		if !c.succeeds("Get", err) || !c.expect(len(values) == 5, "Get of 5 keys returned %d values", len(values)) {
			return
		}
		for i, want := range []string{"4", "", "3", "4", ""} {
			c.expect(string(values[i]) == want, "Get should return the values in the order of the keys, and returned %q", values)
			c.expect(want != "" || values[i] == nil, "Get of an absent key should return nil, not an empty value")
		}
	})
}

// oddKeys are in order, and next to the ends of prefixes.
var oddKeys = []string{
	"\x00", "\x00\x00", "\x00\xff", "\x01", "a", "a\x00", "a\x00\x00", "a/", "a/1", "a/10", "a/2", "a/\xff", "a/\xff\xff", "a0",
	"b", "\xc3\xa4", "\xfe\xff\xff", "\xff", "\xff\x00", "\xff\xff", "\xff\xff\xff",
}

func (c *storeCheck) ranges() {
	var pairs []string
	for _, key := range oddKeys {
		pairs = append(pairs, key, "value of "+key)
	}
	for _, i := range []int{9, 2, 20, 0, 13, 5, 17} { // not in order
		c.put(pairs[2*i], pairs[2*i+1])
	}
	c.put(pairs...)
	bounds := append([]string{"", "\x00\x01", "a/3", "\xff\xff\xff\xff"}, oddKeys...)
	c.view(func(r mirror.Reader) {
		for _, from := range bounds {
			for _, to := range bounds {
				var want []string
				for i := 0; i < len(pairs); i += 2 {
					if pairs[i] >= from && (to == "" || pairs[i] < to) {
						want = append(want, pairs[i], pairs[i+1])
					}
				}
				c.rangeIs(r, from, to, want)
			}
		}
	})
}

func (c *storeCheck) endedRange() {
	c.put("a", "1", "b", "2", "c", "3")
	enough := errors.New("enough")
	check := func(r mirror.Reader) {
		var keys []string
		err := r.Range([]byte("a"), []byte("c"), func(key, _ []byte) error {
			keys = append(keys, string(key))
			return enough
		})
		c.expect(errors.Is(err, enough), "Range should return the error of its function, and returned %v", err)
		c.expect(slices.Equal(keys, []string{"a"}), "Range should end with an error of its function, and went through %q", keys)
		c.shows(r, "a", "1", "b", "2", "c", "3")
	}
	c.view(check)
	c.update(func(w mirror.Writer) { check(w) })
}

func (c *storeCheck) nestedRange() {
	pairs := []string{"a", "1", "b", "2", "c", "3"}
	c.put(pairs...)
	check := func(r mirror.Reader) {
		var got []string
		c.succeeds("Range", r.Range(nil, nil, func(key, value []byte) error {
			c.shows(r, pairs...)
			got = append(got, string(key), string(value))
			return nil
		}))
		c.expect(slices.Equal(got, pairs), "Range with reads in its function should return %q, and returned %q", pairs, got)
	}
	c.view(check)
	pairs = append(pairs, "d", "4")
	c.update(func(w mirror.Writer) {
		c.write(w, "d", "4")
		check(w)
	})
}

package mirror

import (
	"bytes"
	"math/rand/v2"
)

// treeNode is the root of a treap: a search tree by key and a heap by weight, which is random and so balances it. A node
// that can be reached from a root is never changed: put and remove copy the path to the root.
type treeNode struct {
	key, value  []byte
	weight      uint64
	left, right *treeNode
}

// get returns the value of a key, or nil.
func (n *treeNode) get(key []byte) []byte {
	for n != nil {
		switch c := bytes.Compare(key, n.key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.value
		}
	}
	return nil
}

// put returns the tree with a value. The root that it returns is a new node.
func (n *treeNode) put(key, value []byte) *treeNode {
	if n == nil {
		return &treeNode{key: key, value: value, weight: rand.Uint64()}
	}
	root := *n
	switch c := bytes.Compare(key, n.key); {
	case c < 0:
		root.left = n.left.put(key, value)
		if left := root.left; left.weight > root.weight {
			root.left, left.right = left.right, &root
			return left
		}
	case c > 0:
		root.right = n.right.put(key, value)
		if right := root.right; right.weight > root.weight {
			root.right, right.left = right.left, &root
			return right
		}
	default:
		root.value = value
	}
	return &root
}

// remove returns the tree without a key.
func (n *treeNode) remove(key []byte) *treeNode {
	if n == nil {
		return nil
	}
	root := *n
	switch c := bytes.Compare(key, n.key); {
	case c < 0:
		root.left = n.left.remove(key)
	case c > 0:
		root.right = n.right.remove(key)
	default:
		return join(n.left, n.right)
	}
	return &root
}

// join returns the tree of two trees, where all keys of a are less than those of b.
func join(a, b *treeNode) *treeNode {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.weight > b.weight:
		root := *a
		root.right = join(a.right, b)
		return &root
	default:
		root := *b
		root.left = join(a, b.left)
		return &root
	}
}

// walk calls f for the keys from from to to, as Reader.Range does.
func (n *treeNode) walk(from, to []byte, f func(key, value []byte) error) error {
	if n == nil {
		return nil
	}
	atLeast := bytes.Compare(n.key, from) >= 0
	below := len(to) == 0 || bytes.Compare(n.key, to) < 0
	if atLeast {
		if err := n.left.walk(from, to, f); err != nil {
			return err
		}
	}
	if atLeast && below {
		if err := f(n.key, n.value); err != nil {
			return err
		}
	}
	if below {
		return n.right.walk(from, to, f)
	}
	return nil
}

package mirror

import (
	"bytes"
	"errors"
)

// memoryTx is a transaction of a memoryStore.
type memoryTx struct{ root *treeNode }

func (tx *memoryTx) Get(keys ...[]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		values[i] = tx.root.get(key)
	}
	return values, nil
}

func (tx *memoryTx) Range(from, to []byte, f func(key, value []byte) error) error {
	return tx.root.walk(from, to, f)
}

func (tx *memoryTx) Put(key, value []byte) error {
	if len(key) == 0 || len(value) == 0 {
		return errors.New("mirror: cannot put an empty key or value")
	}
	tx.root = tx.root.put(bytes.Clone(key), bytes.Clone(value))
	return nil
}

func (tx *memoryTx) Delete(key []byte) error {
	tx.root = tx.root.remove(key)
	return nil
}

package dingtalkbolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// ErrDamaged is a file that is damaged, or not one of this package. After its deletion, a mirror reads everything anew.
var ErrDamaged = errors.New("the file is damaged, or of another program")

// check returns ErrDamaged if the file is not whole. It reads all of it, without a change.
func check(path string, s settings) (err error) {
	db, err := openDB(path, s, bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(checkTx)
}

// checkTx reads the file in a transaction, in which damage can also be a panic or a memory fault.
func checkTx(tx *bolt.Tx) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, value)
		}
	}()
	info, err := os.Stat(tx.DB().Path())
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return fmt.Errorf("%w: it has %d bytes instead of %d", ErrDamaged, info.Size(), tx.Size())
	}
	if err := checkTree(tx); err != nil {
		return err
	}
	return tx.ForEach(checkBucket)
}

func checkBucket(name []byte, bucket *bolt.Bucket) error {
	if !bytes.Equal(name, bucketName) {
		return fmt.Errorf("%w: it has a bucket %q", ErrDamaged, name)
	}
	var last []byte
	return bucket.ForEach(func(key, sealed []byte) error {
		if bytes.Compare(key, last) <= 0 {
			return fmt.Errorf("%w: its keys are not in order", ErrDamaged)
		}
		last = key
		_, err := unseal(key, sealed)
		return err
	})
}

// sumSize is the size of the checksum before each value. bbolt has checksums only of its first two pages.
const sumSize = 4

var sumTable = crc32.MakeTable(crc32.Castagnoli)

// seal returns a value with the checksum of its key and itself.
func seal(key, value []byte) []byte {
	sealed := make([]byte, sumSize, sumSize+len(value))
	binary.BigEndian.PutUint32(sealed, checksum(key, value))
	return append(sealed, value...)
}

// unseal returns the value of a sealed one.
func unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) <= sumSize || binary.BigEndian.Uint32(sealed) != checksum(key, sealed[sumSize:]) {
		return nil, fmt.Errorf("%w: the value of the key %q is not what was written", ErrDamaged, key)
	}
	return sealed[sumSize:], nil
}

func checksum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, sumTable), sumTable, value)
}

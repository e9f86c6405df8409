package dingtalkbolt

import (
	"encoding/binary"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// The layout of bbolt's pages, of which it has no exported description. All numbers are in the order of the machine.
const (
	pageFlags, pageCount, pageHeader    = 8, 10, 16
	branchPage, leafPage                = 1, 2
	elementSize                         = 16
	branchChild                         = 8
	leafFlags, leafPos, leafKeySize     = 0, 4, 8
	leafBucket                          = 1
	metaRoot, metaTransaction, metaSize = 32, 64, 80
)

// tree reads the pages of a file without bbolt, which follows a cycle of pages until the memory ends.
type tree struct {
	file     *os.File
	pageSize int64
	seen     []bool // by number of the page
}

// checkTree returns ErrDamaged if a page is reached twice from the root, or does not exist.
func checkTree(tx *bolt.Tx) error {
	file, err := os.Open(tx.DB().Path())
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	pageSize := int64(tx.DB().Info().PageSize)
	t := &tree{file, pageSize, make([]bool, tx.Size()/pageSize)}
	root, err := t.root(uint64(tx.ID())) //nolint:gosec // never negative
	if err != nil {
		return err
	}
	buckets, err := t.walk(root)
	for i := 0; i < len(buckets) && err == nil; i++ {
		_, err = t.walk(buckets[i])
	}
	return err
}

// root returns the page with the buckets. Each of the first two pages describes a transaction, of which the later one counts.
func (t *tree) root(transaction uint64) (uint64, error) {
	for page := range int64(2) {
		meta, err := t.read(page*t.pageSize, metaSize)
		if err != nil {
			return 0, err
		}
		if binary.NativeEndian.Uint64(meta[metaTransaction:]) == transaction {
			return binary.NativeEndian.Uint64(meta[metaRoot:]), nil
		}
	}
	return 0, fmt.Errorf("%w: it has no root", ErrDamaged)
}

// walk reaches each page below a root, and returns the roots of the buckets whose names the leaves have.
func (t *tree) walk(root uint64) (buckets []uint64, err error) {
	for open := []uint64{root}; len(open) > 0; {
		page := open[len(open)-1]
		open = open[:len(open)-1]
		if page >= uint64(len(t.seen)) || t.seen[page] {
			return nil, fmt.Errorf("%w: its page %d does not exist, or is in two places", ErrDamaged, page)
		}
		t.seen[page] = true
		at := int64(page) * t.pageSize //nolint:gosec // it is a page of the file
		header, err := t.read(at, pageHeader)
		if err != nil {
			return nil, err
		}
		elements, err := t.read(at+pageHeader, elementSize*int(binary.NativeEndian.Uint16(header[pageCount:])))
		if err != nil {
			return nil, err
		}
		flags := binary.NativeEndian.Uint16(header[pageFlags:])
		if flags != branchPage && flags != leafPage {
			return nil, fmt.Errorf("%w: its page %d is of another kind", ErrDamaged, page)
		}
		for from := 0; from < len(elements); from += elementSize {
			element := elements[from : from+elementSize]
			switch {
			case flags == branchPage:
				open = append(open, binary.NativeEndian.Uint64(element[branchChild:]))
			case binary.NativeEndian.Uint32(element[leafFlags:])&leafBucket != 0:
				value := int64(binary.NativeEndian.Uint32(element[leafPos:])) + int64(binary.NativeEndian.Uint32(element[leafKeySize:]))
				bucket, err := t.read(at+pageHeader+int64(from)+value, 8)
				if err != nil {
					return nil, err
				}
				if root := binary.NativeEndian.Uint64(bucket); root != 0 { // a small bucket is within the leaf
					buckets = append(buckets, root)
				}
			}
		}
	}
	return buckets, nil
}

func (t *tree) read(at int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := t.file.ReadAt(b, at); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return b, nil
}

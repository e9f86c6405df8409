package dingtalkbolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// bucketName is the name of the only bucket of a file.
var bucketName = []byte("dingtalk-mirror")

// Open opens the file of a mirror, or creates it with mode 0600 in a directory that must exist. It reads all of an existing
// file, half a second for 100,000 users, and fails with ErrDamaged if that is not whole. While another process has the file
// open, it fails with mirror.ErrInUse.
func Open(path string, opts ...Option) (mirror.Store, error) {
	s := settings{lockTimeout: time.Second}
	for _, opt := range opts {
		if opt != nil {
			opt(&s)
		}
	}
	db, err := open(path, s)
	if err != nil {
		return nil, fmt.Errorf("dingtalkbolt: cannot open %s: %w", path, err)
	}
	return newStore(db), nil
}

func open(path string, s settings) (*bolt.DB, error) {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("its directory does not exist: create it, or choose another one")
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, errors.New("it is a directory")
	}
	if err == nil && info.Size() > 0 {
		if err := check(path, s); err != nil {
			return nil, err
		}
	}
	db, err := openDB(path, s, bolt.Options{
		InitialMmapSize: initialMmapSize(),
		FreelistType:    bolt.FreelistMapType,
		NoFreelistSync:  true, // it follows from the rest, which Open reads anyway
	})
	if err != nil {
		return nil, err
	}
	if err := createBucket(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openDB opens a file with bbolt.
func openDB(path string, s settings, options bolt.Options) (*bolt.DB, error) {
	options.Timeout = max(s.lockTimeout, 100*time.Millisecond)
	options.NoStatistics = true
	db, err := bolt.Open(path, 0o600, &options)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, mirror.ErrInUse
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return nil, errno // Open names the path
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return db, nil
}

// initialMmapSize is the size up to which the file can grow while a View runs. On Windows the file would have that size.
func initialMmapSize() int {
	size := int64(1) << 32
	switch {
	case runtime.GOOS == "windows":
		return 0
	case strconv.IntSize == 32:
		return 1 << 26
	default:
		return int(size)
	}
}

// createBucket creates the bucket in a new file, after the file's name is durable.
func createBucket(db *bolt.DB) error {
	isNew := false
	err := db.View(func(tx *bolt.Tx) error {
		isNew = tx.Bucket(bucketName) == nil
		return nil
	})
	if err != nil || !isNew {
		return err
	}
	if err := syncDir(filepath.Dir(db.Path())); err != nil {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket(bucketName)
		return err
	})
}

// syncDir makes the name of a new file durable. Windows does that by itself.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

package provision

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// journalFile is the file of a journal. Tests replace it with one that fails.
type journalFile interface {
	io.ReadWriteSeeker
	io.Closer
	Truncate(size int64) error
	Sync() error
	SyncDir() error // makes the file's name durable, too
}

// osFile is a journalFile of the operating system.
type osFile struct{ *os.File }

// SyncDir syncs the directory. Some operating and file systems do not support that.
func (f osFile) SyncDir() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

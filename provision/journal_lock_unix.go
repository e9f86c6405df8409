//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package provision

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock locks a journal. The system releases the lock when the process ends, even if it is killed.
func lock(file *os.File) (unlock func(), err error) {
	fd := int(file.Fd()) //nolint:gosec // descriptors are small
	for {
		err = syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, ErrJournalInUse
	case err != nil:
		return nil, fmt.Errorf("provision: journal: locking: %w", err)
	}
	return func() { _ = syscall.Flock(fd, syscall.LOCK_UN) }, nil
}

//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package provision

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lock locks a journal by a file beside it. After a kill, that file must be removed by hand.
func lock(file *os.File) (unlock func(), err error) {
	name := file.Name() + ".lock"
	beside, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%w; if no other process is running, remove %s", ErrJournalInUse, name)
	case err != nil:
		return nil, fmt.Errorf("provision: journal: locking: %w", err)
	}
	_, _ = fmt.Fprintln(beside, os.Getpid())
	_ = beside.Close()
	return func() { _ = os.Remove(name) }, nil
}

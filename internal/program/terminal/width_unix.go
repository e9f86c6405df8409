//go:build darwin || dragonfly || freebsd || linux || netbsd

package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

// width returns the number of columns of a terminal, which may be 0, and reports whether the file is a terminal.
func width(file *os.File) (columns int, ok bool) {
	conn, err := file.SyscallConn()
	if err != nil {
		return 0, false
	}
	var size struct{ rows, columns, x, y uint16 }
	err = conn.Control(func(fd uintptr) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size))) //nolint:gosec // the system call's form
		ok = errno == 0
	})
	return int(size.columns), ok && err == nil
}

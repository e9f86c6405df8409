//go:build !(darwin || dragonfly || freebsd || linux || netbsd)

package terminal

import "os"

// width reports whether the file is a terminal, or another device that is not a file. The number of columns is unknown.
func width(file *os.File) (columns int, ok bool) {
	info, err := file.Stat()
	return 0, err == nil && info.Mode()&os.ModeCharDevice != 0
}

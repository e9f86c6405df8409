// Package filelock keeps two processes from working on the same file.
package filelock

import "os"

// Lock locks an open file, or returns an error at once if another process, or another opening of the file, has locked it.
// The system releases the lock when the process ends, even by a kill.
func Lock(f *os.File) error { return lock(f) }

// Unlock releases the lock.
func Unlock(f *os.File) { unlock(f) }

//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime returns the CPU time that the process has used so far.
func cpuTime() time.Duration {
	var rusage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &rusage) // cannot fail for the calling process
	return time.Duration(rusage.Utime.Nano() + rusage.Stime.Nano())
}

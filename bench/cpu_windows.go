package main

import (
	"syscall"
	"time"
)

// cpuTime returns the CPU time that the process has used so far.
func cpuTime() time.Duration {
	self, _ := syscall.GetCurrentProcess() // cannot fail, as the next call for it
	var created, exited, kernel, user syscall.Filetime
	_ = syscall.GetProcessTimes(self, &created, &exited, &kernel, &user)
	return duration(kernel) + duration(user)
}

// duration converts a number of 100 ns.
func duration(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32+int64(t.LowDateTime)) * 100
}

//go:build unix

package redisserver

import (
	"os"
	"syscall"
)

// canSuspend reports whether a process can be suspended.
const canSuspend = true

func suspend(p *os.Process) error { return p.Signal(syscall.SIGSTOP) }
func resume(p *os.Process) error  { return p.Signal(syscall.SIGCONT) }

//go:build !unix

package redisserver

import (
	"errors"
	"os"
)

// canSuspend reports whether a process can be suspended.
const canSuspend = false

func suspend(*os.Process) error { return errors.ErrUnsupported }
func resume(*os.Process) error  { return errors.ErrUnsupported }

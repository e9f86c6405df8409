package main

import (
	"fmt"
	"os"
	"testing"
)

// TestMain serves, too: the program under test starts itself once more.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		if err := run(nil, os.Args[1:]); err != nil { //nolint:staticcheck // serve takes no context
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	trustServers()
	os.Exit(m.Run())
}

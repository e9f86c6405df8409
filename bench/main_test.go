package main

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the test binary as a server if its first argument is "serve", because the program starts itself as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		if err := serve(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	trustServers()
	os.Exit(m.Run())
}

// Package e2e tests the client from outside: scenarios that go from a public method through the emulator and back. It
// contains tests only, and its files are named for what they test; setup_test.go holds what all of them share. The
// fault matrix is in package matrix.
//
// With -short, tests are skipped that start processes, read large organizations, or make tens of thousands of calls.
package e2e

//go:build !race && goexperiment.jsonv2

package e2e_test

// newDecoder reports whether encoding/json has the decoder of Go 1.27, which GOEXPERIMENT=jsonv2 selects in Go 1.26.
const newDecoder = true

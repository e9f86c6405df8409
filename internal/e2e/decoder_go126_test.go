//go:build !race && !goexperiment.jsonv2

package e2e_test

const newDecoder = false

// Package mirrortest tests implementations of mirror.Store.
package mirrortest

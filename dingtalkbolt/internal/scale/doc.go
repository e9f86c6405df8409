// Package scale has no code. Its tests prove a mirror on dingtalkbolt at the size of a large organization and over a whole
// day, in virtual time against the emulator, and compare it with the usual ways to keep a copy.
package scale

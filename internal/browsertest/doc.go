// Package browsertest tests the console of the emulator as people see it, in headless Chromium. It is a module of its
// own because of the browser's driver; make test-browser runs it.
package browsertest

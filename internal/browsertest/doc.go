// Package browsertest tests the console of the emulator in headless Chromium. It is a separate module because of its
// dependency on a browser driver; make test-browser runs it.
package browsertest

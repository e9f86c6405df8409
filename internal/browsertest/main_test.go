package browsertest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	program = flag.String("chromium", "", "path of the browser; by default it is found in the PATH")
	update  = flag.Bool("update", false, "retake the pictures in docs/images")
)

// browser is the context of the browser that all tests share.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	path, err := chromium()
	if err != nil {
		return 0, err
	}
	profile, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	allocator, kill := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // root cannot use the sandbox, and the browser visits only the console
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-back-forward-cache", true), // leaving a page discards it
	)...)
	defer kill()
	var quit context.CancelFunc
	browser, quit = chromedp.NewContext(allocator)
	defer quit()
	if err := chromedp.Do(browser); err != nil {
		return 0, fmt.Errorf("%s does not start: %w", path, err)
	}
	return m.Run(), nil
}

// chromium returns the path of the browser. Without a browser the tests fail, because a skip would look like success.
func chromium() (string, error) {
	if *program != "" {
		return *program, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium in the PATH: install it (on Debian: apt-get install chromium fonts-noto-cjk), " +
		"or name its path: make test-browser CHROMIUM=/path/to/chromium")
}

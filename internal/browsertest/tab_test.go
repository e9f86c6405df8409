package browsertest

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// waitTimeout is the time for a condition to become true on a busy machine.
const waitTimeout = 15 * time.Second

// view describes the screen and browser of a viewer. The zero value is a light screen, 1440 px wide, in English.
type view struct {
	width    int64
	dark     bool
	language string // as in Accept-Language
	noScript bool
}

// tab is a tab of the browser with its own cookies. Its test fails if the browser reports an error.
type tab struct {
	t       *testing.T
	ctx     context.Context
	console string // address of the first page; it ends with a slash
	*browserErrors
}

// open opens a tab on a page of the console.
func open(t *testing.T, console, page string, view view) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, 10*waitTimeout)
	t.Cleanup(cancel)
	address, err := url.Parse(console)
	require.NoError(t, err)
	browserErrors, err := collectErrors(ctx, address.Host)
	require.NoError(t, err)
	tab := &tab{t, ctx, console, browserErrors}
	t.Cleanup(func() { assert.Empty(t, tab.all(), "errors of the browser") })

	width, language, scheme := view.width, view.language, "light"
	if width == 0 {
		width = 1440
	}
	if language == "" {
		language = "en"
	}
	if view.dark {
		scheme = "dark"
	}
	tab.run(
		chromedp.EmulateViewport(width, 900),
		set(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}),
		set(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		set(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: view.noScript}),
		set(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}),
	)
	tab.visit(page)
	return tab
}

// run runs steps that need not wait for the page.
func (tab *tab) run(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, waitTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tab.fail("%v", err)
	}
}

// visit opens a page of the console, such as "log".
func (tab *tab) visit(page string) {
	tab.t.Helper()
	tab.run(chromedp.Navigate(tab.console + page))
}

// waitForText waits until an element that matches the selector shows a text, and returns the whole text of the element.
func (tab *tab) waitForText(selector, text string) string {
	tab.t.Helper()
	find := "[...document.querySelectorAll(" + quote(selector) + ")].find(e => e.innerText.includes(" + quote(text) + "))"
	tab.waitFor(selector+" shows "+text, "!!"+find)
	return evaluate[string](tab, find+"?.innerText ?? ''")
}

// waitForNoText waits until no element that matches the selector shows a text.
func (tab *tab) waitForNoText(selector, text string) {
	tab.t.Helper()
	tab.waitFor(selector+" no longer shows "+text,
		"[...document.querySelectorAll("+quote(selector)+")].every(e => !e.innerText.includes("+quote(text)+"))")
}

// waitFor waits until a JavaScript condition is true.
func (tab *tab) waitFor(what, condition string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, waitTimeout)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		once, stop := context.WithTimeout(ctx, waitTimeout/5) // an evaluation may hang when its page is unloaded
		met, err := chromedp.Run(once, chromedp.Evaluate[bool](condition))
		stop()
		if met && err == nil {
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			tab.fail("timeout waiting until %s: %v", what, err)
		}
	}
}

// click clicks in the middle of an element with the mouse, as soon as the element exists and the page is loaded: until
// then its style may move the element away.
func (tab *tab) click(selector string) {
	tab.t.Helper()
	tab.waitFor(selector+" exists", "document.readyState == 'complete' && !!document.querySelector("+quote(selector)+")")
	tab.run(chromedp.Click(selector, chromedp.NodeVisible))
}

// fill replaces the text of a field by typing.
func (tab *tab) fill(selector, text string) {
	tab.t.Helper()
	tab.run(chromedp.Clear(selector), chromedp.SendKeys(selector, text))
}

// choose selects an option by its value, with the keyboard.
func (tab *tab) choose(selector, value string) {
	tab.t.Helper()
	option := evaluate[string](tab, "[...document.querySelector("+quote(selector)+").options].find(o => o.value == "+quote(value)+")?.text ?? ''")
	require.NotEmpty(tab.t, option, "%s has no option %s", selector, value)
	tab.run(chromedp.SendKeys(selector, option))
	require.Equal(tab.t, value, evaluate[string](tab, "document.querySelector("+quote(selector)+").value"))
}

// set sets the value of a field at once.
func (tab *tab) set(selector, value string) {
	tab.t.Helper()
	tab.run(chromedp.Evaluate[chromedp.Void]("document.querySelector(" + quote(selector) + ").value = " + quote(value)))
}

// press presses keys one after another, at the current focus.
func (tab *tab) press(keys string) {
	tab.t.Helper()
	tab.run(chromedp.KeyEvent(keys))
}

// texts returns the texts of all elements that match the selector.
func (tab *tab) texts(selector string) []string {
	tab.t.Helper()
	return evaluate[[]string](tab, "[...document.querySelectorAll("+quote(selector)+")].map(e => e.innerText)")
}

// fail fails the test and logs the text of the page.
func (tab *tab) fail(format string, args ...any) {
	tab.t.Helper()
	tab.t.Logf(format, args...)
	ctx, cancel := context.WithTimeout(tab.ctx, waitTimeout)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location + '\\n' + document.body?.innerText"))
	tab.t.Fatalf("the page (%v): %.4000s", err, shown)
}

// evaluate returns the value of a JavaScript expression.
func evaluate[T any](tab *tab, expression string) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, waitTimeout)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tab.fail("%s: %v", expression, err)
	}
	return value
}

// set returns a step that runs a command without a result.
func set[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// quote returns a text as a JavaScript string literal.
func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return strings.TrimSpace(string(quoted))
}

// clickControl presses the button of a control, and waits for the notice that confirms it.
func (tab *tab) clickControl(button string) {
	tab.t.Helper()
	tab.run(chromedp.Evaluate[chromedp.Void]("document.querySelector('#notice')?.remove()"))
	tab.click(button)
	tab.waitFor("there is a notice", "document.readyState == 'complete' && !!document.querySelector('#notice')?.innerText.trim()")
}

// confirm presses the button of a control that asks first, and confirms.
func (tab *tab) confirm(button string) {
	tab.t.Helper()
	tab.click(button)
	tab.clickControl(".question button")
}

// hide moves the tab to the background or the foreground.
func (tab *tab) hide(hidden bool) {
	tab.t.Helper()
	tab.run(chromedp.Evaluate[chromedp.Void]("Object.defineProperty(document, 'hidden', {configurable: true, value: " +
		strconv.FormatBool(hidden) + "}); document.dispatchEvent(new Event('visibilitychange'))"))
}

// markPage marks the current page for requireSamePage.
func (tab *tab) markPage() {
	tab.t.Helper()
	tab.run(chromedp.Evaluate[chromedp.Void]("window.marked = true"))
}

// requireSamePage requires that no page was loaded since markPage.
func (tab *tab) requireSamePage() {
	tab.t.Helper()
	require.True(tab.t, evaluate[bool](tab, "!!window.marked"), "the page was reloaded")
}

// tabTo presses Tab until an element has the focus, which must be visible.
func (tab *tab) tabTo(selector string) {
	tab.t.Helper()
	tab.waitFor(selector+" exists", "!!document.querySelector("+quote(selector)+")")
	for range 100 {
		tab.press(kb.Tab)
		if evaluate[bool](tab, "document.activeElement.matches("+quote(selector)+")") {
			require.True(tab.t, evaluate[bool](tab, "getComputedStyle(document.activeElement).outlineStyle != 'none'"), "%s shows no focus", selector)
			return
		}
	}
	tab.fail("Tab does not lead to %s", selector)
}

func str[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

func escape(text string) string { return url.QueryEscape(text) }

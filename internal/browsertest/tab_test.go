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

// patience is how long a condition may take to come true, on a machine that is busy with other tests.
const patience = 15 * time.Second

// look is how somebody looks at the console. The zero value is a bright screen, 1440 px wide, in English.
type look struct {
	width    int64
	dark     bool
	language string // as in Accept-Language
	noScript bool
}

// tab is a tab of the browser with cookies of its own, and who sits in front of it. Its test fails if the browser has
// a complaint.
type tab struct {
	t       *testing.T
	ctx     context.Context
	console string // address of the first page; it ends with a slash
	*complaints
}

// open opens a tab on a page of the console.
func open(t *testing.T, console, page string, look look) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, 10*patience)
	t.Cleanup(cancel)
	address, err := url.Parse(console)
	require.NoError(t, err)
	complaints, err := listen(ctx, address.Host)
	require.NoError(t, err)
	tab := &tab{t, ctx, console, complaints}
	t.Cleanup(func() { assert.Empty(t, tab.all(), "complaints of the browser") })

	width, language, scheme := look.width, look.language, "light"
	if width == 0 {
		width = 1440
	}
	if language == "" {
		language = "en"
	}
	if look.dark {
		scheme = "dark"
	}
	tab.do(
		chromedp.EmulateViewport(width, 900),
		set(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}),
		set(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		set(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: look.noScript}),
		set(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}),
	)
	tab.visit(page)
	return tab
}

// do carries out what takes no waiting for the page.
func (tab *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tab.fail("%v", err)
	}
}

// visit opens a page of the console, such as "log".
func (tab *tab) visit(page string) {
	tab.t.Helper()
	tab.do(chromedp.Navigate(tab.console + page))
}

// reads waits until an element of a selector shows a text, and returns all that it shows.
func (tab *tab) reads(selector, text string) string {
	tab.t.Helper()
	find := "[...document.querySelectorAll(" + quote(selector) + ")].find(e => e.innerText.includes(" + quote(text) + "))"
	tab.until(selector+" reads "+text, "!!"+find)
	return evaluate[string](tab, find+"?.innerText ?? ''")
}

// gone waits until no element of a selector shows a text.
func (tab *tab) gone(selector, text string) {
	tab.t.Helper()
	tab.until(selector+" reads "+text+" no more",
		"[...document.querySelectorAll("+quote(selector)+")].every(e => !e.innerText.includes("+quote(text)+"))")
}

// until waits for a condition in JavaScript.
func (tab *tab) until(what, condition string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		once, stop := context.WithTimeout(ctx, patience/5) // a page that goes may take the question with it
		met, err := chromedp.Run(once, chromedp.Evaluate[bool](condition))
		stop()
		if met && err == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			tab.fail("it never came true that %s: %v", what, err)
		}
	}
}

// click clicks in the middle of the element with the mouse, as soon as it is there.
func (tab *tab) click(selector string) {
	tab.t.Helper()
	tab.until(selector+" is there", "!!document.querySelector("+quote(selector)+")")
	tab.do(chromedp.Click(selector, chromedp.NodeVisible))
}

// fill types a text into a field in place of what is there.
func (tab *tab) fill(selector, text string) {
	tab.t.Helper()
	tab.do(chromedp.Clear(selector), chromedp.SendKeys(selector, text))
}

// choose chooses an option of a select by its value, with the keyboard.
func (tab *tab) choose(selector, value string) {
	tab.t.Helper()
	option := evaluate[string](tab, "[...document.querySelector("+quote(selector)+").options].find(o => o.value == "+quote(value)+")?.text ?? ''")
	require.NotEmpty(tab.t, option, "%s has no option %s", selector, value)
	tab.do(chromedp.SendKeys(selector, option))
	require.Equal(tab.t, value, evaluate[string](tab, "document.querySelector("+quote(selector)+").value"))
}

// press presses keys one after the other, wherever the focus is.
func (tab *tab) press(keys string) {
	tab.t.Helper()
	tab.do(chromedp.KeyEvent(keys))
}

// texts is what all elements of a selector show.
func (tab *tab) texts(selector string) []string {
	tab.t.Helper()
	return evaluate[[]string](tab, "[...document.querySelectorAll("+quote(selector)+")].map(e => e.innerText)")
}

// fail ends the test and says what the page shows.
func (tab *tab) fail(format string, args ...any) {
	tab.t.Helper()
	tab.t.Logf(format, args...)
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location + '\\n' + document.body?.innerText"))
	tab.t.Fatalf("the page (%v): %.4000s", err, shown)
}

// evaluate is the value of an expression in JavaScript.
func evaluate[T any](tab *tab, expression string) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tab.fail("%s: %v", expression, err)
	}
	return value
}

// set is a command that returns nothing, as a step.
func set[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// quote is a text as JavaScript spells it.
func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return strings.TrimSpace(string(quoted))
}

// turn presses the button of a control, and waits for the page that says that it was turned.
func (tab *tab) turn(button string) {
	tab.t.Helper()
	tab.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#notice')?.remove()"))
	tab.click(button)
	tab.until("there is a notice", "document.readyState == 'complete' && !!document.querySelector('#notice')?.innerText.trim()")
}

// hide puts the tab into the background, or back.
func (tab *tab) hide(hidden bool) {
	tab.t.Helper()
	tab.do(chromedp.Evaluate[chromedp.Void]("Object.defineProperty(document, 'hidden', {configurable: true, value: " +
		strconv.FormatBool(hidden) + "}); document.dispatchEvent(new Event('visibilitychange'))"))
}

// stay marks the page that is shown, for stayed.
func (tab *tab) stay() {
	tab.t.Helper()
	tab.do(chromedp.Evaluate[chromedp.Void]("window.stayed = true"))
}

// stayed makes sure that what changed since stay did so without another page being loaded.
func (tab *tab) stayed() {
	tab.t.Helper()
	require.True(tab.t, evaluate[bool](tab, "!!window.stayed"), "the page was loaded anew")
}

// tabTo presses Tab until an element has the focus, which must be seen.
func (tab *tab) tabTo(selector string) {
	tab.t.Helper()
	tab.until(selector+" is there", "!!document.querySelector("+quote(selector)+")")
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

package browsertest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loginExample is a running examples/login, on its emulator.
type loginExample struct {
	base, emulator string // addresses, without a slash at the end
	interrupt      func() // ends it, and requires that it ends well
}

func startLoginExample(t *testing.T) loginExample {
	t.Helper()
	ctx, kill := context.WithCancel(context.Background()) //nolint:usetesting // the cleanup waits for the program after t.Context ends
	program := exec.CommandContext(ctx, buildExample(t, "login"), "-addr", "127.0.0.1:0")
	program.Env = []string{}
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		kill()
		_ = program.Wait()
	})
	var e loginExample
	for lines := bufio.NewScanner(out); e.base == "" && lines.Scan(); {
		if address, found := strings.CutPrefix(lines.Text(), "console of the emulator: "); found {
			e.emulator = strings.TrimSuffix(address, "/console/")
		}
		if rest, found := strings.CutPrefix(lines.Text(), "open "); found {
			e.base, _, _ = strings.Cut(rest, " ")
		}
	}
	require.NotEmpty(t, e.base)
	require.NotEmpty(t, e.emulator)
	e.interrupt = func() {
		require.NoError(t, program.Process.Signal(os.Interrupt))
		require.NoError(t, program.Wait(), "the exit code is 0")
	}
	return e
}

// buildExample builds a program under examples/ and returns its path.
func buildExample(t *testing.T, name string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./examples/"+name)
	build.Dir = filepath.Join("..", "..")
	built, err := build.CombinedOutput()
	require.NoError(t, err, "%s", built)
	return binary
}

// open opens a tab on the site.
func (e loginExample) open(t *testing.T, view view) *tab {
	t.Helper()
	tab := open(t, e.base+"/", "", view)
	tab.ignore("request to another host: " + e.emulator + "/oauth2/")
	return tab
}

// signIn begins on the site, and sends the form of the login page: for a person, with a decision.
func (e loginExample) signIn(tab *tab, person, decision string) {
	tab.t.Helper()
	tab.visit("")
	tab.click("a.button")
	tab.click(`[name="person"][value$="/` + person + `"]`)
	tab.click(`[value="` + decision + `"]`)
}

const (
	loginButton  = "Sign in with DingTalk"
	logoutButton = "Sign out"
)

func TestLoginExample_SignsAPersonInAndOut(t *testing.T) {
	t.Parallel()
	e := startLoginExample(t)
	tab := e.open(t, view{noScript: true})
	tab.waitForText("footer", "all people are invented")
	e.signIn(tab, "manager7676", "approve")
	tab.waitForText("h1", "Lin Yue")
	for _, text := range []string{"manager7676", "Engineering", "no"} {
		tab.waitForText("dd", text)
	}
	assert.Equal(t, e.base+"/", evaluate[string](tab, "location.href"), "the address has no code")
	assert.Empty(t, evaluate[string](tab, "document.cookie"), "no script reads the cookie")

	other := e.open(t, view{})
	other.waitForText("a", loginButton) // another browser is another person
	e.signIn(other, "owner1001", "approve")
	other.waitForText("h1", "Chen Rui")
	other.waitForText("dd", "yes")

	tab.click("form button")
	tab.waitForText("a", loginButton)
	tab.waitForNoText("button", logoutButton)
	tab.visit("")
	tab.waitForText("a", loginButton)
	other.visit("")
	other.waitForText("h1", "Chen Rui")
	tab.run(chromedp.Navigate("about:blank")) // the site ends with the program
	other.run(chromedp.Navigate("about:blank"))
	e.interrupt()
}

func TestLoginExample_SignsNoOneInByMistake(t *testing.T) {
	t.Parallel()
	e := startLoginExample(t)
	const members = "Only members of the organization can sign in here."
	for name, tt := range map[string]struct {
		comeBack func(*tab)
		want     string
	}{
		"a refusal":                        {func(tab *tab) { e.signIn(tab, "manager7676", "refuse") }, "because you refused"},
		"a person of another organization": {func(tab *tab) { e.signIn(tab, "mei.tan", "approve") }, members},
		"an external contact":              {func(tab *tab) { e.signIn(tab, "x-5501", "approve") }, members},
		"a real code with a forged state": {func(tab *tab) {
			tab.click("a.button")
			tab.waitForText("h1", "Sign in")
			forged := evaluate[string](tab, `location.href.replace(/([?&]state=)[^&]*/, "$1forged")`)
			require.Contains(t, forged, "state=forged")
			tab.run(chromedp.Navigate(forged))
			tab.click(`[name="person"][value$="/manager7676"]`)
			tab.click(`[value="approve"]`)
		}, "did not begin in this browser"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := e.open(t, view{})
			tab.ignore("403 (Forbidden) " + e.base + "/login/callback?")
			tt.comeBack(tab)
			tab.waitForText(`[role="alert"]`, tt.want)
			tab.waitForText("a", loginButton)
			tab.visit("")
			tab.waitForText("a", loginButton)
			assert.Empty(t, tab.texts("form"), "no one can sign out")
		})
	}
}

func TestLoginExample_FitsTheScreenAndIsReadable(t *testing.T) {
	t.Parallel()
	e := startLoginExample(t)
	for _, view := range []view{{}, {dark: true}, {width: 360}, {width: 360, dark: true}} {
		tab := e.open(t, view)
		tab.ignore("403 (Forbidden) " + e.base + "/login/callback?")
		check := func(selector, text string) {
			tab.waitForText(selector, text)
			tab.waitFor("the style is loaded", "document.readyState == 'complete'")
			assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), evaluate[int64](tab, "innerWidth"), text)
			assert.Empty(t, evaluate[[]string](tab, lowContrastTexts), text)
		}
		check("a", loginButton)
		e.signIn(tab, "x-5501", "refuse")
		check(`[role="alert"]`, "refused")
		e.signIn(tab, "manager7676", "approve")
		check("h1", "Lin Yue")
	}
}

package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

func TestAPersonIsFoundByWhatIsKnownOfThem(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	tab := open(t, p.console, "", look{})
	for _, known := range []string{"Zhao Min", "zhao", "13800001234", "zhao.min", "E-2041"} {
		tab.fill("#search", known)
		tab.press(kb.Enter)
		tab.reads(`#main [data-userid="zhao.min"]`, "Zhao Min")
		assert.Empty(t, tab.texts(`#main [data-userid="lin.yue"]`), known)
		tab.click(`#main [data-userid="zhao.min"] a`)
		tab.reads("h1", "Zhao Min")
	}
	tab.fill("#search", "nobody at all")
	tab.press(kb.Enter)
	tab.until("the address has the question", "location.search.includes('nobody')")
	assert.Empty(t, tab.texts("#main [data-userid]"))
}

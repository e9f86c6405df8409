package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

func TestSearch_FindsAPersonByEachKey(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	tab := open(t, p.console, "", view{})
	for _, key := range []string{"Zhao Min", "zhao", "13800001234", "zhao.min", "E-2041"} {
		tab.fill("#search", key)
		tab.press(kb.Enter)
		tab.waitForText(`#main [data-userid="zhao.min"]`, "Zhao Min")
		assert.Empty(t, tab.texts(`#main [data-userid="lin.yue"]`), key)
		tab.click(`#main [data-userid="zhao.min"] a`)
		tab.waitForText("h1", "Zhao Min")
	}
	tab.fill("#search", "nothing at all")
	tab.press(kb.Enter)
	tab.waitFor("the address has the query", "location.search.includes('nothing')")
	assert.Empty(t, tab.texts("#main [data-userid]"))
}

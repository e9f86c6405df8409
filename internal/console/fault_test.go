package console

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestFaultForm_InjectsEveryFault(t *testing.T) {
	t.Parallel()
	values := map[string]string{"Code": "60121", "HTTPStatus": "502", "Slow": "1.5"}
	names := map[string]string{"Code": "Code(60121)", "HTTPStatus": "HTTPStatus(502)", "Slow": "Slow(1.5s)"}
	b := newBench(t)
	page := html.UnescapeString(get(t, b.console, "/console/controls"))
	chinesePage := html.UnescapeString(get(t, b.console, "/console/controls", "Accept-Language", "zh"))
	kinds := 0
	for _, group := range faultGroups() {
		for _, kind := range group.Kinds {
			kinds++
			what, becomes := allMessages()[kind.What()], allMessages()[group.Text]
			assert.Contains(t, page, what.en+" "+becomes.en, kind.Name)
			assert.Contains(t, chinesePage, what.zh+" "+becomes.zh, kind.Name)
			assert.Contains(t, page, `<option value="`+kind.Name+`">`)

			require.NoError(t, b.ClearFaults(""))
			form := formOf("operation", "GetUser", "fault", kind.Name, "value", values[kind.Name], "times", "2")
			require.Equal(t, http.StatusSeeOther, send(t, b.console, "fault", form).StatusCode, kind.Name)
			line := b.Faults()[0]
			name := names[kind.Name]
			if name == "" {
				name = kind.Name
			}
			assert.Equal(t, name, emulator.FaultName(line.Fault))

			waiting, _, _ := strings.Cut(html.UnescapeString(get(t, b.console, "/console/controls")), `aria-labelledby="inject"`)
			for _, shown := range []string{`data-op="GetUser" data-times="2"`, name, what.en + " " + becomes.en} {
				assert.Contains(t, waiting, shown, kind.Name)
			}
		}
	}
	assert.Equal(t, 14, kinds)

	require.NoError(t, b.ClearFaults(""))
	require.NoError(t, b.Fail("GetUser", emulator.Throttled.AfterWork(), 1))
	waiting, _, _ := strings.Cut(html.UnescapeString(get(t, b.console, "/console/controls")), `aria-labelledby="inject"`)
	assert.Contains(t, waiting, "90018 with an end time. The work is done.")
}

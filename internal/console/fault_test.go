package console

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// faultValues holds a value for each kind of fault that takes one, and how the page words the fault.
var faultValues = map[string]struct{ field, value, en, zh string }{
	"Code":       {"code", "60121", "error code 60121", "错误码 60121"},
	"HTTPStatus": {"status", "502", "HTTP status 502 from a proxy", "代理返回 HTTP 状态码 502"},
	"StringCode": {"reason", "429 system.busy", "HTTP status 429 with the code system.busy", "HTTP 状态码 429，错误码 system.busy"},
	"Omit":       {"field", "title", "success without title", "成功响应缺少 title"},
	"Slow":       {"delay", "1.5", "response late by 1.5s", "响应延迟 1.5s"},
}

func TestFaultForm_InjectsEveryFault(t *testing.T) {
	t.Parallel()
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
			assert.Contains(t, page, `<option value="`+kind.Name+`"`)

			require.NoError(t, b.ClearFaults(""))
			with := faultValues[kind.Name]
			require.Equal(t, kind.Value, with.field)
			op := "GetUser"
			if kind.Name == "StringCode" {
				op = "GetOAuth2Token"
			}
			form := formOf("operation", op, "fault", kind.Name, with.field, with.value, "times", "2")
			require.Equal(t, http.StatusSeeOther, send(t, b.console, "fault", form).StatusCode, kind.Name)
			assert.Equal(t, kind.Name, b.Faults()[0].Fault.Parts().Name)

			name := allMessages()[kind.Text()]
			if with.en != "" {
				name = message{with.en, with.zh}
			}
			english, chinese := queueOf(t, b, "en"), queueOf(t, b, "zh")
			for _, shown := range []string{`data-op="` + op + `" data-times="2" data-fault="` + kind.Name + `"`, name.en + "<", what.en + " " + becomes.en} {
				assert.Contains(t, english, shown, kind.Name)
			}
			for _, shown := range []string{name.zh + "<", what.zh + " " + becomes.zh} {
				assert.Contains(t, chinese, shown, kind.Name)
			}
		}
	}
	assert.Equal(t, len(emulator.NamedFaults())+len(faultValues), kinds, "all faults of the emulator can be injected")

	require.NoError(t, b.ClearFaults(""))
	require.NoError(t, b.Fail("GetUser", emulator.Throttled.AfterWork(), 1))
	assert.Contains(t, queueOf(t, b, "en"), "rate limit exceeded (90018) after the change was applied<")
	assert.Contains(t, queueOf(t, b, "en"), "90018 with an end time. The change is applied.")
	assert.Contains(t, queueOf(t, b, "zh"), "超出限流（90018） 在变更生效之后<")
}

// queueOf returns the part of the controls above the form of faults.
func queueOf(t *testing.T, b bench, lang string) string {
	t.Helper()
	waiting, _, _ := strings.Cut(html.UnescapeString(get(t, b.console, "/console/controls", "Accept-Language", lang)), `aria-labelledby="inject"`)
	return waiting
}

// The pages are for administrators and developers of any language, who read HTTP and not Go.
func TestFault_TextsHaveNoNamesOfGo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.NoError(t, b.ClearFaults(""))
	faults := []emulator.Fault{
		emulator.Code(60121), emulator.HTTPStatus(502), emulator.Slow(time.Second), emulator.Hang.AfterWork(),
	}
	var names []string
	for name, f := range emulator.NamedFaults() {
		faults = append(faults, f)
		names = append(names, name)
	}
	for _, f := range faults {
		require.NoError(t, b.Fail("GetUser", f, 1))
		require.NoError(t, b.Fail("ListSubDepartmentIDs", f, 1))
		if f.Parts().Name != "Hang" {
			sendRaw(t, b.Server, subPath, `{}`)
		} else {
			require.NoError(t, b.ClearFaults("ListSubDepartmentIDs"))
		}
	}
	for _, target := range []string{"/console/controls", "/console/log"} {
		page := open(t, b.console, target).one(t, "main").text()
		for _, name := range append(names, "HTTPStatus", "StringCode", "AfterWork", "Omit", "Code(", "Slow(") {
			assert.NotContains(t, page, name, target)
		}
	}
	assert.Contains(t, get(t, b.console, "/console/log"), "fault: response lost after the change was applied")
	assert.Contains(t, get(t, b.console, "/console/log", "Accept-Language", "zh"), "故障： 变更生效之后响应丢失")
}

func TestFaultForm_TakesOnlyTheValueOfItsKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.NoError(t, b.ClearFaults(""))
	send(t, b.console, "fault", formOf("operation", "GetUser", "fault", "Throttled", "times", "1", "code", "left over", "status", "x"))
	send(t, b.console, "fault", formOf("operation", "GetUser", "fault", "HTTPStatus", "times", "1", "code", "60121", "status", "503"))
	assert.Equal(t, []emulator.QueuedFault{
		{Op: "GetUser", Fault: emulator.Throttled, Times: 1}, {Op: "GetUser", Fault: emulator.HTTPStatus(503), Times: 1},
	}, b.Faults())
}

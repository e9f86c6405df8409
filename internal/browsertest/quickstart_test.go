package browsertest

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestQuickstart_IsShownInTheConsole(t *testing.T) {
	t.Parallel()
	program := startQuickstart(t)
	_, rest, _ := strings.Cut(program.readUntil("Press Enter to begin "), "\nconsole: ")
	console, _, found := strings.Cut(rest, "\n")
	require.True(t, found, rest)
	tab := open(t, console, "", view{})
	tab.click(`a[data-department="724960197"]`)
	tab.waitForText("h1", "Engineering")
	tab.waitForNoText("[data-userid]", "Zhao Min")
	tab.markPage()

	program.enter("Press Enter to call ListSubDepartmentIDs ")
	program.enter("Press Enter to call CreateUser ")
	printed := program.enter("Press Enter to call GetUser ")
	tab.waitForText(`[data-userid="zhao.min"]`, "Zhao Min")
	tab.requireSamePage()

	tab.click(`[data-userid="zhao.min"] a`)
	tab.waitForText("h1", "Zhao Min")
	require.Contains(t, printed, "user information page: "+evaluate[string](tab, "location.href")+"\n")
	tab.waitForText(`[data-field="title"]`, "Engineer")
	tab.waitForText(`[data-field="remark"]`, "Created by the quickstart")
	tab.markPage()

	program.enter("Press Enter to call UpdateUser ")
	program.enter("Press Enter to call GetUser ")
	tab.waitForText(`[data-field="title"]`, "Technical Director")
	tab.waitForText(`[data-field="remark"]`, "Updated by the quickstart")
	tab.requireSamePage()

	program.enter("Press Enter to call DeleteUser ")
	program.enter("Press Enter to call GetUser ")
	tab.ignore("404 (Not Found) " + console + "users/zhao.min")
	tab.waitForText("h1", "Not found")
	tab.requireSamePage()

	program.enter("Press Enter to end ")
	tab.visit("log")
	for _, op := range []string{"GetToken", "ListSubDepartmentIDs", "CreateUser", "GetUser", "UpdateUser", "DeleteUser"} {
		tab.waitForText(`[data-op="`+op+`"]`, op)
	}
	tab.waitForText(`[data-op="GetUser"][data-code="60121"]`, "60121")
	tab.run(chromedp.Navigate("about:blank")) // the console ends with the program
	program.enter("")
	require.NoError(t, program.wait())
}

// quickstart is a running examples/quickstart -console, driven by its input.
type quickstart struct {
	t    *testing.T
	out  *bufio.Reader
	keys io.Writer
	wait func() error
}

func startQuickstart(t *testing.T) *quickstart {
	t.Helper()
	ctx, kill := context.WithCancel(context.Background()) //nolint:usetesting // the cleanup waits for the program after t.Context ends
	run := exec.CommandContext(ctx, buildExample(t, "quickstart"), "-console")
	run.Env = []string{} // without credentials it runs on the emulator
	run.Stderr = os.Stderr
	keys, err := run.StdinPipe()
	require.NoError(t, err)
	out, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		kill()
		_ = run.Wait()
	})
	return &quickstart{t, bufio.NewReader(out), keys, run.Wait}
}

// enter presses Enter, and reads up to a text.
func (q *quickstart) enter(text string) string {
	q.t.Helper()
	_, err := io.WriteString(q.keys, "\n")
	require.NoError(q.t, err)
	return q.readUntil(text)
}

// readUntil reads the output up to a text, or to the end if the text is empty.
func (q *quickstart) readUntil(text string) string {
	q.t.Helper()
	var read strings.Builder
	for text == "" || !strings.HasSuffix(read.String(), text) {
		b, err := q.out.ReadByte()
		if text == "" && err == io.EOF {
			break
		}
		require.NoError(q.t, err, "%s", &read)
		read.WriteByte(b)
	}
	return read.String()
}

package watch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestMirror_PrintsACompleteCopyOfTheEmulator(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "directory.db")
	code, out, errOut := apptest.Run(t.Context(), Command, nil, "", "-emulator", "-mirror", file)
	require.Zero(t, code, errOut)
	created := map[string]int{}
	for line := range strings.Lines(out) {
		if _, kind, found := strings.Cut(line, `"kind":"`); found && !strings.Contains(line, `"before":`) {
			created[kind[:strings.Index(kind, `"`)]]++
		}
	}
	require.Equal(t, 60, created["user"])
	require.Equal(t, 17, created["department"])
	require.FileExists(t, file)
}

func TestMirror_GoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "directory.db")
	w := watch(t, "-mirror", file)
	w.srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao \x1b[2JMin"})
	require.Eventually(t, func() bool { return strings.Contains(w.out.String(), `"userid":"zhao.min","after"`) }, time.Minute, time.Millisecond)
	require.NotContains(t, w.out.String(), "\x1b")
	require.Eventually(t, func() bool { return strings.Contains(w.err.String(), "last scan") }, time.Minute, time.Millisecond)

	code, _, errOut := apptest.Run(t.Context(), Command, w.env, "", "-mirror", file)
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut, "in use")

	w.interrupt()
	require.Equal(t, cli.OK, <-w.ended, w.err.String())

	w.srv.AddUser(dingtalktest.User{UserID: "li.lei", Name: "Li Lei"}) // while it does not run
	code, out, errOut := apptest.Run(t.Context(), Command, w.env, "", "-mirror", file, "-count", "1", "-q")
	require.Equal(t, cli.OK, code, errOut)
	require.Equal(t, 1, strings.Count(out, "\n"))
	require.Contains(t, out, `"userid":"li.lei","after"`)
	require.NotContains(t, errOut, "last scan")
}

func TestMirror_ReportsAFailureToWrite(t *testing.T) {
	t.Parallel()
	var errOut strings.Builder
	file := filepath.Join(t.TempDir(), "directory.db")
	code := apptest.Main(Command)(t.Context(), cli.Process{
		Name: apptest.Name, Args: []string{"-emulator", "-mirror", file}, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: clitest.FullDisk{}, Stderr: &errOut,
	})
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut.String(), "no space left")
	require.NoFileExists(t, file+".printed")
}

func TestMirror_NamesAFileThatIsNoCopy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "directory.db")
	require.NoError(t, os.WriteFile(file, []byte("a spreadsheet"), 0o600))
	code, out, errOut := apptest.Run(t.Context(), Command, nil, "", "-emulator", "-mirror", file)
	require.Equal(t, cli.Failed, code)
	require.Empty(t, out)
	require.Contains(t, errOut, file)
}

func TestMirror_EndsAtATimeout(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "directory.db")
	code, _, errOut := apptest.Run(t.Context(), Command, clitest.Environment(t, dingtalktest.New(t)), "", "-timeout", "300ms", "-mirror", file)
	assert.Zero(t, code, errOut)
}

func TestMirror_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-raw"}, {"-o", "table"}} {
		code, out, errOut := apptest.Run(t.Context(), Command, nil, "", append(args, "-emulator", "-mirror", "directory.db")...)
		assert.Equal(t, cli.Usage, code)
		assert.Contains(t, errOut, "-mirror prints lines of JSON without -raw")
		assert.Empty(t, out)
	}
}

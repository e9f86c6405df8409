package main

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// TestMain runs the program instead of the tests if RUN_DINGTALK is set.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_DINGTALK") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// complete returns what the shells offer for a command line. The library reads that of the process.
func complete(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append(args, "--generate-shell-completion")...) //nolint:gosec // this binary
	cmd.Env = []string{"RUN_DINGTALK=1"}
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(out)
}

func TestDingtalk_CompletesCommandsAndFlags(t *testing.T) {
	t.Parallel()
	all := complete(t)
	for _, command := range commands {
		c := command()
		assert.Contains(t, all, c.Name+":"+c.Short+"\n")
		flags := complete(t, c.Name, "--")
		for _, f := range c.Flags {
			assert.Contains(t, flags, "--"+f.Names()[0]+":")
		}
	}
	assert.Contains(t, complete(t, "lookup", "--m"), "--mobile:")
	assert.NotContains(t, complete(t, "lookup", "--m"), "--userid")
}

func TestDingtalk_PrintsCompletionScripts(t *testing.T) {
	t.Parallel()
	for shell, want := range map[string]string{
		"bash": "complete -o bashdefault -o default -F __dingtalk_bash_autocomplete dingtalk", "zsh": "#compdef dingtalk",
		"fish": "complete -c dingtalk -f -a",
	} {
		code, out, errOut := clitest.Run(t.Context(), "dingtalk", app.Main("", commands...), nil, "", "completion", shell)
		assert.Zero(t, code, errOut)
		assert.Contains(t, out, want)
	}
}

func TestDingtalk_IsCompletedByBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no bash")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/dingtalk", []byte("#!"+bash+"\nRUN_DINGTALK=1 exec "+os.Args[0]+" \"$@\"\n"), 0o700)) //nolint:gosec // it is run
	for words, want := range map[string]string{"dingtalk tr": "tree", "dingtalk lookup --use": "--userid", "dingtalk completion z": "zsh"} {
		cmd := exec.CommandContext(t.Context(), bash, "--norc", "-c", `
			_get_comp_words_by_ref() { :; } # of bash-completion, which sets what is set below
			source <(dingtalk completion bash)
			COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) cur=${COMP_WORDS[-1]}
			__dingtalk_bash_autocomplete
			echo "${COMPREPLY[@]}"`, "bash", words) //nolint:gosec // a constant
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Equal(t, want+"\n", string(out))
	}
}

func TestDingtalk_EndsCleanlyOnASignal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a test cannot press Ctrl-C there")
	}
	input, typing, err := os.Pipe() // nothing is typed
	require.NoError(t, err)
	defer func() { _, _ = input.Close(), typing.Close() }()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "lookup", "-emulator")
	cmd.Env, cmd.Stdin = []string{"RUN_DINGTALK=1"}, input
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stderr)
	require.True(t, lines.Scan())
	require.Equal(t, "dingtalk: on the built-in emulator, with invented people", lines.Text())
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.True(t, lines.Scan())
	require.Equal(t, "dingtalk: interrupted", lines.Text())
	require.False(t, lines.Scan())
	require.Error(t, cmd.Wait())
	require.Equal(t, cli.Failed, cmd.ProcessState.ExitCode())
}

// TestDingtalk_PrintsNoColor covers NO_COLOR: there is no escape sequence to switch off.
func TestDingtalk_PrintsNoColor(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"doctor -emulator", "doctor -without qyapi_base", "lookup -emulator 1", "tree -emulator", "leavers -emulator", "help", "version"} {
		_, out, errOut := clitest.RunOnTerminal(t.Context(), "dingtalk", app.Main("", commands...), nil, "", strings.Fields(args)...)
		assert.NotEmpty(t, out)
		assert.NotContains(t, out+errOut, "\x1b", args)
	}
}

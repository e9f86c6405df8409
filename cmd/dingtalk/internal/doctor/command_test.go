package doctor

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

func TestDoctor_FindsTheEmulatorWell(t *testing.T) {
	t.Parallel()
	code, out, errOut := runDoctor(t.Context(), nil, "-emulator")
	require.Zero(t, code, out)
	require.Empty(t, errOut)
	golden(t, "testdata/emulator.txt", out)
}

func TestDoctor_RemovesPermissionPointsFromTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := runDoctor(t.Context(), nil, "-without", "qyapi_get_member, qyapi_manage_addresslist,qyapi_base")
	require.Equal(t, 1, code)
	require.Empty(t, errOut)
	golden(t, "testdata/without.txt", out)
}

func TestDoctor_ExaminesAServiceOverARealConnection(t *testing.T) {
	t.Parallel()
	srv := newServer(t, dingtalktest.Strict())
	base, err := srv.Listen("")
	require.NoError(t, err)
	code, out, errOut := runDoctor(t.Context(), environment(srv, base))
	require.Zero(t, code, out)
	require.Empty(t, errOut)
	require.Contains(t, out, "doctor on "+base)
	require.Contains(t, out, "the host is not DingTalk's own")
	require.NotContains(t, out, "emulator")
}

func TestDoctor_RejectsWrongUsageBeforeAnyCall(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`"qyapi_all" is not one of qyapi_base, `: {"-without", "qyapi_base,qyapi_all"},
		`"" is not one of qyapi_base, `:          {"-without", ""},
	} {
		code, out, errOut := runDoctor(t.Context(), nil, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
}

func TestDoctor_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command), Anonymous: true})
}

func runDoctor(ctx context.Context, env map[string]string, args ...string) (code int, out, errOut string) {
	code, out, errOut = clitest.Run(ctx, apptest.Name, apptest.Main(Command), env, "", args...)
	return code, out, clitest.CutPlace(apptest.Name, errOut)
}

// golden compares the output with a file. It replaces the client ID and the request IDs, which differ in each run.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = regexp.MustCompile(`\(request [0-9a-z]+\)`).ReplaceAllString(got, "(request 1q8w4e2r6t0yb)")
	got = regexp.MustCompile(`content=ding[0-9a-z]+%`).ReplaceAllString(got, "content=dingabc123def456%")
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestProbes_CoverEveryPermissionPoint(t *testing.T) {
	t.Parallel()
	calls, err := os.ReadFile("../../../../docs/calls.md")
	require.NoError(t, err)
	want := regexp.MustCompile(`qyapi_[a-z_]+`).FindAllString(string(calls), -1)
	slices.Sort(want)
	got := slices.Clone(unprobed)
	for _, p := range newProbes() {
		got = append(got, p.point)
	}
	require.ElementsMatch(t, slices.Compact(want), got)
}

func TestDoctor_PrintsRecords(t *testing.T) {
	t.Parallel()
	code, out, _ := runDoctor(t.Context(), nil, "-without", "qyapi_get_member", "-o", "json")
	require.Equal(t, 1, code)
	var names []string
	var last toDo
	for line := range strings.Lines(out) {
		var c check
		require.NoError(t, json.Unmarshal([]byte(line), &c), line)
		if c.Check != "" {
			names = append(names, c.Check)
		}
		require.NoError(t, json.Unmarshal([]byte(line), &last))
	}
	require.Equal(t, checks, names)
	require.Contains(t, last.ToDo, "qyapi_get_member")
	require.NotEmpty(t, last.Errors)

	code, out, _ = runDoctor(t.Context(), nil, "-emulator", "-o", "csv")
	require.Zero(t, code)
	require.True(t, strings.HasPrefix(out, "status,check,detail\nok,settings,"), out)
	require.Equal(t, 1+len(checks), strings.Count(out, "\n"))
}

func TestDoctor_ReportsAFailureToWrite(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"table", "json", "csv"} {
		var errOut strings.Builder
		code := apptest.Main(Command)(t.Context(), cli.Process{
			Name: apptest.Name, Args: []string{"-emulator", "-o", format}, Getenv: func(string) string { return "" }, Stdout: clitest.FullDisk{}, Stderr: &errOut,
		})
		assert.Equal(t, 1, code, format)
		assert.Contains(t, errOut.String(), "no space left", format)
	}
}

package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// commandLine matches a command of the program in a document: in backquotes, or on a line of a block of shell commands.
var commandLine = regexp.MustCompile("(?m)(?:`|^ *)dingtalk ([a-z][^`\n#]*)")

// TestDocuments_ShowCommandsThatRun runs what the documents show: without -emulator it need not succeed, but is right.
func TestDocuments_ShowCommandsThatRun(t *testing.T) { //nolint:paralleltest // some commands write to the folder
	documents, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	texts := map[string]string{}
	for _, name := range append(documents, "README.md", "../../README.md", "../../README.zh-CN.md") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		texts[name] = string(text)
	}
	require.Greater(t, len(texts), 10)
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			found := commandLine.FindAllStringSubmatch(text, -1)
			for _, line := range found {
				checkCommandLine(t, line[1])
			}
		})
	}
}

func checkCommandLine(t *testing.T, line string) {
	t.Helper()
	args := strings.Fields(line)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if args[0] == "emulator" { // it would serve until the end
		cancel()
	}
	code, out, errOut := clitest.Run(ctx, "dingtalk", app.Main("", commands...), nil, "", args...)
	switch {
	case strings.Contains(line, "-emulator"):
		assert.Equal(t, cli.OK, code, "dingtalk %s: %s%s", line, out, errOut)
	case !strings.Contains(errOut, "no app is set: "):
		assert.NotEqual(t, cli.Usage, code, "dingtalk %s: %s", line, errOut)
	}
}

package cli_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/clitest"
)

func TestProcess_ParsesFlagsAndReportsErrors(t *testing.T) {
	t.Parallel()
	run := func(_ context.Context, p cli.Process) int {
		flags := p.Flags()
		level := flags.Int("level", 1, "`number` of the level")
		if code, done := p.Parse(flags); done {
			return code
		}
		return p.Fail(cli.Failed, "level %d of %q", *level, flags.Args())
	}
	for _, test := range []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{"-level", "3", "x"}, cli.Failed, "program: level 3 of [\"x\"]\n"},
		{[]string{"-help"}, cli.OK, "-level number"},
		{[]string{"-level", "high"}, cli.Usage, "invalid value"},
		{[]string{"-depth", "3"}, cli.Usage, "flag provided but not defined: -depth"},
	} {
		code, stdout, stderr := clitest.Run(t.Context(), "program", run, nil, "", test.args...)
		assert.Equal(t, test.code, code, test.args)
		assert.Empty(t, stdout, test.args)
		assert.Contains(t, stderr, test.stderr, test.args)
	}
}

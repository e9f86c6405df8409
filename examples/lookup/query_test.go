package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestOnTheEmulatorSomeOfItsPeopleAreShown(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	t.Cleanup(func() { _ = null.Close() })
	for _, in := range []io.Reader{null, strings.NewReader("")} {
		var out, errOut strings.Builder
		code := run(t.Context(), nil, func(string) string { return "" }, in, &out, &errOut)
		require.Zero(t, code, errOut.String())
		require.Contains(t, errOut.String(), "nothing was asked for")
		require.NotContains(t, out.String(), "✗")
	}

	srv := dingtalktest.New(t)
	env := at(t, srv)
	var out, errOut strings.Builder
	require.Zero(t, run(t.Context(), nil, func(name string) string { return env[name] }, null, &out, &errOut))
	require.Contains(t, errOut.String(), "reading standard input")
	require.Empty(t, out.String())
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"flag provided but not defined": {"-x"},
		"exclude each other":            {"-mobile", "-userid", "lin"},
	} {
		code, out, errOut := lookup(t.Context(), nil, "", args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	code, _, errOut := lookup(t.Context(), map[string]string{"DINGTALK_CLIENT_ID": "x"}, "lin")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET")
	code, _, errOut = lookup(t.Context(), nil, "", "-help")
	require.Zero(t, code)
	require.Contains(t, errOut, "-unionid")
	code, _, errOut = lookup(t.Context(), nil, strings.Repeat("x", 100_000))
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "standard input: ")
}

func TestAnInterruptionEndsTheWaitForInput(t *testing.T) {
	t.Parallel()
	in, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var out, errOut strings.Builder
	require.Equal(t, 1, run(ctx, nil, func(string) string { return "" }, in, &out, &errOut))
	require.Equal(t, "lookup: interrupted\n", errOut.String())
}

func TestAFailureToWriteIsTold(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	env := at(t, srv)
	for _, args := range [][]string{{"lin"}, {"-json", "lin"}} {
		var errOut strings.Builder
		code := run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(""), broken{}, &errOut)
		require.Equal(t, 1, code)
		require.Contains(t, errOut.String(), "no space left")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

package stream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

func TestNew_NamesAllFaults(t *testing.T) {
	t.Parallel()
	_, err := New("", " s", nil, nil, WithConnections(0), WithConcurrency(-1), WithBudget(0), WithGap(nil), WithLogger(nil),
		WithHTTPClient(nil), WithBaseURL("http://gateway.example.com"))
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	for _, fault := range []string{
		"stream.New", "an option is nil", "the acceptor is nil", "WithConnections", "WithConcurrency", "WithBudget", "WithGap",
		"WithLogger", "WithHTTPClient", "the client ID is empty", "the client secret begins", "WithBaseURL: plain http",
	} {
		assert.ErrorContains(t, err, fault)
	}
}

func TestNew_FindsTheHost(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string][]Option{
		"https://api.dingtalk.io":          nil,
		"https://api.dingtalk.com":         {WithBaseURL(dingtalk.BaseURLChina)},
		"https://gateway.example.com/base": {WithBaseURL("https://gateway.example.com/base/")},
		"https://other.example.com":        {WithBaseURL("https://gateway.example.com"), WithAPIBaseURL("https://other.example.com")},
		"http://gateway.example.com":       {WithBaseURL("http://gateway.example.com"), WithInsecureHTTP()},
	} {
		c, err := New(testID, testSecret, &events{}, opts...)
		require.NoError(t, err)
		assert.Equal(t, want, c.baseURL)
	}
}

func TestClient_PrintsNoSecret(t *testing.T) {
	t.Parallel()
	c, err := New(testID, testSecret, &events{})
	require.NoError(t, err)
	encoded, err := json.Marshal(map[string]any{"client": c})
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "client", c)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", c, c, c, c), string(encoded), log.String()} {
		assert.NotContains(t, text, testSecret)
	}
}

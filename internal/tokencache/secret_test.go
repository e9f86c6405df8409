package tokencache

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const hidden = "7c0f1d2e3b4a59687766554433221100"

func TestSecret_ShowsInNoFormat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, showsNowhere)
}

func showsNowhere(t *testing.T) {
	secret := Secret{Value: hidden, Expires: time.Now().Add(time.Hour)}
	cache := New(testTimeout, func(context.Context) (Secret, error) { return secret, nil })
	_, err := cache.Get(t.Context())
	require.NoError(t, err)
	synctest.Wait() // printing the cache reads fields that the flight writes
	type holder struct {
		Secret  Secret
		Pointer *Secret
		List    []Secret
		Map     map[string]Secret
		Any     any
	}
	nested := holder{secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, secret}

	for name, v := range map[string]any{"secret": secret, "pointer": &secret, "nested": nested, "pointer to nested": &nested, "cache": cache} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%20v", "%T"} {
			assert.NotContains(t, fmt.Sprintf(verb, v), hidden, "%s as %s", name, verb)
		}
		assert.NotContains(t, fmt.Sprint(v), hidden, name)
		var log bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
			logger := slog.New(h).With("with", v)
			logger.Info("x", "v", v, slog.Group("g", "v", v))
		}
		assert.NotContains(t, log.String(), hidden, name)
		text, _ := json.Marshal(v) // the cache may not encode
		assert.NotContains(t, string(text), hidden, name)
		text, _ = xml.Marshal(v)
		assert.NotContains(t, string(text), hidden, name)
	}
	assert.Equal(t, "REDACTED", fmt.Sprintf("%+v", secret))
	text, err := json.Marshal(map[string]any{"token": secret})
	require.NoError(t, err)
	assert.JSONEq(t, `{"token":"REDACTED"}`, string(text))
}

func TestGet_OfACachedSecretAllocatesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	cache := New(testTimeout, func(context.Context) (Secret, error) {
		return Secret{Value: hidden, Expires: time.Now().Add(time.Hour)}, nil
	})
	ctx := t.Context()
	_, err := cache.Get(ctx)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = cache.Get(ctx) }))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = cache.TryGet(ctx) }), "each call reads it once more before it is sent")
}

func BenchmarkGet(b *testing.B) {
	cache := New(testTimeout, func(context.Context) (Secret, error) {
		return Secret{Value: hidden, Expires: time.Now().Add(time.Hour)}, nil
	})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := cache.Get(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

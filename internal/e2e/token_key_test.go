package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func tokenKey(id string) dingtalk.TokenKey {
	return dingtalk.TokenKey{ID: id, Key: dingtalk.NewSecret(strings.Repeat(id, 32)[:32])}
}

// usesStoredToken starts a process with these keys, and reports whether it used the stored token.
func usesStoredToken(t *testing.T, srv *dingtalktest.Server, store dingtalk.TokenStore, keys ...dingtalk.TokenKey) bool {
	t.Helper()
	before := len(srv.Calls("GetToken"))
	require.NoError(t, getZhaoMin(t.Context(), srv.Client(dingtalk.WithTokenStore(store, keys...))))
	return len(srv.Calls("GetToken")) == before
}

func TestTokenKey_OpensOnlyWhatItSealed(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		assert.False(t, usesStoredToken(t, srv, store, tokenKey("old")))
		assert.True(t, usesStoredToken(t, srv, store, tokenKey("old")))
		assert.True(t, usesStoredToken(t, srv, store, tokenKey("new"), tokenKey("old")), "the second opens, too")
		assert.False(t, usesStoredToken(t, srv, store, tokenKey("new")), "it has another key, and stores anew")
		_, stored := store.last()
		assert.Regexp(t, `^v1\.new\.[0-9A-Za-z_-]{70,}$`, stored.Value.Reveal())
		assert.False(t, usesStoredToken(t, srv, store), "without a key what is sealed is absent")
		assert.False(t, usesStoredToken(t, srv, store, tokenKey("new")), "with a key what is not sealed is absent")
		impostor := dingtalk.TokenKey{ID: "new", Key: tokenKey("else").Key}
		assert.False(t, usesStoredToken(t, srv, store, impostor))
	})
}

func TestTokenStore_CorruptTokenCountsAsAbsent(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dingtalk.StoredToken){
		"changed value":          changingValue(func(v string) string { return swap(v, len(v)-1) }),
		"changed ID":             changingValue(func(v string) string { return strings.Replace(v, ".k.", ".l.", 1) }),
		"changed version":        changingValue(func(v string) string { return strings.Replace(v, "v1.", "v2.", 1) }),
		"changed fingerprint":    func(s *dingtalk.StoredToken) { s.Fingerprint = swap(s.Fingerprint, 0) },
		"no fingerprint":         func(s *dingtalk.StoredToken) { s.Fingerprint = "" },
		"cut value":              changingValue(func(v string) string { return v[:len(v)/2] }),
		"empty value":            changingValue(func(v string) string { return "" }),
		"other text":             changingValue(func(v string) string { return "<html>502</html>" }),
		"no life":                func(s *dingtalk.StoredToken) { s.Life = 0 },
		"negative life":          func(s *dingtalk.StoredToken) { s.Life = -time.Hour },
		"the value of elsewhere": changingValue(func(v string) string { return "v1.k." + strings.Repeat("A", 80) }),
	} {
		for form, keys := range map[string][]dingtalk.TokenKey{"sealed": {tokenKey("k")}, "plain": nil} {
			if keys == nil && (name == "changed ID" || name == "changed version") {
				continue
			}
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					seeded(srv)
					store := newRecordingStore()
					assert.False(t, usesStoredToken(t, srv, store, keys...))
					assert.True(t, usesStoredToken(t, srv, store, keys...))
					corrupted := corruptingStore{store, change}
					for range 3 {
						assert.False(t, usesStoredToken(t, srv, corrupted, keys...), "and no call fails")
					}
				})
			})
		}
	}
}

// corruptingStore is a store that changes the tokens that it loads.
type corruptingStore struct {
	dingtalk.TokenStore
	change func(*dingtalk.StoredToken)
}

func (s corruptingStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	token, err := s.TokenStore.Load(ctx, key)
	s.change(&token)
	return token, err
}

// changingValue returns a function that changes the value of a stored token.
func changingValue(change func(string) string) func(*dingtalk.StoredToken) {
	return func(s *dingtalk.StoredToken) { s.Value = dingtalk.NewSecret(change(s.Value.Reveal())) }
}

// swap returns the text with another character at i.
func swap(text string, i int) string {
	b := []byte(text)
	if b[i]++; text[i] == 'z' || text[i] == '9' || text[i] == 'Z' {
		b[i] = '0'
	}
	return string(b)
}

func TestTokenKey_SealedTokenOpensOnlyUnderItsStoreKey(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		assert.False(t, usesStoredToken(t, srv, store, tokenKey("k")))
		_, sealed := store.last()

		// The sealed token is moved to the key of another app.
		source := sourceFunc(func(context.Context) (dingtalk.Token, error) { return dingtalk.Token{}, errors.New("none") })
		probe := newRecordingStore()
		other, err := dingtalk.New("dingother", "", dingtalk.WithTokenSource(source), dingtalk.WithTokenStore(probe, tokenKey("k")))
		require.NoError(t, err)
		_, err = other.Token(t.Context())
		require.ErrorContains(t, err, "none")
		time.Sleep(time.Minute)
		_, err = probe.Publish(t.Context(), probe.values()[0], "", sealed)
		require.NoError(t, err)
		_, err = other.Token(t.Context())
		require.ErrorContains(t, err, "none")
	})
}

func TestTokenStore_KeyDependsOnAppSecretAndHost(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, _ *dingtalktest.Server) {
		source := dingtalk.WithTokenSource(sourceFunc(func(context.Context) (dingtalk.Token, error) {
			return dingtalk.Token{Value: dingtalk.NewSecret("t"), Expires: time.Now().Add(time.Hour)}, nil
		}))
		place := func(id, secret, base string) string {
			store := newRecordingStore()
			client, err := dingtalk.New(id, secret, source, dingtalk.WithBaseURL(base), dingtalk.WithTokenStore(store))
			require.NoError(t, err)
			_, err = client.Token(t.Context())
			require.NoError(t, err)
			key, _ := store.last()
			assert.Regexp(t, "^[0-9a-f]{32}$", key)
			return key
		}
		const base = dingtalk.BaseURLChina
		own := place("ding1", "secret", base)
		assert.Equal(t, own, place("ding1", "secret", base))
		assert.Equal(t, own, place("ding1", "secret", base+"/"))
		others := map[string]bool{own: true}
		for _, key := range []string{
			place("ding1", "another", base), place("ding2", "secret", base), place("ding1", "secret", dingtalk.BaseURLInternational),
			place("ding1s", "ecret", base), place("ding1", "", base),
		} {
			assert.False(t, others[key])
			others[key] = true
		}
	})
}

func TestTokenStore_OptionErrorsNameTheFault(t *testing.T) {
	t.Parallel()
	store := dingtalktest.NewTokenStore(nil)
	good := tokenKey("k")
	for want, opts := range map[string][]dingtalk.Option{
		"WithTokenStore: the store is nil":                       {dingtalk.WithTokenStore(nil)},
		"WithTokenStore: key k has 31 bytes instead of 32":       {dingtalk.WithTokenStore(store, dingtalk.TokenKey{ID: "k", Key: dingtalk.NewSecret(good.Key.Reveal()[:31])})},
		"WithTokenStore: key k has 0 bytes instead of 32":        {dingtalk.WithTokenStore(store, dingtalk.TokenKey{ID: "k"})},
		"WithTokenStore: the ID of a key is empty":               {dingtalk.WithTokenStore(store, dingtalk.TokenKey{Key: good.Key})},
		"WithTokenStore: two keys have the ID k":                 {dingtalk.WithTokenStore(store, good, good)},
		"WithTokenStore: a StaticToken cannot be shared":         {dingtalk.WithTokenStore(store), dingtalk.WithTokenSource(dingtalk.StaticToken("t"))},
		"letters, digits, - and _":                               {dingtalk.WithTokenStore(store, dingtalk.TokenKey{ID: "k.1", Key: good.Key})},
		"WithTokenStore: the ID of a key has more than 64 chara": {dingtalk.WithTokenStore(store, dingtalk.TokenKey{ID: strings.Repeat("k", 65), Key: good.Key})},
	} {
		_, err := dingtalk.New("i", "s", opts...)
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, fmt.Sprintf("%+v", err), good.Key.Reveal()[:31])
	}
	source := dingtalk.WithTokenSource(sourceFunc(nil))
	_, err := dingtalk.New("", "", source, dingtalk.WithTokenStore(store))
	assert.EqualError(t, err, "dingtalk: New: invalid argument: the client ID, which a token store needs, is empty")
	_, err = dingtalk.New("i", "", source, dingtalk.WithTokenStore(store, good, tokenKey("another")))
	assert.NoError(t, err)
}

func TestTokenStore_ReceivesNoSecret(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		key := dingtalk.TokenKey{ID: "k", Key: dingtalk.NewSecret("0123456789-key-0123456789-key-01")}
		store := newRecordingStore()
		var log bytes.Buffer
		opts := []dingtalk.Option{
			dingtalk.WithTokenStore(store, key),
			dingtalk.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		}
		client := srv.Client(opts...)
		token, err := client.Token(t.Context())
		require.NoError(t, err)
		secrets := []string{leakySecret, token.Value.Reveal(), key.Key.Reveal()}
		quoting := func(context.Context) error {
			return fmt.Errorf("SET %s %v: %w", token.Value.Reveal(), secrets, &http.MaxBytesError{})
		}
		for _, method := range storeMethods {
			store.fail(quoting, method)
			srv.RevokeToken()
			for range 5 {
				require.NoError(t, getZhaoMin(t.Context(), srv.Client(opts...)))
				require.NoError(t, getZhaoMin(t.Context(), client))
				time.Sleep(time.Minute)
			}
			store.fail(nil)
		}
		require.Contains(t, log.String(), `"level":"WARN","msg":"dingtalk token store","method":"Load","error":"SET REDACTED [REDACTED`)
		assertClean(t, "the log", log.String(), secrets...)
		assertClean(t, "the store", strings.Join(store.values(), "\n"), append(secrets, srv.ClientID())...)
		for name, v := range map[string]any{
			"a key": key, "a pointer to it": &key, "keys": []dingtalk.TokenKey{key}, "an option": opts[0], "the client": client,
		} {
			assertClean(t, name, printed(v), secrets...)
		}
		_, err = dingtalk.New("", leakySecret, opts...)
		assertClean(t, "the error", printed(err), secrets...)
	}, dingtalktest.WithCredentials("dingexample", leakySecret))
}

func TestTokenStore_FailureIsLoggedOnceUntilItRecovers(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		store.fail(failsToConnect)
		var log bytes.Buffer
		client := srv.Client(dingtalk.WithTokenStore(store), dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		for i := range 3 {
			for range 10 * 6 {
				srv.RevokeToken()
				require.NoError(t, getZhaoMin(t.Context(), client))
				time.Sleep(10 * time.Second)
			}
			const line = `level=WARN msg="dingtalk token store" method=Load error="dial tcp 10.0.0.7:6379: connection refused"`
			assert.Equal(t, i+1, strings.Count(log.String(), line))
			assert.Equal(t, i+1, strings.Count(log.String(), "\n"))
			store.fail(nil)
			for range 3 {
				srv.RevokeToken()
				require.NoError(t, getZhaoMin(t.Context(), client))
				time.Sleep(10 * time.Second)
			}
			store.fail(failsToConnect)
		}
	})
}

package dingtalk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// badStore is a store whose calls hang or panic at random, before or after their effect.
type badStore struct {
	dingtalk.TokenStore

	mu     sync.Mutex
	random *rand.Rand
	share  float64 // of the calls that hang, and of those that panic
}

func newBadStore(seed uint64, share float64) *badStore {
	return &badStore{TokenStore: dingtalktest.NewTokenStore(nil), random: rand.New(rand.NewPCG(seed, 1)), share: share}
}

// meet runs a call of the store, and what goes wrong with it.
func (s *badStore) meet(effect func()) {
	s.mu.Lock()
	luck, early := s.random.Float64(), s.random.IntN(2) == 0
	hang := time.Duration(s.random.Int64N(int64(3 * time.Second)))
	s.mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	if early {
		effect()
		defer func() { effect = func() {} }()
	}
	switch {
	case luck < s.share:
		time.Sleep(hang) // whatever its context says
	case luck < 2*s.share:
		panic("store")
	}
	if !early {
		effect()
	}
}

func (s *badStore) Load(ctx context.Context, key string) (token dingtalk.StoredToken, err error) {
	s.meet(func() { token, err = s.TokenStore.Load(ctx, key) })
	return token, err
}

func (s *badStore) Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	s.meet(func() { fence, ok, err = s.TokenStore.Lock(ctx, key, lease) })
	return fence, ok, err
}

func (s *badStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	s.meet(func() { stored, err = s.TokenStore.Publish(ctx, key, fence, token) })
	return stored, err
}

func (s *badStore) Unlock(ctx context.Context, key, fence string) (err error) {
	s.meet(func() { err = s.TokenStore.Unlock(ctx, key, fence) })
	return err
}

func (s *badStore) Drop(ctx context.Context, key, fingerprint string) (err error) {
	s.meet(func() { err = s.TokenStore.Drop(ctx, key, fingerprint) })
	return err
}

// underRevocations lets the processes call for a while, in which the token is revoked now and then. None may fail.
func underRevocations(t *testing.T, srv *dingtalktest.Server, clients []*dingtalk.Client, seed uint64, lasts time.Duration) (calls int64, revoked int) {
	t.Helper()
	var made atomic.Int64
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() {
		random := rand.New(rand.NewPCG(seed, 2))
		for ctx.Err() == nil {
			time.Sleep(time.Second + time.Duration(random.Int64N(int64(9*time.Second))))
			srv.RevokeToken()
			revoked++
		}
	})
	for i, client := range clients {
		for n := range 2 {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(seed, uint64(10+2*i+n)))
				for ctx.Err() == nil {
					made.Add(1)
					if err := getZhaoMin(t.Context(), client); err != nil {
						t.Errorf("seed %d, process %d: %v", seed, i, err)
						return
					}
					pause := 500 * time.Millisecond
					if random.IntN(20) == 0 { // and misses what happens meanwhile
						pause = 30 * time.Second
					}
					time.Sleep(time.Duration(random.Int64N(int64(pause))))
				}
			})
		}
	}
	wg.Wait()
	return made.Load(), revoked
}

// A /gettoken that ends the token before is left out: where the store fails, the processes end each other's tokens,
// see TestUnderRotationAFleetRecoversFromTheLossOfItsStore.
func TestTokenStore_OneThatHangsAndPanicsAtRandomFailsNoCall(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newBadStore(seed, []float64{0.1, 0.2}[seed%2])
				calls, _ := underRevocations(t, srv, fleet(srv, store, 8), seed, 10*time.Minute)
				assert.Greater(t, calls, int64(5_000))
				time.Sleep(10 * time.Second) // for what hangs
			}, policies["reuse"]...)
		})
	}
}

// lyingStore is a store in memory in place of whose tokens others are loaded.
type lyingStore struct {
	dingtalk.TokenStore
	load    func(key string) (dingtalk.StoredToken, error)
	publish func(key string, token dingtalk.StoredToken) // sees what is published, under the lock
	frozen  bool                                         // drops nothing, and publishes nothing but the first token

	mu   sync.Mutex
	full bool
}

func (s *lyingStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	if s.load == nil {
		return s.TokenStore.Load(ctx, key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load(key)
}

func (s *lyingStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.publish != nil {
		s.publish(key, token)
	}
	if s.frozen && s.full {
		return false, s.TokenStore.Unlock(ctx, key, fence)
	}
	s.full = true
	return s.TokenStore.Publish(ctx, key, fence, token)
}

func (s *lyingStore) Drop(ctx context.Context, key, fingerprint string) error {
	if s.frozen {
		return nil
	}
	return s.TokenStore.Drop(ctx, key, fingerprint)
}

// madeUpTokens are tokens as clients store them, which the service does not know.
func madeUpTokens(t *testing.T, n int) []dingtalk.StoredToken {
	t.Helper()
	tokens := make([]dingtalk.StoredToken, n)
	for i := range tokens {
		store := newWatchedStore()
		client, err := dingtalk.New("dingexample", "", dingtalk.WithTokenStore(store),
			dingtalk.WithTokenSource(sourceFunc(func(context.Context) (dingtalk.Token, error) {
				return dingtalk.Token{Value: dingtalk.NewSecret(fmt.Sprintf("made-up-token-%d", i))}, nil
			})))
		require.NoError(t, err)
		_, err = client.Token(t.Context())
		require.NoError(t, err)
		_, tokens[i] = store.last()
	}
	return tokens
}

func TestTokenStore_OneThatLiesFailsNoCall(t *testing.T) {
	t.Parallel()
	for name, lies := range map[string]func(t *testing.T, s *lyingStore){
		"keeps the first token": func(_ *testing.T, s *lyingStore) { s.frozen = true },
		"has every token that it ever had": func(_ *testing.T, s *lyingStore) {
			var had []dingtalk.StoredToken
			n := 0
			s.publish = func(_ string, token dingtalk.StoredToken) { had = append(had, token) }
			s.load = func(string) (dingtalk.StoredToken, error) {
				if len(had) == 0 {
					return dingtalk.StoredToken{}, dingtalk.ErrNoToken
				}
				n++
				return had[n%len(had)], nil
			}
		},
		"has the latest token under every key": func(_ *testing.T, s *lyingStore) {
			token, err := dingtalk.StoredToken{}, dingtalk.ErrNoToken
			s.publish = func(_ string, published dingtalk.StoredToken) { token, err = published, nil }
			s.load = func(string) (dingtalk.StoredToken, error) { return token, err }
		},
		"has the first token under every key": func(_ *testing.T, s *lyingStore) {
			token, err := dingtalk.StoredToken{}, dingtalk.ErrNoToken
			s.publish = func(_ string, published dingtalk.StoredToken) {
				if err != nil {
					token, err = published, nil
				}
			}
			s.load = func(string) (dingtalk.StoredToken, error) { return token, err }
		},
		"makes tokens up": func(t *testing.T, s *lyingStore) {
			t.Helper()
			tokens := madeUpTokens(t, 100)
			n := 0
			s.load = func(string) (dingtalk.StoredToken, error) {
				n++
				return tokens[n%len(tokens)], nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := &lyingStore{TokenStore: dingtalktest.NewTokenStore(nil)}
				lies(t, store)
				clients := fleet(srv, store, 4)
				calls, revoked := underRevocations(t, srv, clients, 1, 5*time.Minute)
				assert.Greater(t, revoked, 10)
				assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients)*(revoked+1), "no storm of fetches")
				assert.LessOrEqual(t, int64(len(srv.Calls("GetUser"))), calls+int64(5*2*len(clients)*revoked), "nor of calls")
			}) // without latency: a token that is revoked before its first use would be refused with any store
		})
	}
}

func TestRefetch_ACallEndsWhenEveryTokenIsRefused(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dingtalk.Option{
		"2 attempts": nil,
		"6 attempts": {dingtalk.WithTokenStore(dingtalktest.NewTokenStore(nil))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.Fail("GetUser", dingtalktest.TokenExpired, 100)
				err := getZhaoMin(t.Context(), srv.Client(opts...))
				require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
				attempts := len(srv.Calls("GetUser"))
				assert.Equal(t, name, fmt.Sprintf("%d attempts", attempts), "each with another token")
				assert.Len(t, srv.Calls("GetToken"), attempts)
			}, dingtalktest.WithTokenRotation())
		})
	}
}

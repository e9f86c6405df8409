package dingtalkredis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// TokenStore is a dingtalk.TokenStore in Redis. Make it with NewTokenStore.
//
// The contexts of its methods should have a deadline: a server may hang. They are obeyed whether or not the
// client has ContextTimeoutEnabled.
type TokenStore struct {
	client  redis.Scripter
	prefix  string
	load    *redis.Script
	lock    *redis.Script
	publish *redis.Script
	unlock  *redis.Script
	drop    *redis.Script
}

var _ dingtalk.TokenStore = (*TokenStore)(nil)

// NewTokenStore returns a store that uses a client of any kind: redis.NewClient, redis.NewFailoverClient,
// redis.NewClusterClient. The client remains the caller's to close.
func NewTokenStore(client redis.Scripter, opts ...TokenStoreOption) *TokenStore {
	s := &TokenStore{
		client: client,
		prefix: defaultPrefix,
		load: redis.NewScript(`
			local token = redis.call('HMGET', KEYS[1], 'value', 'fingerprint')
			return {token[1] or '', token[2] or '', redis.call('PTTL', KEYS[1])}`),
		// Whoever has the lock may ask again: a connection that broke may have sent this twice.
		lock: redis.NewScript(`
			if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
			return redis.call('GET', KEYS[2]) == ARGV[1] and 1 or 0`),
		publish: redis.NewScript(`
			if redis.call('GET', KEYS[2]) == ARGV[1] then
				redis.call('DEL', KEYS[2])
			elseif redis.call('EXISTS', KEYS[1]) == 1 then
				return 0
			end
			if tonumber(ARGV[4]) <= 0 then return 0 end
			redis.call('HSET', KEYS[1], 'value', ARGV[2], 'fingerprint', ARGV[3])
			redis.call('PEXPIRE', KEYS[1], ARGV[4])
			return 1`),
		unlock: redis.NewScript(`
			if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
			return redis.call('DEL', KEYS[2])`),
		drop: redis.NewScript(`
			if redis.call('HGET', KEYS[1], 'fingerprint') ~= ARGV[1] then return 0 end
			return redis.call('DEL', KEYS[1])`),
	}
	for _, opt := range opts {
		if opt != nil {
			opt.tokenStore(s)
		}
	}
	return s
}

// Load returns the token and what is left of its life, or dingtalk.ErrNoToken.
func (s *TokenStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	start := time.Now()
	reply, err := s.run(ctx, s.load, key).Slice()
	if err != nil {
		return dingtalk.StoredToken{}, failure("load the token", err)
	}
	if len(reply) != 3 {
		return dingtalk.StoredToken{}, failure("load the token", errors.New("unexpected reply"))
	}
	value, _ := reply[0].(string)
	fingerprint, _ := reply[1].(string)
	millis, _ := reply[2].(int64)
	life := time.Duration(millis)*time.Millisecond - time.Since(start)
	if life <= 0 {
		return dingtalk.StoredToken{}, dingtalk.ErrNoToken
	}
	return dingtalk.StoredToken{Value: dingtalk.NewSecret(value), Fingerprint: fingerprint, Life: life}, nil
}

// Lock takes the right to fetch for the time of lease, if nobody else has it.
func (s *TokenStore) Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	mine := rand.Text()
	late := func() { // or it would be in everybody's way until the lease ends
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = s.Unlock(ctx, key, mine)
	}
	ok, err = s.runUnlessLate(ctx, late, s.lock, key, mine, max(1, lease.Milliseconds())).Bool()
	if err != nil || !ok {
		return "", false, failure("lock the token", err)
	}
	return mine, true, nil
}

// Publish stores a token for its life, to the millisecond, and gives the lock back; without the lock only where
// there is no token.
func (s *TokenStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	stored, err = s.run(ctx, s.publish, key, fence, token.Value.Reveal(), token.Fingerprint, token.Life.Milliseconds()).Bool()
	return stored, failure("store the token", unquoted(err))
}

// Unlock gives the lock back if it still is the one of this fence.
func (s *TokenStore) Unlock(ctx context.Context, key, fence string) error {
	return failure("unlock the token", s.run(ctx, s.unlock, key, fence).Err())
}

// Drop removes the token if it still is the one of this fingerprint.
func (s *TokenStore) Drop(ctx context.Context, key, fingerprint string) error {
	return failure("drop the token", s.run(ctx, s.drop, key, fingerprint).Err())
}

// run obeys ctx: the client, as a rule, waits for a server that hangs for as long as its own timeouts say.
func (s *TokenStore) run(ctx context.Context, script *redis.Script, key string, args ...any) *redis.Cmd {
	return s.runUnlessLate(ctx, func() {}, script, key, args...)
}

// runUnlessLate is run, and calls late when the client comes back after ctx has ended.
func (s *TokenStore) runUnlessLate(ctx context.Context, late func(), script *redis.Script, key string, args ...any) *redis.Cmd {
	if err := ctx.Err(); err != nil {
		return failed(ctx, err)
	}
	base := s.prefix + "{" + hashTag(key) + "}:"
	done := make(chan *redis.Cmd)
	go func() {
		cmd := script.Run(ctx, s.client, []string{base + "tok", base + "lock"}, args...)
		select {
		case done <- cmd:
		case <-ctx.Done():
			late()
		}
	}()
	select {
	case cmd := <-done:
		return cmd
	case <-ctx.Done():
		return failed(ctx, ctx.Err())
	}
}

func failed(ctx context.Context, err error) *redis.Cmd {
	cmd := redis.NewCmd(ctx)
	cmd.SetErr(err)
	return cmd
}

// hashTag is what decides on a key's slot in a cluster: it must be neither empty nor end early.
func hashTag(key string) string {
	if key == "" || strings.ContainsAny(key, "{}") {
		return digest(key)
	}
	return key
}

// failure says what was tried.
func failure(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("dingtalkredis: cannot %s: %w", what, err)
}

// unquoted leaves a server's refusal its first word alone: the rest may quote the arguments, and so the token.
func unquoted(err error) error {
	refusal, ok := errors.AsType[redis.Error](err)
	if !ok {
		return err
	}
	code, _, _ := strings.Cut(refusal.Error(), " ")
	return errors.New("Redis answers with " + code)
}

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

// TokenStore is a dingtalk.TokenStore in Redis. NewTokenStore creates one.
//
// The contexts of its methods should have a deadline, because a server may hang. They are obeyed whether or not the
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
// redis.NewClusterClient. The caller closes the client.
func NewTokenStore(client redis.Scripter, opts ...TokenStoreOption) *TokenStore {
	s := &TokenStore{
		client: client,
		prefix: defaultPrefix,
		load: redis.NewScript(`
			local token = redis.call('HMGET', KEYS[1], 'value', 'fingerprint')
			return {token[1] or '', token[2] or '', redis.call('PTTL', KEYS[1])}`),
		// The holder may take the lock again: go-redis may have sent the script twice because a connection broke.
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

// Load returns the token and its remaining life, or dingtalk.ErrNoToken.
func (s *TokenStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	start := time.Now()
	reply, err := s.run(ctx, s.load, key).Slice()
	if err != nil {
		return dingtalk.StoredToken{}, wrapError("load the token", err)
	}
	if len(reply) != 3 {
		return dingtalk.StoredToken{}, wrapError("load the token", errors.New("unexpected reply"))
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

// Lock takes the right to fetch a token for the time of lease, unless another process has it.
func (s *TokenStore) Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	own := rand.Text()
	onLate := func() { // otherwise no process could fetch until the lease ends
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = s.Unlock(ctx, key, own)
	}
	ok, err = s.runUnlessLate(ctx, onLate, s.lock, key, own, max(1, lease.Milliseconds())).Bool()
	if err != nil || !ok {
		return "", false, wrapError("lock the token", err)
	}
	return own, true, nil
}

// Publish stores a token for its life, to the millisecond, and releases the lock. Without the lock it stores the token
// only if there is none.
func (s *TokenStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	stored, err = s.run(ctx, s.publish, key, fence, token.Value.Reveal(), token.Fingerprint, token.Life.Milliseconds()).Bool()
	return stored, wrapError("store the token", withoutArguments(err))
}

// Unlock releases the lock if it still has this fence.
func (s *TokenStore) Unlock(ctx context.Context, key, fence string) error {
	return wrapError("unlock the token", s.run(ctx, s.unlock, key, fence).Err())
}

// Drop removes the token if it still has this fingerprint.
func (s *TokenStore) Drop(ctx context.Context, key, fingerprint string) error {
	return wrapError("drop the token", s.run(ctx, s.drop, key, fingerprint).Err())
}

// run runs a script and obeys ctx. By default go-redis waits for a server that hangs as long as its own timeouts.
func (s *TokenStore) run(ctx context.Context, script *redis.Script, key string, args ...any) *redis.Cmd {
	return s.runUnlessLate(ctx, func() {}, script, key, args...)
}

// runUnlessLate runs a script as run does, and calls onLate when the client returns after ctx has ended.
func (s *TokenStore) runUnlessLate(ctx context.Context, onLate func(), script *redis.Script, key string, args ...any) *redis.Cmd {
	if err := ctx.Err(); err != nil {
		return failedCmd(ctx, err)
	}
	base := s.prefix + "{" + hashTag(key) + "}:"
	done := make(chan *redis.Cmd)
	go func() {
		cmd := script.Run(ctx, s.client, []string{base + "tok", base + "lock"}, args...)
		select {
		case done <- cmd:
		case <-ctx.Done():
			onLate()
		}
	}()
	select {
	case cmd := <-done:
		return cmd
	case <-ctx.Done():
		return failedCmd(ctx, ctx.Err())
	}
}

// failedCmd returns a command with an error.
func failedCmd(ctx context.Context, err error) *redis.Cmd {
	cmd := redis.NewCmd(ctx)
	cmd.SetErr(err)
	return cmd
}

// hashTag returns the part of a key's name that selects the slot in a cluster. It must not be empty or hold braces.
func hashTag(key string) string {
	if key == "" || strings.ContainsAny(key, "{}") {
		return digest(key)
	}
	return key
}

// wrapError adds what failed to an error.
func wrapError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("dingtalkredis: cannot %s: %w", what, err)
}

// withoutArguments cuts an error that the server returned to its first word, because the rest may quote the arguments,
// and so the token.
func withoutArguments(err error) error {
	redisErr, ok := errors.AsType[redis.Error](err)
	if !ok {
		return err
	}
	code, _, _ := strings.Cut(redisErr.Error(), " ")
	return errors.New("Redis responded with " + code)
}

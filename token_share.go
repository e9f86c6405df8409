package dingtalk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// shared is the cache of a token that a fleet shares. Beyond what it takes to get one it waits for a process
// that took the right to fetch and died.
func (c *Client) shared(cfg *config, fetch tokencache.Fetch, patience time.Duration) *tokencache.Cache {
	store := boundStore{store: cfg.store, key: cfg.storeKey(), ring: cfg.keys}
	share := tokenshare.New(store, fetch, cfg.timeout+cfg.retry.MaxDelay, c.reportStore)
	return tokencache.Over(patience+share.Lease(), share.Obtain)
}

// storeKey is where the app's token is. A changed secret makes another.
func (c *config) storeKey() string {
	return digest("key", strings.TrimRight(c.baseURL, "/"), c.clientID, digest("secret", c.clientSecret.reveal()))
}

// digest is a name for the parts from which they cannot be found.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func fingerprint(token string) string { return digest("token", token) }

// boundStore is a TokenStore for the token of one app, which it seals and opens.
type boundStore struct {
	store TokenStore
	key   string
	ring  *tokenshare.Keyring
}

func (s boundStore) Load(ctx context.Context) (tokencache.Secret, error) {
	start := time.Now() // what passes until the answer is here counts as lived
	stored, err := s.store.Load(ctx, s.key)
	if errors.Is(err, ErrNoToken) || (err == nil && stored.Life <= 0) {
		return tokencache.Secret{}, nil
	}
	if err != nil {
		return tokencache.Secret{}, err
	}
	token, err := s.ring.Open(stored.Value.Reveal(), s.about(stored.Fingerprint))
	if err != nil {
		return tokencache.Secret{}, err
	}
	if fingerprint(token) != stored.Fingerprint {
		return tokencache.Secret{}, tokenshare.Unreadable("the stored token is sealed, or is not the one of its fingerprint")
	}
	return tokencache.Secret{Value: token, Expires: start.Add(min(stored.Life, longestLife*time.Second))}, nil
}

func (s boundStore) Lock(ctx context.Context, lease time.Duration) (string, bool, error) {
	return s.store.Lock(ctx, s.key, lease)
}

// Reissue stores the name of the note in place of a token: a store that mixes up its keys proves nothing.
func (s boundStore) Reissue(ctx context.Context, token string, life time.Duration) error {
	note := s.reissue(token)
	return note.Publish(ctx, "", note.key, life)
}

func (s boundStore) Reissued(ctx context.Context, token string) (bool, error) {
	note := s.reissue(token)
	found, err := note.Load(ctx)
	return found.Value == note.key, err
}

// reissue is the place of the note that the service has handed out the token again.
func (s boundStore) reissue(token string) boundStore {
	return boundStore{store: s.store, key: digest("reissued", s.key, token), ring: s.ring}
}

func (s boundStore) Publish(ctx context.Context, fence, token string, life time.Duration) error {
	mark := fingerprint(token)
	_, err := s.store.Publish(ctx, s.key, fence, StoredToken{
		Value: NewSecret(s.ring.Seal(token, s.about(mark))), Fingerprint: mark, Life: life,
	})
	return err
}

func (s boundStore) Unlock(ctx context.Context, fence string) error {
	return s.store.Unlock(ctx, s.key, fence)
}

func (s boundStore) Drop(ctx context.Context, token string) error {
	return s.store.Drop(ctx, s.key, fingerprint(token))
}

// about binds what is sealed to its place.
func (s boundStore) about(fingerprint string) string { return s.key + "." + fingerprint }

// reportStore logs a store's error without what it may quote: anything that is as long as a token.
func (c *Client) reportStore(ctx context.Context, method string, err error) {
	text := tokenLike.ReplaceAllString(rest.Redact(err, c.secret.reveal()).Error(), redacted)
	c.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk token store",
		slog.String("method", method), slog.String("error", oneLine(text)))
}

var tokenLike = regexp.MustCompile(`[0-9A-Za-z+/_=-]{20,}`)

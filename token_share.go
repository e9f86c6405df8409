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

// newTokenCache returns the cache of a token, which a fleet shares under a key if there is a TokenStore. The timeout is then
// longer than that of a fetch by the lease of the lock, because it may have to wait for a process that took the lock and died.
func (c *Client) newTokenCache(cfg *config, fetch tokencache.Fetch, fetchTimeout time.Duration, key string) *tokencache.Cache {
	if cfg.store == nil {
		return tokencache.New(fetchTimeout, fetch)
	}
	store := appTokenStore{store: cfg.store, key: key, ring: cfg.keys}
	share := tokenshare.New(store, fetch, cfg.timeout+cfg.retry.MaxDelay, c.logStoreError, cfg.breaker)
	return tokencache.NewWithSource(fetchTimeout+share.Lease(), share.Obtain)
}

// storeKey returns the key of the token in the store: that of the app, or of the app for an organization. Another client secret
// results in another key.
func (c *config) storeKey() string {
	parts := []string{"key", strings.TrimRight(c.baseURL, "/"), c.clientID, digest("secret", c.clientSecret.reveal())}
	if c.corpID != "" {
		parts = append(parts, "corp", c.corpID)
	}
	return digest(parts...)
}

// suiteTokenKey returns the key, in the store of tokens, of the suite token. Another client secret results in another key.
func (c *config) suiteTokenKey() string {
	return digest("suite", strings.TrimRight(c.baseURL, "/"), c.clientID, digest("secret", c.clientSecret.reveal()))
}

// ticketKey returns the key of the suite ticket in its store. The ticket remains valid when the client secret changes.
func (c *config) ticketKey() string {
	return digest("ticket", strings.TrimRight(c.baseURL, "/"), c.clientID)
}

// digest returns a name for the parts that does not reveal them.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// fingerprint returns the fingerprint of a token under a key, which a token of another key does not have.
func fingerprint(key, token string) string { return digest("token", key, token) }

// appTokenStore adapts a TokenStore to the token of one app, which it seals and opens.
type appTokenStore struct {
	store TokenStore
	key   string
	ring  *tokenshare.Keyring
}

func (s appTokenStore) Load(ctx context.Context) (tokencache.Secret, error) {
	start := time.Now() // the duration of the call counts as part of the token's life
	stored, err := s.store.Load(ctx, s.key)
	if errors.Is(err, ErrNoToken) || (err == nil && stored.Life <= 0) {
		return tokencache.Secret{}, nil
	}
	if err != nil {
		return tokencache.Secret{}, err
	}
	token, err := s.ring.Open(stored.Value.Reveal(), s.aad(stored.Fingerprint))
	if err != nil {
		return tokencache.Secret{}, err
	}
	if fingerprint(s.key, token) != stored.Fingerprint {
		return tokencache.Secret{}, tokenshare.Unreadable("the stored token is sealed, is that of another key, or does not match its fingerprint")
	}
	return tokencache.Secret{Value: token, Expires: start.Add(min(stored.Life, maxTokenSeconds*time.Second))}, nil
}

func (s appTokenStore) Lock(ctx context.Context, lease time.Duration) (string, bool, error) {
	return s.store.Lock(ctx, s.key, lease)
}

// MarkReissued stores the key of the mark itself in place of a token.
func (s appTokenStore) MarkReissued(ctx context.Context, token string, life time.Duration) error {
	mark := s.reissueMark(token)
	return mark.Publish(ctx, "", mark.key, life)
}

func (s appTokenStore) WasReissued(ctx context.Context, token string) (bool, error) {
	mark := s.reissueMark(token)
	stored, err := mark.Load(ctx)
	return stored.Value == mark.key, err
}

// reissueMark returns the store for the mark that the service has issued the token again.
func (s appTokenStore) reissueMark(token string) appTokenStore {
	return appTokenStore{store: s.store, key: digest("reissued", s.key, token), ring: s.ring}
}

func (s appTokenStore) Publish(ctx context.Context, fence, token string, life time.Duration) error {
	sum := fingerprint(s.key, token)
	_, err := s.store.Publish(ctx, s.key, fence, StoredToken{
		Value: NewSecret(s.ring.Seal(token, s.aad(sum))), Fingerprint: sum, Life: life,
	})
	return err
}

func (s appTokenStore) Unlock(ctx context.Context, fence string) error {
	return s.store.Unlock(ctx, s.key, fence)
}

func (s appTokenStore) Drop(ctx context.Context, token string) error {
	return s.store.Drop(ctx, s.key, fingerprint(s.key, token))
}

// aad returns the additional authenticated data of a sealed token, which binds it to its key and fingerprint.
func (s appTokenStore) aad(fingerprint string) string { return s.key + "." + fingerprint }

// logStoreError logs an error of the store. The error may quote a token, so everything as long as one is replaced.
func (c *Client) logStoreError(ctx context.Context, method string, err error) {
	text := tokenLike.ReplaceAllString(rest.Redact(err, c.secret.reveal()).Error(), redacted)
	c.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk token store",
		slog.String("method", method), slog.String("error", oneLine(text)))
}

var tokenLike = regexp.MustCompile(`[0-9A-Za-z+/_=-]{20,}`)

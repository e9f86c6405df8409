package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// organizations are those that have authorized the app.
var organizations = []string{"dingharbor", "dingmeadow", "dingorchard"}

// newProvider returns a server on which they have. Each has a person of the same userid.
func newProvider(t *testing.T, opts ...dingtalktest.Option) *dingtalktest.Server {
	t.Helper()
	for _, corpID := range organizations {
		opts = append(opts, dingtalktest.WithOtherOrganization(corpID, corpID, dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min of " + corpID}))
	}
	srv := dingtalktest.New(t, append(opts, dingtalktest.Strict())...)
	for _, corpID := range organizations {
		srv.Authorize(corpID)
	}
	return srv
}

// onBehalfOf is the context key of the organization for which a call is made; empty for the app itself.
type onBehalfOf struct{}

// wiretap records what is sent and received for each organization.
type wiretap struct {
	next http.RoundTripper
	mu   sync.Mutex
	sent map[string]*bytes.Buffer   // by organization, without the requests for tokens
	all  bytes.Buffer               // requests for tokens included
	got  map[string]map[string]bool // the tokens by the organization that obtained them
}

var issuedToken = regexp.MustCompile(`"access_?[tT]oken":"([^"]+)"`)

func (w *wiretap) RoundTrip(req *http.Request) (*http.Response, error) {
	corpID, _ := req.Context().Value(onBehalfOf{}).(string)
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	res, err := w.next.RoundTrip(req)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sent[corpID] == nil {
		w.sent[corpID], w.got[corpID] = &bytes.Buffer{}, map[string]bool{}
	}
	sent := fmt.Sprintln(req.URL, req.Header, string(body))
	w.all.WriteString(sent)
	isToken := bytes.Contains(body, []byte("ecret"))
	if !isToken {
		w.sent[corpID].WriteString(sent)
	}
	if err != nil {
		return res, err
	}
	text, readErr := io.ReadAll(res.Body)
	res.Body = &readCloser{bytes.NewReader(text), readErr}
	for _, m := range issuedToken.FindAllSubmatch(text, -1) {
		w.got[corpID][string(m[1])] = true
	}
	return res, nil
}

// readCloser is a body that ends as the one did from which it was read.
type readCloser struct {
	io.Reader
	end error
}

func (r *readCloser) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF && r.end != nil {
		err = r.end
	}
	return n, err
}

func (r *readCloser) Close() error { return nil }

// confusedStore returns the same entry for all organizations.
type confusedStore struct{ dingtalk.TokenStore }

func (s confusedStore) Load(ctx context.Context, _ string) (dingtalk.StoredToken, error) {
	return s.TokenStore.Load(ctx, "k")
}

func (s confusedStore) Publish(ctx context.Context, _, fence string, token dingtalk.StoredToken) (bool, error) {
	return s.TokenStore.Publish(ctx, "k", fence, token)
}

func (s confusedStore) Drop(ctx context.Context, _, fingerprint string) error {
	return s.TokenStore.Drop(ctx, "k", fingerprint)
}

// Whatever fails, no token of an organization is sent for another one, and no secret is in an error, a log or a journal; also
// if the store of tokens confuses its keys.
func TestTenants_ASecretNeverShowsUpWithAnotherOrganization(t *testing.T) {
	t.Parallel()
	memory := func() dingtalk.TokenStore { return dingtalktest.NewTokenStore(nil) }
	for name, store := range map[string]dingtalk.Option{
		"no store":                       nil,
		"a store":                        dingtalk.WithTokenStore(memory(), tokenKey("k")),
		"a store without a key":          dingtalk.WithTokenStore(memory()),
		"a confused store":               dingtalk.WithTokenStore(confusedStore{memory()}, tokenKey("k")),
		"a confused store without a key": dingtalk.WithTokenStore(confusedStore{memory()}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { testSecretsOfTenants(t, store) })
		})
	}
}

func testSecretsOfTenants(t *testing.T, store dingtalk.Option) {
	t.Helper()
	srv := newProvider(t, dingtalktest.WithCredentials("suiteexample01", leakySecret))
	tap := &wiretap{next: srv.Transport(), sent: map[string]*bytes.Buffer{}, got: map[string]map[string]bool{}}
	var log lockedLog
	opts := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: tap}),
		dingtalk.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.Level(-100)}))),
	}
	if store != nil {
		opts = append(opts, store)
	}
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{Tickets: dingtalk.NewTicketStore(), RateLimit: dingtalk.NoRateLimit, Options: opts})
	require.NoError(t, err)
	secrets, errs := []string{leakySecret}, &bytes.Buffer{}
	newTicket := func() {
		ticket := srv.SendSuiteTicket()
		secrets = append(secrets, ticket.Reveal())
		_, err := apps.App().SaveSuiteTicket(t.Context(), ticket, time.Now())
		require.NoError(t, err)
	}
	read := func() {
		for _, corpID := range organizations {
			ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), onBehalfOf{}, corpID), time.Minute)
			client, err := apps.Client(corpID)
			require.NoError(t, err)
			user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
			cancel()
			if err == nil {
				assert.Equal(t, "Zhao Min of "+corpID, user.Name)
			}
			errs.WriteString(printed(err) + printed(client))
		}
	}
	newTicket()
	read()
	for fault, inject := range allFaults() {
		if testing.Short() && !slices.Contains([]string{"token expired", "bad JSON", "errcode 40035"}, fault) {
			continue
		}
		for _, op := range []string{"GetUser", "GetSuiteCorpToken"} {
			if op == "GetSuiteCorpToken" && legacyOnly(fault) {
				continue
			}
			srv.Fail(op, inject, 4)
			read()
			time.Sleep(10 * time.Minute) // a ban and the cooldown of a breaker end
			newTicket()
			_, err := apps.App().GetAuthInfo(t.Context(), dingtalk.GetAuthInfoRequest{AuthCorpID: organizations[0]})
			errs.WriteString(printed(err))
			_, err = apps.App().GetSuiteAuthInfo(t.Context(), dingtalk.GetSuiteAuthInfoRequest{AuthCorpID: organizations[1]})
			errs.WriteString(printed(err))
		}
	}
	srv.EndAuthorization(organizations[2])
	time.Sleep(3 * time.Hour) // tokens end
	read()

	for _, corpID := range organizations {
		require.NotEmpty(t, tap.got[corpID], "tokens of %s", corpID)
		for token := range tap.got[corpID] {
			assert.Contains(t, tap.all.String(), token)
			secrets = append(secrets, token)
			for other, sent := range tap.sent {
				if other != corpID {
					assertClean(t, "a request for "+other, sent.String(), token)
				}
			}
		}
		assertClean(t, "a request of "+corpID, tap.sent[corpID].String(), leakySecret)
	}
	for token := range tap.got[""] {
		secrets = append(secrets, token)
	}
	assertClean(t, "the journal", fmt.Sprintf("%+v", srv.Calls("")), secrets...)
	assertClean(t, "the log", log.String(), secrets...)
	assertClean(t, "an error", errs.String()+printed(apps), secrets...)
}

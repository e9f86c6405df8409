package console

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGuard_PagesLoadOnlyWhatTheConsoleServes(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for _, target := range []string{"/console/", "/console/nothing", "/console/log", "/console/controls"} {
		res := ask(t, h, http.MethodGet, target)
		assert.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'", res.Header.Get("Content-Security-Policy"), target)
		assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"), target)
		assert.Equal(t, "same-origin", res.Header.Get("Referrer-Policy"), target)
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"), target)
		body := bodyOf(t, res)
		assert.NotRegexp(t, `(?i)<style|\sstyle=|\son[a-z]+=|<script(>|[^>]*>[^<])|hx-on|javascript:`, body, target)
		assert.NotRegexp(t, `(src|href)="(https?:)?//`, body, target)
	}
}

func TestGuard_RefusesRequestsOfOtherSites(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for _, test := range []struct {
		header  []string
		refused bool
	}{
		{[]string{"Sec-Fetch-Site", "cross-site"}, true},
		{[]string{"Sec-Fetch-Site", "same-site"}, true},
		{[]string{"Origin", "http://evil.example"}, true},
		{[]string{"Origin", "null"}, true},
		{[]string{"Sec-Fetch-Site", "same-origin"}, false},
		{[]string{"Origin", "http://example.com"}, false}, // as httptest names the host
		{nil, false}, // not a browser
	} {
		res := ask(t, h, http.MethodPost, "/console/controls/revoke", test.header...)
		assert.Equal(t, test.refused, res.StatusCode == http.StatusForbidden, "%q", test.header)
	}
}

func TestGuard_RefusesForeignHostNames(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for _, test := range []struct {
		local, host string
		served      bool
	}{
		{"127.0.0.1", "127.0.0.1:8080", true},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "localhost:8080", true},
		{"127.0.0.1", "localhost", true},
		{"::1", "[::1]:8080", true},
		{"::1", "[::1]", true},
		{"127.0.0.1", "evil.example:8080", false},
		{"127.0.0.1", "evil.example", false},
		{"127.0.0.1", "192.0.2.1:8080", false},
		{"127.0.0.1", "localhost.evil.example", false},
		{"127.0.0.1", "", false},
		{"::1", "evil.example", false},
		{"192.0.2.1", "emulator.example:8080", true}, // it was configured to serve other machines
	} {
		r := reached(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/console/", nil), test.local)
		r.Host = test.host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, test.served, w.Code == http.StatusOK, "%s at %s", test.host, test.local)
		assert.Equal(t, !test.served, w.Code == http.StatusForbidden, "%s at %s", test.host, test.local)
	}
}

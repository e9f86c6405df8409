package console

import (
	"net"
	"net/http"
	"net/netip"
)

// policy lets a page load what the console itself serves, and nothing that is written into the page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded keeps other sites out. Whoever runs the emulator also looks at pages of strangers, which must not read
// the organisation or turn its controls.
func guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		// no-referrer would also blank the Origin of forms, which is all there is to tell a foreign form by where
		// the console is served to other machines.
		h.Set("Referrer-Policy", "same-origin")
		if !isAddressedHere(r) {
			http.Error(w, "the console is not served under this name", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isAddressedHere says whether a request names a host that can be meant. A name of a stranger's that leads to the
// loopback interface would make the stranger's pages ones of the same origin.
func isAddressedHere(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return true
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(trimBrackets(host))
	return err == nil && ip.IsLoopback()
}

func trimBrackets(host string) string {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

package console

import (
	"net"
	"net/http"
	"net/netip"
)

// policy allows a page to load what the console serves, and forbids inline scripts and styles.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// protect returns next, protected from other sites: a browser that opens it also opens foreign pages, which must
// neither read the organization nor use the controls.
func protect(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		// no-referrer would also remove the Origin of forms, by which alone a foreign form is recognized where the
		// console is served to other machines.
		h.Set("Referrer-Policy", "same-origin")
		if !isAddressedHere(r) {
			http.Error(w, "the console is not served under this name", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isAddressedHere reports whether the host of a request belongs to this machine. This prevents DNS rebinding: a foreign
// host name that resolves to loopback would otherwise be same-origin.
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

// trimBrackets returns an IPv6 address without its brackets.
func trimBrackets(host string) string {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

package emulate

import (
	"context"
	"net"
	"net/netip"
	"net/url"
)

// isLoopback reports whether only programs of this machine can reach a server that listens on a host. The empty host is
// loopback for the emulator.
func isLoopback(ctx context.Context, host string) bool {
	if host == "" {
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for _, ip := range ips {
		if !ip.Unmap().IsLoopback() {
			return false
		}
	}
	return err == nil && len(ips) > 0
}

// addresses returns the addresses at which a server can be reached that listens on a host: base, and those of all network
// interfaces where the host stands for all of them.
func addresses(base, host string) []string {
	all := []string{base}
	u, err := url.Parse(base)
	if ip, notIP := netip.ParseAddr(host); err != nil || notIP != nil || !ip.IsUnspecified() {
		return all
	}
	interfaces, _ := net.InterfaceAddrs() // without them there is base
	for _, addr := range interfaces {
		network, ok := addr.(*net.IPNet)
		if !ok || !network.IP.IsGlobalUnicast() { // a link-local address cannot be opened without the name of an interface
			continue
		}
		u.Host = net.JoinHostPort(network.IP.String(), u.Port())
		all = append(all, u.String())
	}
	return all
}

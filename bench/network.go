package main

import "context"

// network is the way to the service.
type network struct {
	name   string
	title  string
	server []string // the arguments of serve; nil: there is no server
}

var (
	inMemory = network{"mem", "in memory", nil}
	plain    = network{"http", "HTTP/1.1", []string{}}
	zipped   = network{"http-gzip", "HTTP/1.1, packed answers", []string{"-gzip"}}
	slow     = network{"http-30ms", "HTTP/1.1, a service that takes 30 ms", []string{"-delay=30ms"}}
	tls      = network{"tls", "HTTP/1.1 over TLS", []string{"-tls"}}
	http2    = network{"h2", "HTTP/2 over TLS", []string{"-tls", "-http2"}}

	networks = []network{inMemory, plain, zipped, slow, tls, http2}
)

// open returns the site and its server, if there is one. It is closed with the server.
func (n network) open(ctx context.Context) (site, *server, error) {
	if n.server == nil {
		return site{url: "http://localhost", transport: memory{}}, nil, nil
	}
	s, err := start(ctx, n.server...)
	if err != nil {
		return site{}, nil, err
	}
	return site{url: s.url}, s, nil
}

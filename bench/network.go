package main

import "context"

// network is the connection to the service.
type network struct {
	name   string
	title  string
	server []string // the arguments of serve; nil without a server
}

var (
	inMemory       = network{"mem", "in memory", nil}
	plain          = network{"http", "HTTP/1.1", []string{}}
	compressedHTTP = network{"http-gzip", "HTTP/1.1, compressed responses", []string{"-gzip"}}
	slow           = network{"http-30ms", "HTTP/1.1, a service that takes 30 ms", []string{"-delay=30ms"}}
	tls            = network{"tls", "HTTP/1.1 over TLS", []string{"-tls"}}
	http2          = network{"h2", "HTTP/2 over TLS", []string{"-tls", "-http2"}}

	networks = []network{inMemory, plain, compressedHTTP, slow, tls, http2}
)

// open returns the target and its server, if there is one. Closing the server closes the target.
func (n network) open(ctx context.Context) (target, *server, error) {
	if n.server == nil {
		return target{url: "http://localhost", transport: memoryTransport{}}, nil, nil
	}
	s, err := startServer(ctx, n.server...)
	if err != nil {
		return target{}, nil, err
	}
	return target{url: s.url}, s, nil
}

package stream

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Option sets an option of New. The order of options does not matter.
type Option func(*config)

// WithConnections sets the number of connections that are held. DingTalk sends each event over one of them, chosen at
// random. The default is 2, so that one goes on while the other is replaced.
func WithConnections(n int) Option {
	return func(c *config) { c.connections = n }
}

// WithConcurrency sets how many events are accepted at once, over all connections. While so many are in progress the client
// stops reading; none is dropped. The default is 64.
func WithConcurrency(n int) Option {
	return func(c *config) { c.concurrency = n }
}

// WithBudget sets the time for accepting an event, after which it is refused with LATER. DingTalk waits about 3 seconds for
// the reply. The default is 2 seconds.
func WithBudget(d time.Duration) Option {
	return func(c *config) { c.budget = d }
}

// WithGap calls f after each time in which events may have been lost, when it is over: more than 15 seconds without a healthy
// connection, the beginning of Client.Run included, or an event that was refused more than once. Gaps may overlap. f may be
// called by several goroutines at once, and delays the connection or the reply that calls it.
func WithGap(f func(event.Gap)) Option {
	return func(c *config) { c.gap = f }
}

// WithLogger sets the logger. Connections are logged at level Info, and at level Warn failures and what is refused, never
// with a secret or the content of an event. Panics of the acceptor are logged at level Error. The default is to log nothing.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) { c.log = l }
}

// WithHTTPClient opens connections through the transport of hc, for a proxy or certificates. The transport must be able to
// upgrade a connection, as that of net/http is. A Timeout of hc bounds each attempt to connect. Its cookie jar and redirect
// policy are not used.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) { c.client = append(c.client, dingtalk.WithHTTPClient(hc)) }
}

// WithBaseURL sets the host by that of the legacy API, as dingtalk.WithBaseURL does: the gateway of Stream mode is on the
// host of the new API, which follows from it. The default is dingtalk.BaseURLInternational.
func WithBaseURL(url string) Option {
	return func(c *config) { c.client = append(c.client, dingtalk.WithBaseURL(url)) }
}

// WithAPIBaseURL sets the host of the new API, as dingtalk.WithAPIBaseURL does, where it does not follow from the base URL.
func WithAPIBaseURL(url string) Option {
	return func(c *config) { c.client = append(c.client, dingtalk.WithAPIBaseURL(url)) }
}

// WithInsecureHTTP allows plain http and ws on hosts other than the loopback interface: see dingtalk.WithInsecureHTTP.
func WithInsecureHTTP() Option {
	return func(c *config) {
		c.insecure = true
		c.client = append(c.client, dingtalk.WithInsecureHTTP())
	}
}

// config holds the options of a client.
type config struct {
	connections int
	concurrency int
	budget      time.Duration
	gap         func(event.Gap)
	log         *slog.Logger
	insecure    bool
	age         func() time.Duration // at which a connection is replaced
	client      []dingtalk.Option    // of hosts and transport
}

// newConfig returns the defaults, changed by opts, and the faults of opts.
func newConfig(opts []Option) (*config, []string) {
	c := &config{
		connections: 2, concurrency: 64, budget: 2 * time.Second,
		gap: func(event.Gap) {}, log: slog.New(slog.DiscardHandler), age: randomAge,
	}
	var faults []string
	require := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, fault)
		}
	}
	for _, opt := range opts {
		if require(opt != nil, "an option is nil"); opt != nil {
			opt(c)
		}
	}
	require(c.connections > 0, "WithConnections: the number must be positive")
	require(c.concurrency > 0, "WithConcurrency: the number must be positive")
	require(c.budget > 0, "WithBudget: the budget must be positive")
	require(c.gap != nil, "WithGap: the function is nil")
	require(c.log != nil, "WithLogger: the logger is nil")
	return c, faults
}

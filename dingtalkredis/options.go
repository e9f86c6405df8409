package dingtalkredis

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"strings"
	"time"
)

// TokenStoreOption changes a setting of NewTokenStore.
type TokenStoreOption interface{ tokenStore(*TokenStore) }

// LimiterOption changes a setting of NewLimiter. All processes of a fleet should have the same settings, but for
// the address label. A value that makes no sense, such as a limit of zero, leaves the default.
type LimiterOption interface{ limiter(*settings) }

// Option changes a setting of both.
type Option interface {
	TokenStoreOption
	LimiterOption
}

// WithPrefix begins the name of every key. The default is "dingtalk:v1:". Braces in it become parentheses: they
// would decide on the slot in a cluster.
func WithPrefix(prefix string) Option {
	return prefixOption(strings.NewReplacer("{", "(", "}", ")").Replace(prefix))
}

type prefixOption string

func (p prefixOption) tokenStore(s *TokenStore) { s.prefix = string(p) }
func (p prefixOption) limiter(s *settings)      { s.prefix = string(p) }

type limiterOption func(*settings)

func (o limiterOption) limiter(s *settings) { o(s) }

// WithApp names the app whose calls are counted, by its client ID, of which only a hash is in Redis. Without it all
// limiters of the same prefix count as one app.
func WithApp(clientID string) LimiterOption {
	return limiterOption(func(s *settings) { s.app = digest(clientID) })
}

// WithPerSecond sets how many calls the service permits the app to each endpoint in a second: 20, the default, by
// the standard edition, and up to 60 by others.
func WithPerSecond(n int) LimiterOption {
	return limiterOption(func(s *settings) {
		if n > 0 {
			s.endpoint.n = n
		}
	})
}

// WithPerAddress sets how many calls the service permits from one address in 20 seconds, all endpoints together.
// The default is 10,000, as documented. They are counted by app: several apps behind one address have to divide it.
// The limiter spreads them, so that no second has more than its twentieth.
func WithPerAddress(n int) LimiterOption {
	return limiterOption(func(s *settings) {
		if n > 0 {
			s.address = spread(n)
		}
	})
}

// WithAddressLabel names the address from which this process reaches the service. Processes behind the same one, as
// behind a NAT gateway, need the same label. The default is the host's name.
func WithAddressLabel(label string) LimiterOption {
	return limiterOption(func(s *settings) { s.label = label })
}

// WithFleetSize sets how many processes there are at most. While Redis is away each makes do with its part of the
// limits. The default is 4. If the limiter has seen more at work, it goes by that.
func WithFleetSize(n int) LimiterOption {
	return limiterOption(func(s *settings) {
		if n > 0 {
			s.fleet = n
		}
	})
}

// WithAttemptTimeout says how long a single call may take: what dingtalk.WithTimeout sets. The permit of a
// process that died is held back for so long, and for 16 s at least. The default is 10 s.
func WithAttemptTimeout(d time.Duration) LimiterOption {
	return limiterOption(func(s *settings) {
		if d > 0 {
			s.attempt = d
		}
	})
}

// WithTimeout says how long an answer of Redis is waited for. The default is 200 ms. No more than 1 s is
// taken.
func WithTimeout(d time.Duration) LimiterOption {
	return limiterOption(func(s *settings) {
		if d > 0 {
			s.timeout = min(d, time.Second)
		}
	})
}

// WithLogger logs when Redis is lost, at level Warn, and when it is back, at Info. The default discards.
func WithLogger(l *slog.Logger) LimiterOption {
	return limiterOption(func(s *settings) {
		if l != nil {
			s.logger = l
		}
	})
}

const defaultPrefix = "dingtalk:v1:"

// settings of a limiter.
type settings struct {
	prefix, app, label string
	endpoint, address  limit
	fleet              int
	attempt, timeout   time.Duration
	logger             *slog.Logger
}

// limit is a number of calls in any period of one span.
type limit struct {
	n    int
	span time.Duration
}

func newSettings(opts []LimiterOption) settings {
	s := settings{
		prefix:   defaultPrefix,
		app:      "app",
		endpoint: limit{20, time.Second},
		address:  spread(10_000),
		fleet:    4,
		attempt:  10 * time.Second,
		timeout:  200 * time.Millisecond,
		logger:   slog.New(slog.DiscardHandler),
	}
	for _, opt := range opts {
		if opt != nil {
			opt.limiter(&s)
		}
	}
	if s.label == "" {
		s.label, _ = os.Hostname() // without one, all that have none share a label
	}
	// Clocks that differ by a thousandth would let a call in too early.
	s.endpoint.span += s.endpoint.span / 1000
	s.address.span += s.address.span / 1000
	return s
}

// spread divides the limit of an address into shorter windows, which together permit no more. For one, it takes a
// pause of one window until a server that was restarted can know what it has forgotten.
func spread(n int) limit {
	const span = 20 * time.Second
	parts := min(n, 20)
	return limit{n / parts, span / time.Duration(parts)}
}

// digest stands for a name that may hold anything.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

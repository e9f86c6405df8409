package dingtalkredis

import (
	"log/slog"
	"strings"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// TokenStoreOption changes a setting of NewTokenStore.
type TokenStoreOption interface{ tokenStore(*TokenStore) }

// LimiterOption changes a setting of NewLimiter. All processes of a fleet should have the same settings except for the
// address label.
type LimiterOption interface{ limiter(*settings) }

// Option changes a setting of both.
type Option interface {
	TokenStoreOption
	LimiterOption
}

// WithPrefix sets the prefix of all key names. The default is "dingtalk:v1:". Braces in it become parentheses, because
// they would select the slot in a cluster.
func WithPrefix(prefix string) Option {
	return prefixOption(strings.NewReplacer("{", "(", "}", ")").Replace(prefix))
}

type prefixOption string

func (p prefixOption) tokenStore(s *TokenStore) { s.prefix = string(p) }
func (p prefixOption) limiter(s *settings)      { s.prefix = string(p) }

type limiterOption func(*settings)

func (o limiterOption) limiter(s *settings) { o(s) }

// WithRateLimit sets the limits that the fleet shares. A zero field has the default of dingtalk.RateLimit; a negative
// one is an error, because a shared limiter needs both limits. The limit of the address is counted for each app:
// several apps behind one address have to divide it. The limiter spreads it, so that no second has more than its
// twentieth.
func WithRateLimit(limit dingtalk.RateLimit) LimiterOption {
	return limiterOption(func(s *settings) {
		s.require(limit.PerSecond >= 0 && limit.PerAddress >= 0, "WithRateLimit: a shared limiter needs both limits")
		if limit.PerSecond > 0 {
			s.perSecond = limit.PerSecond
		}
		if limit.PerAddress > 0 {
			s.perAddress = limit.PerAddress
		}
	})
}

// WithAddressLabel names the address from which this process reaches the service. Processes behind the same address,
// such as a NAT gateway, need the same label. The default, also for an empty label, is the host's name.
func WithAddressLabel(label string) LimiterOption {
	return limiterOption(func(s *settings) { s.label = label })
}

// WithFleetSize sets the maximum number of processes. While Redis is down, each of them uses its part of the limits.
// The default is 4. If the limiter has seen more processes at work, it divides by their number.
func WithFleetSize(n int) LimiterOption {
	return limiterOption(func(s *settings) {
		s.fleet = n
		s.require(n > 0, "WithFleetSize: the size must be positive")
	})
}

// WithAttemptTimeout sets how long a single call may take: the value of dingtalk.WithTimeout. The permits of a process
// that died are held for that long, and for 16 s at least. The default is 10 s.
func WithAttemptTimeout(d time.Duration) LimiterOption {
	return limiterOption(func(s *settings) {
		s.attempt = d
		s.require(d > 0, "WithAttemptTimeout: the timeout must be positive")
	})
}

// WithTimeout sets how long the limiter waits for a reply of Redis: 1 s at most. The default is 200 ms.
func WithTimeout(d time.Duration) LimiterOption {
	return limiterOption(func(s *settings) {
		s.timeout = d
		s.require(d > 0 && d <= time.Second, "WithTimeout: the timeout must be positive, and 1 s at most")
	})
}

// WithLogger logs at level Warn that Redis is down, and at level Info that it is back. The default discards both.
func WithLogger(l *slog.Logger) LimiterOption {
	return limiterOption(func(s *settings) {
		s.logger = l
		s.require(l != nil, "WithLogger: the logger is nil")
	})
}

package dingtalkredis

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	defaultPrefix     = "dingtalk:v1:"
	defaultPerSecond  = 20
	defaultPerAddress = 9_500 // the same as the client's: 500 of an address's 10,000 calls are left to other programs
)

// settings holds the settings of a limiter.
type settings struct {
	prefix, app, label    string
	perSecond, perAddress int
	endpoint, address     limit // the windows derived from perSecond and perAddress
	fleet                 int
	attempt, timeout      time.Duration
	logger                *slog.Logger
	faults                []string // of the arguments of NewLimiter
}

// limit is a number of calls in any period of one span.
type limit struct {
	n    int
	span time.Duration
}

// newSettings returns the settings that result from the arguments of NewLimiter, or an error with all their faults.
func newSettings(client redis.Scripter, clientID string, opts []LimiterOption) (settings, error) {
	s := settings{
		prefix:     defaultPrefix,
		app:        digest(clientID),
		perSecond:  defaultPerSecond,
		perAddress: defaultPerAddress,
		fleet:      4,
		attempt:    10 * time.Second,
		timeout:    200 * time.Millisecond,
		logger:     slog.New(slog.DiscardHandler),
	}
	s.require(client != nil, "the Redis client is nil")
	s.require(clientID != "", "the client ID is empty")
	s.require(strings.TrimSpace(clientID) == clientID, "the client ID begins or ends with white space")
	for _, opt := range opts {
		if s.require(opt != nil, "an option is nil"); opt != nil {
			opt.limiter(&s)
		}
	}
	if len(s.faults) > 0 {
		return s, errors.New("dingtalkredis: cannot create the limiter: " + strings.Join(s.faults, "; "))
	}
	if s.label == "" {
		s.label, _ = os.Hostname() // if it fails, processes without a name share a label
	}
	s.endpoint = limit{s.perSecond, time.Second}
	s.address = spreadAddress(s.perAddress)
	// Clocks that differ by a thousandth would permit a call too early.
	s.endpoint.span += s.endpoint.span / 1000
	s.address.span += s.address.span / 1000
	return s, nil
}

func (s *settings) require(ok bool, fault string) {
	if !ok {
		s.faults = append(s.faults, fault)
	}
}

// hold returns how long Redis holds the permit of a call whose end is not reported: until the call has arrived.
func (s *settings) hold() time.Duration { return maxSendDelay + max(s.attempt, maxTransit) }

// longestSpan returns the longer one of the windows.
func (s *settings) longestSpan() time.Duration { return max(s.endpoint.span, s.address.span) }

// spreadAddress divides the limit of an address into shorter windows, which permit no more together. With a single
// window a server that was restarted would have to pause for all of its 20 s, until the calls it lost no longer count.
func spreadAddress(n int) limit {
	const span = 20 * time.Second
	parts := min(n, 20)
	return limit{n / parts, span / time.Duration(parts)}
}

// digest returns a short hash of a name that may hold anything.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

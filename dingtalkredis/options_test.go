package dingtalkredis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

func TestNewLimiter_NamesEveryFaultOfItsArguments(t *testing.T) {
	t.Parallel()
	_, err := NewLimiter(nil, "", WithRateLimit(dingtalk.NoRateLimit), WithFleetSize(0), WithAttemptTimeout(0),
		WithTimeout(2*time.Second), WithLogger(nil), nil)
	require.EqualError(t, err, "dingtalkredis: cannot create the limiter: the Redis client is nil; the client ID is empty; "+
		"WithRateLimit: a shared limiter needs both limits; WithFleetSize: the size must be positive; "+
		"WithAttemptTimeout: the timeout must be positive; WithTimeout: the timeout must be positive, and 1 s at most; "+
		"WithLogger: the logger is nil; an option is nil")
	_, err = NewLimiter(quotingClient{}, "ding1\n", WithTimeout(-1), WithRateLimit(dingtalk.RateLimit{PerAddress: -1}))
	require.EqualError(t, err, "dingtalkredis: cannot create the limiter: the client ID begins or ends with white space; "+
		"WithTimeout: the timeout must be positive, and 1 s at most; WithRateLimit: a shared limiter needs both limits")
}

func TestWithRateLimit_KeepsTheDefaultOfAZeroField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit             dingtalk.RateLimit
		endpoint, address limit
	}{
		{dingtalk.RateLimit{}, limit{20, 1001 * time.Millisecond}, limit{475, 1001 * time.Millisecond}},
		{dingtalk.RateLimit{PerSecond: 60}, limit{60, 1001 * time.Millisecond}, limit{475, 1001 * time.Millisecond}},
		{dingtalk.RateLimit{PerAddress: 10}, limit{20, 1001 * time.Millisecond}, limit{1, 2002 * time.Millisecond}},
	} {
		l := newLimiter(t, quotingClient{}, WithRateLimit(c.limit))
		assert.Equal(t, c.endpoint, l.endpoint, "%+v", c.limit)
		assert.Equal(t, c.address, l.address, "%+v", c.limit)
	}
	l := newLimiter(t, quotingClient{})
	assert.Equal(t, limit{475, 1001 * time.Millisecond}, l.address)
}

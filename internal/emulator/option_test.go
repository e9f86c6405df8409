package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNew_RefusesInvalidOptions(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]Option{
		"no credentials":              WithCredentials("", ""),
		"no clock":                    WithClock(nil),
		"negative latency":            WithLatency(-1),
		"negative limit":              WithQPS(-1),
		"negative budget":             WithAddressLimit(-1),
		"negative jitter":             WithJitter(-1, 1, 0),
		"jitter to less":              WithJitter(2, 1, 0),
		"no life":                     WithTokenLifetime(time.Millisecond),
		"no slash":                    WithBasePath("proxy"),
		"success":                     WithCredentialCode(0),
		"success for an unknown user": WithUnknownUserCode(0),
		"no department":               WithContactScope([]int64{0}, nil),
		"an unknown scope":            WithoutScope("qyapi_everything"),
		"no address":                  WithAllowedIPs("localhost"),
		"fewer than none":             WithSampleOrg(-1, 10, 0),
		"fewer than no people":        WithSampleOrg(10, -1, 0),
	} {
		_, err := New(opt)
		require.Error(t, err, name)
	}
}

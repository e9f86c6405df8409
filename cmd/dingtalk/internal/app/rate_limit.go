package app

import (
	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// QPS returns the flag of a rate limit.
func QPS(qps *int) urfave.Flag {
	return &urfave.IntFlag{Name: "qps", Value: 20, Destination: qps, Usage: "the `CALLS` per second that the app may make to each endpoint: " +
		"20 in the standard edition, 60 with the paid pack; 0 is no limit, for an emulator"}
}

// RateLimit returns the option of a client for the value of that flag.
func RateLimit(qps int) dingtalk.Option {
	if qps == 0 {
		return dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	}
	return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: qps})
}

package dingtalkotel

import (
	"context"
	"errors"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// cause tells the two reasons apart for which a client holds calls back.
const cause = attribute.Key("dingtalk.block.cause")

// ObserveBlock reports for how many seconds a client holds calls back, as the gauge dingtalk.client.block: with
// dingtalk.block.cause "ban" until the end of a ban by DingTalk, and with "page" until the next probe while HTML pages of
// another site come in place of responses. Both are 0 while calls are sent.
//
// A gauge that the clients of several apps observe needs an attribute for each, by WithAttributes. Unregister ends the
// observation, and lets go of the client.
func ObserveBlock(client *dingtalk.Client, opts ...Option) (metric.Registration, error) {
	if client == nil {
		return nil, errors.New("dingtalkotel: the client is nil")
	}
	c := newConfig(opts)
	meter := c.meter()
	gauge, err := meter.Float64ObservableGauge("dingtalk.client.block", metric.WithUnit("s"),
		metric.WithDescription("The time for which calls are held back."))
	if err != nil {
		return nil, err
	}
	ban := metric.WithAttributes(append(slices.Clip(c.attributes), cause.String("ban"))...)
	page := metric.WithAttributes(append(slices.Clip(c.attributes), cause.String("page"))...)
	return meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		var banned, paged float64
		blocked := client.Blocked()
		if e, ok := errors.AsType[*dingtalk.Error](blocked); ok {
			if errors.Is(blocked, dingtalk.ErrRateLimited) {
				banned = e.RetryAfter.Seconds()
			} else {
				paged = e.RetryAfter.Seconds()
			}
		}
		o.ObserveFloat64(gauge, banned, ban)
		o.ObserveFloat64(gauge, paged, page)
		return nil
	}, gauge)
}

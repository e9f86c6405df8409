package dingtalkotel

import (
	"slices"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name of the instrumentation, and schema the version of the conventions that it follows.
const (
	scope  = "github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
	schema = "https://opentelemetry.io/schemas/1.43.0"
)

// Option sets an option of Middleware and ObserveBlock.
type Option func(*config)

// WithTracerProvider sets the provider of the tracer. The default is the global one.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) { c.tracers = p }
}

// WithMeterProvider sets the provider of the meter. The default is the global one.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) { c.meters = p }
}

// WithAttributes adds attributes to all spans and metrics, such as server.address, or a name that tells several apps of a
// process apart. It has none that differ from call to call.
func WithAttributes(attributes ...attribute.KeyValue) Option {
	return func(c *config) { c.attributes = append(c.attributes, attributes...) }
}

// config holds the options.
type config struct {
	tracers    trace.TracerProvider
	meters     metric.MeterProvider
	attributes []attribute.KeyValue
}

func newConfig(opts []Option) *config {
	c := &config{tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	for _, opt := range opts {
		opt(c)
	}
	c.attributes = append(slices.Clip(c.attributes), systemName)
	return c
}

// meter returns the meter of the package.
func (c *config) meter() metric.Meter {
	return c.meters.Meter(scope, metric.WithSchemaURL(schema))
}

package dingtalkotel

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// The attributes of a call.
const (
	method         = attribute.Key("rpc.method")
	statusCode     = attribute.Key("rpc.response.status_code")
	errorType      = attribute.Key("error.type")
	urlTemplate    = attribute.Key("url.template")
	attempts       = attribute.Key("dingtalk.attempts")
	wait           = attribute.Key("dingtalk.wait")
	requestID      = attribute.Key("dingtalk.request_id")
	requiredScopes = attribute.Key("dingtalk.required_scopes")
)

// systemName is on every span and metric.
var systemName = attribute.String("rpc.system.name", "dingtalk")

// Middleware returns a middleware of a client that makes a span of each call, and records its metrics. The context that it
// passes on has the span, so that those of inner middleware and of a log are its children. Put it first, so that it sees
// the time of the others as well; one middleware can serve several clients.
//
// A meter that refuses an instrument is reported to otel.Handle, and fails no call.
func Middleware(opts ...Option) dingtalk.Middleware {
	c := newConfig(opts)
	o := observer{
		tracer:     c.tracers.Tracer(scope, trace.WithSchemaURL(schema)),
		attributes: c.attributes,
		codes:      bounded{limit: 200},
	}
	meter := c.meter()
	var err error
	o.duration, err = rpcconv.NewClientCallDuration(meter)
	handle(err)
	o.wait, err = meter.Float64Histogram("dingtalk.client.call.wait", metric.WithUnit("s"),
		metric.WithDescription("The part of a call in which no request was in flight."),
		metric.WithExplicitBucketBoundaries(0.005, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600))
	handle(err)
	o.attempts, err = meter.Int64Counter("dingtalk.client.attempts", metric.WithUnit("{attempt}"),
		metric.WithDescription("Requests sent."))
	handle(err)
	return o.observe
}

// handle reports an error of OpenTelemetry. The instrument beside it records nothing.
func handle(err error) {
	if err != nil {
		otel.Handle(err)
	}
}

// observer makes the spans and the metrics of calls.
type observer struct {
	tracer     trace.Tracer
	attributes []attribute.KeyValue
	duration   rpcconv.ClientCallDuration
	wait       metric.Float64Histogram
	attempts   metric.Int64Counter
	codes      bounded
}

// observe is the middleware.
func (o *observer) observe(next dingtalk.Invoker) dingtalk.Invoker {
	return func(ctx context.Context, call *dingtalk.Call) error {
		attributes := append(slices.Clip(o.attributes), method.String(call.Op))
		ctx, span := o.tracer.Start(ctx, call.Op, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithAttributes(attributes...), trace.WithAttributes(urlTemplate.String(call.Path)))
		defer span.End()
		start := time.Now()
		err := next(ctx, call)
		took := time.Since(start)

		f := failureOf(err)
		if span.IsRecording() {
			record(span, call, f)
		}
		set := attribute.NewSet(attributes...)
		o.wait.Record(ctx, call.Waited.Seconds(), metric.WithAttributeSet(set))
		o.attempts.Add(ctx, int64(call.Attempts), metric.WithAttributeSet(set))
		if f != nil {
			attributes = append(attributes, errorType.String(f.class))
			if f.code != "" {
				attributes = append(attributes, statusCode.String(o.codes.value(f.code)))
			}
			set = attribute.NewSet(attributes...)
		}
		o.duration.RecordSet(ctx, took.Seconds(), set)
		return err
	}
}

// record describes the end of a call in its span.
func record(span trace.Span, call *dingtalk.Call, f *failure) {
	span.SetAttributes(attempts.Int(call.Attempts), wait.Float64(call.Waited.Seconds()))
	if f == nil {
		return
	}
	span.SetStatus(codes.Error, f.class)
	span.SetAttributes(errorType.String(f.class))
	if f.code != "" {
		span.SetAttributes(statusCode.String(f.code))
	}
	if f.requestID != "" {
		span.SetAttributes(requestID.String(f.requestID))
	}
	if len(f.requiredScopes) > 0 {
		span.SetAttributes(requiredScopes.StringSlice(f.requiredScopes))
	}
}

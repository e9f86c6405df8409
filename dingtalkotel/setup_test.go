package dingtalkotel_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
)

// telemetry holds what the SDK of OpenTelemetry has received.
type telemetry struct {
	spans   *tracetest.InMemoryExporter
	tracers *trace.TracerProvider
	reader  *metric.ManualReader
	meters  *metric.MeterProvider
}

func newTelemetry() *telemetry {
	m := &telemetry{spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	m.tracers = trace.NewTracerProvider(trace.WithSyncer(m.spans))
	m.meters = metric.NewMeterProvider(metric.WithReader(m.reader))
	return m
}

// options sends everything here.
func (m *telemetry) options(more ...dingtalkotel.Option) []dingtalkotel.Option {
	return append(more, dingtalkotel.WithTracerProvider(m.tracers), dingtalkotel.WithMeterProvider(m.meters))
}

// span returns the one span of an operation.
func (m *telemetry) span(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range m.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

// metric returns the data of an instrument.
func (m *telemetry) metric(t *testing.T, name string) metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, m.reader.Collect(t.Context(), &all))
	for _, s := range all.ScopeMetrics {
		for _, metric := range s.Metrics {
			if metric.Name == name {
				return metric
			}
		}
	}
	require.Fail(t, "no such metric", name)
	return metricdata.Metrics{}
}

// histogram returns the points of a histogram for an operation.
func (m *telemetry) histogram(t *testing.T, name, op string) []metricdata.HistogramDataPoint[float64] {
	t.Helper()
	data, ok := m.metric(t, name).Data.(metricdata.Histogram[float64])
	require.True(t, ok, name)
	var found []metricdata.HistogramDataPoint[float64]
	for _, point := range data.DataPoints {
		if text(point.Attributes, "rpc.method") == op {
			found = append(found, point)
		}
	}
	return found
}

// attempts returns the number of requests of an operation that were counted.
func (m *telemetry) attempts(t *testing.T, op string) int64 {
	t.Helper()
	data, ok := m.metric(t, "dingtalk.client.attempts").Data.(metricdata.Sum[int64])
	require.True(t, ok)
	require.True(t, data.IsMonotonic)
	for _, point := range data.DataPoints {
		if text(point.Attributes, "rpc.method") == op {
			return point.Value
		}
	}
	return 0
}

func text(set attribute.Set, key attribute.Key) string {
	v, _ := set.Value(key)
	return v.AsString()
}

// attributesOf returns the attributes of a span as a set.
func attributesOf(s tracetest.SpanStub) map[string]any {
	all := map[string]any{}
	for _, a := range s.Attributes {
		all[string(a.Key)] = a.Value.AsInterface()
	}
	return all
}

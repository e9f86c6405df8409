package dingtalkotel_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func Example() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	spans := tracetest.NewInMemoryExporter() // in a program, an exporter of OTLP
	tracers := trace.NewTracerProvider(trace.WithSyncer(spans))

	client := srv.Client(dingtalk.WithMiddleware(dingtalkotel.Middleware(
		dingtalkotel.WithTracerProvider(tracers),
		dingtalkotel.WithAttributes(attribute.String("server.address", "oapi.dingtalk.io")),
	)))
	_, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(err != nil)

	for _, span := range spans.GetSpans() {
		fmt.Printf("%s: %v %q\n", span.Name, span.Status.Code, span.Status.Description)
	}
	// Output:
	// true
	// GetToken: Unset ""
	// GetUser: Error "not_found"
}

// The providers are the global ones, which otel.SetTracerProvider and otel.SetMeterProvider set.
func ExampleMiddleware() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithMiddleware(dingtalkotel.Middleware()))
	if err != nil {
		fmt.Println(err)
		return
	}
	block, err := dingtalkotel.ObserveBlock(client)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = block.Unregister() }()
	fmt.Println(client.Blocked())
	// Output: <nil>
}

func ExampleObserveBlock() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	reader := metric.NewManualReader() // in a program, an exporter of OTLP or Prometheus
	meters := metric.NewMeterProvider(metric.WithReader(reader))

	registration, err := dingtalkotel.ObserveBlock(client, dingtalkotel.WithMeterProvider(meters))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = registration.Unregister() }()

	srv.Fail("CountUsers", dingtalktest.BanPage, 1)
	_, err = client.CountUsers(ctx, dingtalk.CountUsersRequest{})
	fmt.Println(err != nil)

	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		fmt.Println(err)
		return
	}
	gauge, _ := all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Gauge[float64])
	for _, point := range gauge.DataPoints {
		cause, _ := point.Attributes.Value("dingtalk.block.cause")
		fmt.Println(cause.AsString(), point.Value > 290)
	}
	// Unordered output:
	// true
	// ban true
	// page false
}

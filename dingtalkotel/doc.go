// Package dingtalkotel observes a client of package dingtalk with OpenTelemetry: a span for each call, and metrics.
//
//	client, err := dingtalk.New(clientID, clientSecret, dingtalk.WithMiddleware(dingtalkotel.Middleware()))
//	…
//	registration, err := dingtalkotel.ObserveBlock(client)
//
// Without options the spans and metrics go to the providers that are registered globally, with otel.SetTracerProvider and
// otel.SetMeterProvider.
//
// # Spans
//
// A span is a call, with all its attempts and waits, in the conventions for clients of remote procedure calls: kind client,
// named for the operation, as in "GetUser". The calls with which a client fetches its tokens have spans of their own.
//
//	rpc.system.name           dingtalk
//	rpc.method                the operation: GetUser
//	url.template              the path of the endpoint: /topapi/v2/user/get
//	error.type                the class of the error: not_found, rate_limited, outcome_unknown …
//	rpc.response.status_code  the code of a refusal: 60121, or Forbidden.AccessDenied.QpsLimitForApi on the new API
//	dingtalk.attempts         how many requests were sent; 0 if the call was not sent
//	dingtalk.wait             the seconds in which none of them was in flight
//	dingtalk.request_id       the ID of a refused request, for DingTalk's support
//	dingtalk.required_scopes  the permission points that the app lacks
//
// The status of a call that failed is Error, with the class as its description. Where the caller's context ended the call,
// error.type is canceled or deadline_exceeded; if a write was in flight then, it is outcome_unknown.
//
// # Metrics
//
//	rpc.client.call.duration       histogram, s: the time of a call, waits included
//	dingtalk.client.call.wait      histogram, s: the part of it in which no request was in flight: the call waited for a
//	                               token, for the rate limit, for the end of a ban, or before it was repeated
//	dingtalk.client.attempts       counter, {attempt}: requests sent
//	dingtalk.client.block          gauge, s: the time for which calls are held back, from ObserveBlock
//
// All but the gauge have rpc.system.name and rpc.method. The duration has error.type and rpc.response.status_code as well,
// if the call failed. A code that is none of the first 200 is reported as "_OTHER", so that no server can make metrics grow
// without bound.
//
// # What is not reported
//
// No attribute has anything of a request or a response: no user ID, name, number or secret, and not the text of an error,
// which may quote one. Do not instrument the HTTP transport of a client as well: its URLs have the access token.
package dingtalkotel

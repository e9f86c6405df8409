package dingtalkotel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

var zhaoMin = dingtalk.CreateUserRequest{
	UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1},
}

// observed returns a client whose calls are observed.
func observed(srv *dingtalktest.Server, m *telemetry, opts ...dingtalk.Option) *dingtalk.Client {
	return srv.Client(append(opts, dingtalk.WithMiddleware(dingtalkotel.Middleware(m.options()...)))...)
}

func TestMiddleware_DescribesASuccess(t *testing.T) {
	t.Parallel()
	srv, m := dingtalktest.New(t), newTelemetry()
	client := srv.Client(dingtalk.WithMiddleware(dingtalkotel.Middleware(
		m.options(dingtalkotel.WithAttributes(attribute.String("app", "hr")))...)))
	_, err := client.CreateUser(t.Context(), zhaoMin)
	require.NoError(t, err)

	span := m.span(t, "CreateUser")
	assert.Equal(t, trace.SpanKindClient, span.SpanKind)
	assert.Equal(t, codes.Unset, span.Status.Code)
	got := attributesOf(span)
	assert.GreaterOrEqual(t, got["dingtalk.wait"], 0.0)
	delete(got, "dingtalk.wait")
	assert.Equal(t, map[string]any{
		"app": "hr", "rpc.system.name": "dingtalk", "rpc.method": "CreateUser",
		"url.template": "/topapi/v2/user/create", "dingtalk.attempts": int64(1),
	}, got)

	points := m.histogram(t, "rpc.client.call.duration", "CreateUser")
	require.Len(t, points, 1)
	assert.EqualValues(t, 1, points[0].Count)
	want := attribute.NewSet(attribute.String("app", "hr"), attribute.String("rpc.system.name", "dingtalk"),
		attribute.String("rpc.method", "CreateUser"))
	assert.True(t, want.Equals(&points[0].Attributes))
	assert.EqualValues(t, 1, m.attempts(t, "CreateUser"))
	assert.EqualValues(t, 1, m.attempts(t, "GetToken"), "the fetch of a token is a call as well")
	assert.Equal(t, "s", m.metric(t, "rpc.client.call.duration").Unit)
	assert.Equal(t, "s", m.metric(t, "dingtalk.client.call.wait").Unit)
}

func TestMiddleware_DescribesFailures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault    dingtalktest.Fault
		times    int
		class    string
		code     any // nil: no attribute
		attempts int64
	}{
		"throttled":         {dingtalktest.Throttled, 9, "rate_limited", "90018", 3},
		"permission":        {dingtalktest.PermissionMissing, 9, "permission_denied", "60011", 1},
		"a lost response":   {dingtalktest.LostResponse, 1, "outcome_unknown", nil, 1},
		"busy":              {dingtalktest.SystemBusy, 9, "outcome_unknown", "-1", 1},
		"a ban":             {dingtalktest.BanPage, 1, "rate_limited", nil, 1},
		"a page":            {dingtalktest.PortalPage, 1, "outcome_unknown", nil, 1},
		"a connection lost": {dingtalktest.DropConnection, 1, "outcome_unknown", nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, m := dingtalktest.New(t), newTelemetry()
				srv.Fail("CreateUser", tc.fault, tc.times)
				_, err := observed(srv, m).CreateUser(t.Context(), zhaoMin)
				require.Error(t, err)

				span := m.span(t, "CreateUser")
				assert.Equal(t, codes.Error, span.Status.Code)
				assert.Equal(t, tc.class, span.Status.Description)
				got := attributesOf(span)
				assert.Equal(t, tc.class, got["error.type"])
				assert.Equal(t, tc.code, got["rpc.response.status_code"])
				assert.Equal(t, tc.attempts, got["dingtalk.attempts"])
				if e, ok := errors.AsType[*dingtalk.Error](err); assert.True(t, ok) && e.RequestID != "" {
					assert.Equal(t, e.RequestID, got["dingtalk.request_id"])
				}
				points := m.histogram(t, "rpc.client.call.duration", "CreateUser")
				require.Len(t, points, 1)
				assert.Equal(t, tc.class, text(points[0].Attributes, "error.type"))
				code, _ := tc.code.(string)
				assert.Equal(t, code, text(points[0].Attributes, "rpc.response.status_code"))
				assert.Equal(t, tc.attempts, m.attempts(t, "CreateUser"))
			})
		})
	}
}

func TestMiddleware_CountsRepetitionsAndWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, m := dingtalktest.New(t), newTelemetry()
		client := observed(srv, m)
		_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		srv.Fail("CountUsers", dingtalktest.Throttled, 2)
		start := time.Now()
		_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		took := time.Since(start)
		require.GreaterOrEqual(t, took, 2*time.Second)

		assert.EqualValues(t, 4, m.attempts(t, "CountUsers"))
		waits := m.histogram(t, "dingtalk.client.call.wait", "CountUsers")
		require.Len(t, waits, 1)
		assert.EqualValues(t, 2, waits[0].Count)
		assert.InDelta(t, took.Seconds(), waits[0].Sum, 0.001, "time passes only while the call waits")
		assert.Empty(t, text(waits[0].Attributes, "error.type"))
	})
}

func TestMiddleware_ReportsMissingPermissionPoints(t *testing.T) {
	t.Parallel()
	srv, m := dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_get_member")), newTelemetry()
	_, err := observed(srv, m).GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.ErrorIs(t, err, dingtalk.ErrPermission)
	assert.Equal(t, []string{"qyapi_get_member"}, attributesOf(m.span(t, "GetUser"))["dingtalk.required_scopes"])
}

func TestMiddleware_ReportsTheCodesOfTheNewAPI(t *testing.T) {
	t.Parallel()
	srv, m := dingtalktest.New(t), newTelemetry()
	srv.Fail("SearchUsers", dingtalktest.StringCode(400, "invalidParameter.offset"), 1)
	_, err := observed(srv, m).SearchUsers(t.Context(), dingtalk.SearchUsersRequest{QueryWord: "Zhao", Size: 10})
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	assert.Equal(t, "invalidParameter.offset", attributesOf(m.span(t, "SearchUsers"))["rpc.response.status_code"])
}

func TestMiddleware_TellsHowTheCallerEndedACall(t *testing.T) {
	t.Parallel()
	for class, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"canceled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		},
		"deadline_exceeded": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
	} {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, m := dingtalktest.New(t), newTelemetry()
				client := observed(srv, m)
				require.NoError(t, warm(t.Context(), client))
				srv.Fail("GetUser", dingtalktest.Hang, 1)
				srv.Fail("CreateUser", dingtalktest.Hang, 1)
				ctx, cancel := end(t.Context())
				defer cancel()
				_, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
				require.ErrorIs(t, err, ctx.Err())
				assert.Equal(t, class, m.span(t, "GetUser").Status.Description)

				ctx, cancel = end(t.Context())
				defer cancel()
				_, err = client.CreateUser(ctx, zhaoMin)
				require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				assert.Equal(t, "outcome_unknown", m.span(t, "CreateUser").Status.Description)
			})
		})
	}
}

// warm fetches a token.
func warm(ctx context.Context, client *dingtalk.Client) error {
	_, err := client.Token(ctx)
	return err
}

// roundTrip is a transport that keeps the contexts of the requests.
type roundTrip struct {
	next     http.RoundTripper
	contexts []context.Context
}

func (r *roundTrip) RoundTrip(req *http.Request) (*http.Response, error) {
	r.contexts = append(r.contexts, req.Context())
	return r.next.RoundTrip(req)
}

func TestMiddleware_PassesTheTraceOn(t *testing.T) {
	t.Parallel()
	srv, m := dingtalktest.New(t), newTelemetry()
	transport := &roundTrip{next: srv.Transport()}
	var inner []trace.SpanContext
	seen := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			inner = append(inner, trace.SpanContextFromContext(ctx))
			return next(ctx, call)
		}
	}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(),
		dingtalk.WithHTTPClient(&http.Client{Transport: transport}),
		dingtalk.WithMiddleware(dingtalkotel.Middleware(m.options()...), seen))
	require.NoError(t, err)

	ctx, parent := m.tracers.Tracer("test").Start(t.Context(), "request")
	_, err = client.CountUsers(ctx, dingtalk.CountUsersRequest{})
	require.NoError(t, err)
	parent.End()

	call, fetch := m.span(t, "CountUsers"), m.span(t, "GetToken")
	assert.Equal(t, parent.SpanContext().SpanID(), call.Parent.SpanID())
	for _, span := range []trace.SpanContext{call.SpanContext, fetch.SpanContext} {
		assert.Equal(t, parent.SpanContext().TraceID(), span.TraceID())
	}
	assert.Contains(t, inner, call.SpanContext)
	require.Len(t, transport.contexts, 2)
	assert.Equal(t, fetch.SpanContext, trace.SpanContextFromContext(transport.contexts[0]))
	assert.Equal(t, call.SpanContext, trace.SpanContextFromContext(transport.contexts[1]))
}

func TestMiddleware_ReportsNothingOfPeopleOrSecrets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, m := dingtalktest.New(t), newTelemetry()
		client := observed(srv, m)
		_, err := client.CreateUser(t.Context(), zhaoMin)
		require.NoError(t, err)
		second := zhaoMin
		second.UserID = "li.lei"
		_, err = client.CreateUser(t.Context(), second)
		require.ErrorIs(t, err, dingtalk.ErrAlreadyExists)
		e, ok := errors.AsType[*dingtalk.Error](err)
		require.True(t, ok)
		require.Equal(t, "zhao.min", e.HolderUserID, "the error names who has the number")
		_, err = client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "han.meimei"})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)
		token, err := client.Token(t.Context())
		require.NoError(t, err)

		spans, err := json.Marshal(m.spans.GetSpans().Snapshots())
		require.NoError(t, err)
		var metrics metricdata.ResourceMetrics
		require.NoError(t, m.reader.Collect(t.Context(), &metrics))
		reported := fmt.Sprintf("%s %+v %+v", spans, m.spans.GetSpans(), metrics)
		require.Contains(t, reported, "already_exists")
		for _, secret := range []string{
			"zhao.min", "li.lei", "han.meimei", "Zhao Min", "13800001234", srv.ClientSecret(), srv.ClientID(), token.Value.Reveal(),
		} {
			assert.NotContains(t, reported, secret)
		}
	})
}

package dingtalkotel_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// block returns the values of the gauge by their cause.
func block(t *testing.T, m *telemetry) map[string]float64 {
	t.Helper()
	data, ok := m.metric(t, "dingtalk.client.block").Data.(metricdata.Gauge[float64])
	require.True(t, ok)
	values := map[string]float64{}
	for _, point := range data.DataPoints {
		assert.Equal(t, "hr", text(point.Attributes, "app"))
		values[text(point.Attributes, "dingtalk.block.cause")] = point.Value
	}
	return values
}

func TestObserveBlock_ReportsBansAndPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, m := dingtalktest.New(t), newTelemetry()
		client := srv.Client()
		registration, err := dingtalkotel.ObserveBlock(client, m.options(dingtalkotel.WithAttributes(attribute.String("app", "hr")))...)
		require.NoError(t, err)
		assert.Equal(t, map[string]float64{"ban": 0, "page": 0}, block(t, m))

		srv.Fail("CountUsers", dingtalktest.PortalPage, 1)
		_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.ErrorIs(t, err, dingtalk.ErrTransient)
		assert.Equal(t, map[string]float64{"ban": 0, "page": 5}, block(t, m))

		time.Sleep(5 * time.Second)
		srv.Fail("CountUsers", dingtalktest.BanPage, 1)
		_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		assert.Equal(t, map[string]float64{"ban": 300, "page": 0}, block(t, m))

		time.Sleep(5 * time.Minute)
		assert.Equal(t, map[string]float64{"ban": 0, "page": 0}, block(t, m))
		require.NoError(t, registration.Unregister())
	})
}

func TestObserveBlock_NeedsAClient(t *testing.T) {
	t.Parallel()
	_, err := dingtalkotel.ObserveBlock(nil)
	require.ErrorContains(t, err, "the client is nil")
}

package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// instant is ten in the morning of 1 September 2026 in China.
var instant = time.Date(2026, 9, 1, 2, 0, 0, 0, time.UTC)

func gateway(code int, message string) string {
	body, _ := json.Marshal(map[string]any{
		"errcode": 88, "sub_code": fmt.Sprint(code), "sub_msg": message,
		"errmsg": fmt.Sprintf("ding talk error[subcode=%d,submsg=%s]", code, message),
	})
	return string(body)
}

func TestThrottleEnd_IsReadFromTheText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"当前应用调用该接口的qps超限, 请求总次数超过 20 次, 限制将在 2026-09-01 10:00:01 结束":               2 * time.Second,
		"apiPath:/topapi/v2/user/get, 请求总次数超过 1200 次, 处罚将在 2026-09-01 10:00:05 结束": 6 * time.Second,
		"限制将在2026-09-01 10:00:30结束":      31 * time.Second,
		"限制将在 \n2026-09-01 10:00:30\t结束": 31 * time.Second,
		"限制将在 2026-09-01 10:00:00 结束":    time.Second, // that second has not ended
		"限制将在 2026-09-01 09:59:59 结束":    0,
		"限制将在 2026-09-01 10:59:59 结束":    time.Hour,
		"限制将在 2026-09-01 11:00:00 结束":    0, // the clocks disagree too much
		"限制将在 2025-09-01 10:00:01 结束":    0,
		"限制将在 2026-13-01 10:00:01 结束":    0,
		"限制将在 2026-09-01 25:00:01 结束":    0,
		"限制将在 明天 结束":                     0,
		"2026-09-01 10:00:01":            0,
		"":                               0,
	} {
		assert.Equal(t, want, throttleEnd(text, instant), text)
	}
}

func TestThrottleEnd_UsesTheServersClock(t *testing.T) {
	t.Parallel()
	const text = "限制将在 2026-09-01 10:00:03 结束"
	for name, skew := range map[string]time.Duration{"right": 0, "fast": 48 * time.Hour, "slow": -48 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(instant.Add(skew))) // bubbles begin in the year 2000
			resp, f := decode(t.Context(), httpResponse(200, "", "Date", instant.Format(http.TimeFormat)), []byte(gateway(90018, text)), Want{})
			require.Nil(t, f)
			assert.Equal(t, 4*time.Second, resp.RetryAfter, name)

			resp, f = decode(t.Context(), httpResponse(200, ""), []byte(gateway(90018, text)), Want{})
			require.Nil(t, f)
			if skew == 0 {
				assert.Equal(t, 4*time.Second, resp.RetryAfter, "without the header it uses the local clock")
			} else {
				assert.Zero(t, resp.RetryAfter, name)
			}
		})
	}
}

func TestRetryAfter_IsReadInBothForms(t *testing.T) {
	t.Parallel()
	date := instant.Format(http.TimeFormat)
	for value, want := range map[string]time.Duration{
		"":      0,
		"0":     0,
		"3":     3 * time.Second,
		"86400": 24 * time.Hour,
		"-3":    0,
		"soon":  0,
		"1.5":   0,
		instant.Add(7 * time.Second).Format(http.TimeFormat):  7 * time.Second,
		instant.Add(-7 * time.Second).Format(http.TimeFormat): 0,
	} {
		f := unexpected(httpResponse(429, "", "Retry-After", value, "Date", date), nil)
		assert.Equal(t, Throttled, f.Kind)
		assert.Equal(t, want, f.RetryAfter, "%q without an envelope", value)

		resp, f := decode(t.Context(), httpResponse(429, "", "Retry-After", value, "Date", date), []byte(`{"errcode":90018}`), Want{})
		require.Nil(t, f)
		assert.Equal(t, want, resp.RetryAfter, "%q with an envelope", value)
	}
}

func TestRetryAfter_DoesNotOverflow(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"9999999999", "18446744074", "36893488148", "9223372036854775807"} {
		f := unexpected(httpResponse(429, "", "Retry-After", value), nil)
		assert.Greater(t, f.RetryAfter, 24*time.Hour, value)
	}
}

func TestRetryAfter_IsTheLongerOfHeaderAndText(t *testing.T) {
	t.Parallel()
	const text = "限制将在 2026-09-01 10:00:03 结束"
	date := instant.Format(http.TimeFormat)
	for header, want := range map[string]time.Duration{"1": 4 * time.Second, "9": 9 * time.Second} {
		resp, f := decode(t.Context(), httpResponse(200, "", "Retry-After", header, "Date", date), []byte(gateway(90018, text)), Want{})
		require.Nil(t, f)
		assert.Equal(t, want, resp.RetryAfter)
	}
}

func TestRequiredScopes_AreReadFromTheText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"应用尚未开通所需的权限：[qyapi_get_member] {requiredScopes=[qyapi_get_member]}": {"qyapi_get_member"},
		"{requiredScopes=[qyapi_get_member, qyapi_get_department_list]}":     {"qyapi_get_member", "qyapi_get_department_list"},
		"{requiredScopes=[a,b]}": {"a", "b"},
		"{requiredScopes=[]}":    {},
		"{requiredScopes=[a":     nil,
		"requiredScopes":         nil,
		"":                       nil,
	} {
		assert.Equal(t, want, requiredScopes(text), text)
	}
}

func FuzzErrorText(f *testing.F) {
	f.Add("限制将在 2026-09-01 10:00:01 结束")
	f.Add("处罚将在 9999-99-99 99:99:99 结束 {requiredScopes=[a,b]}")
	f.Fuzz(func(t *testing.T, text string) {
		wait := throttleEnd(text, instant)
		if wait < 0 || wait > time.Hour {
			t.Errorf("%q asks for a wait of %v", text, wait)
		}
		for _, scope := range requiredScopes(text) {
			if scope == "" {
				t.Errorf("%q names an empty permission", text)
			}
		}
	})
}

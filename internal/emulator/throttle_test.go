package emulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestThrottle_AlignedWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(2)) // the bubble begins at midnight UTC
		time.Sleep(900 * time.Millisecond)
		for range 2 {
			assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code())
		}
		refused := a.post(listPath, `{"dept_id":1}`)
		assert.Equal(t, "90018", refused.code())
		assert.Equal(t, "当前应用调用该接口的qps超限, 请求总次数超过 2 次, 限制将在 2000-01-01 08:00:01 结束", refused["sub_msg"])
		assert.Equal(t, "60121", a.post(getPath, `{"userid":"u"}`).code(), "each operation has its own limit")

		time.Sleep(100 * time.Millisecond)
		for range 2 {
			assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code(), "a new second of the clock")
		}
		assert.Equal(t, "90018", a.post(listPath, `{"dept_id":1}`).code())
	})
}

func TestThrottle_SlidingWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(2), WithSlidingWindow())
		call := func() string { return a.post(listPath, `{"dept_id":1}`).code() }
		time.Sleep(900 * time.Millisecond)
		assert.Equal(t, "0", call()) // at 0.9 s
		time.Sleep(50 * time.Millisecond)
		assert.Equal(t, "0", call()) // at 0.95 s
		time.Sleep(150 * time.Millisecond)
		refused := a.post(listPath, `{"dept_id":1}`) // at 1.1 s: a new second, the same window
		assert.Equal(t, "90018", refused.code())
		assert.Contains(t, refused["sub_msg"], "2000-01-01 08:00:02 结束", "the end is rounded up")
		time.Sleep(800 * time.Millisecond)
		assert.Equal(t, "0", call(), "at 1.9 s the first has left")
		assert.Equal(t, "90018", call())
		time.Sleep(50 * time.Millisecond)
		assert.Equal(t, "0", call(), "refused calls were not counted")
	})
}

func TestThrottle_OfGetTokenIsNotWrapped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(1))
		got := a.get("/gettoken", nil)
		assert.Equal(t, "90018", got.code())
		assert.NotContains(t, got, "sub_code")
		assert.Contains(t, got["errmsg"], "结束")
	})
}

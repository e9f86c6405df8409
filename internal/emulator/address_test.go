package emulator

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// blocked reports whether a call gets the response of a blocked address.
func blocked(a *app) bool { return a.post(listPath, `{"dept_id":1}`)["status"] != nil }

// received returns the calls of the operation that these tests make.
func received(a *app) []Call {
	calls, _ := a.server.Calls("ListSubDepartmentIDs")
	return calls
}

func TestAddressLimit_BlocksForFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithAddressLimit(5), WithQPS(2)) // its token is the first call
		time.Sleep(time.Second)
		a.get("/topapi/v2/nowhere", nil)
		for _, code := range []string{"0", "0", "90018"} {
			assert.Equal(t, code, a.post(listPath, `{"dept_id":1}`).code(), "refused calls count")
		}
		time.Sleep(18 * time.Second)
		assert.True(t, blocked(a), "the sixth within 20 s")
		assert.Equal(t, 200, received(a)[3].HTTPStatus)

		time.Sleep(4 * time.Minute)
		assert.True(t, blocked(a))
		time.Sleep(time.Minute - time.Millisecond)
		assert.True(t, blocked(a), "a new window does not end it")
		time.Sleep(time.Millisecond)
		for range 5 {
			assert.False(t, blocked(a), "calls meanwhile did not prolong it")
		}
		assert.True(t, blocked(a))
	})
}

func TestAddressLimit_IsAlignedOrSliding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opts []Option
		want bool
	}{
		{[]Option{WithAddressLimit(3)}, false}, // the bubble begins at midnight
		{[]Option{WithAddressLimit(3), WithSlidingWindow()}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newApp(t, c.opts...)
			time.Sleep(19 * time.Second)
			assert.False(t, blocked(a))
			assert.False(t, blocked(a))
			time.Sleep(2 * time.Second)
			assert.False(t, blocked(a))
			assert.Equal(t, c.want, blocked(a))
		})
	}
}

func TestAddressLimit_IsPerAddress(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithAddressLimit(1))
	status := func(address string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, listPath, http.NoBody)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Body.String()
	}
	assert.NotContains(t, status("192.0.2.1:1000"), "1111")
	assert.NotContains(t, status("192.0.2.2:1000"), "1111")
	assert.Contains(t, status("192.0.2.1:2000"), "1111", "whatever its port")
}

func TestJitter_DelaysArrivalAndResponse(t *testing.T) {
	t.Parallel()
	drawn := func(t *testing.T, seed uint64) (ways []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			a := newApp(t, WithJitter(100*time.Millisecond, 300*time.Millisecond, seed), WithLatency(time.Second))
			for i := range 50 {
				sent := time.Now()
				assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code())
				both := time.Since(sent) - time.Second
				there := received(a)[i].Time.Sub(sent)
				assert.LessOrEqual(t, 100*time.Millisecond, both)
				assert.GreaterOrEqual(t, 300*time.Millisecond, both)
				assert.LessOrEqual(t, there, both)
				ways = append(ways, there, both)
			}
		})
		return ways
	}
	first := drawn(t, 1)
	assert.Equal(t, first, drawn(t, 1))
	assert.NotEqual(t, first, drawn(t, 2))
}

package callback_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// accepting returns an acceptor that takes a time, whatever becomes of its context.
func accepting(d time.Duration, returned *atomic.Bool) event.Acceptor {
	return event.AcceptFunc(func(context.Context, event.Event) error {
		time.Sleep(d) // of the bubble
		returned.Store(true)
		return nil
	})
}

func TestHandler_RespondsWithinItsBudget(t *testing.T) {
	t.Parallel()
	for took, status := range map[time.Duration]int{
		999 * time.Millisecond: http.StatusOK, 1001 * time.Millisecond: http.StatusServiceUnavailable, time.Minute: http.StatusServiceUnavailable,
	} {
		synctest.Test(t, func(t *testing.T) {
			var returned atomic.Bool
			h := newHandler(t, config(), accepting(took, &returned))
			begin := time.Now()
			w := post(t, h, newCodec(t), joined)
			require.Equal(t, status, w.Code)
			require.Equal(t, min(took, time.Second), time.Since(begin))
			require.NoError(t, h.Shutdown(t.Context()))
			require.True(t, returned.Load(), "Shutdown waits for Accept")
		})
	}
}

func TestHandler_EndsTheContextOfAcceptWithTheBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := config()
		cfg.Budget = 100 * time.Millisecond
		h := newHandler(t, cfg, event.AcceptFunc(func(ctx context.Context, _ event.Event) error {
			<-ctx.Done()
			return ctx.Err()
		}))
		begin := time.Now()
		requireRefused(t, http.StatusServiceUnavailable, post(t, h, newCodec(t), joined))
		require.Equal(t, 100*time.Millisecond, time.Since(begin))
	})
}

func TestHandler_ShutdownRespondsToWhatHasBegunAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var returned atomic.Bool
		h := newHandler(t, config(), accepting(500*time.Millisecond, &returned))
		responses := make(chan *httptest.ResponseRecorder, 1)
		r := request(t, newCodec(t).Seal([]byte(joined), "1793347200123", "n"), "signature")
		go func() { responses <- send(h, r) }()
		synctest.Wait()

		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, h.Shutdown(short), context.DeadlineExceeded)
		requireRefused(t, http.StatusServiceUnavailable, post(t, h, newCodec(t), joined))
		require.False(t, returned.Load())

		require.NoError(t, h.Shutdown(t.Context()))
		requireSuccess(t, newCodec(t), <-responses)
		requireRefused(t, http.StatusServiceUnavailable, post(t, h, newCodec(t), `{"EventType":"check_url"}`))
		require.NoError(t, h.Shutdown(t.Context()))
	})
}

package stream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// acceptAfter returns an acceptor that takes some time.
func acceptAfter(d time.Duration, to event.Acceptor) event.Acceptor {
	return event.AcceptFunc(func(ctx context.Context, e event.Event) error {
		time.Sleep(d)
		return to.Accept(ctx, e)
	})
}

func TestRun_EndsWithThePermanentErrorsOfTheService(t *testing.T) {
	const denied = "Forbidden.AccessDenied"
	for name, tt := range map[string]struct {
		status int
		body   string
		class  error
		text   string
	}{
		"wrong credentials": {401, `{"requestid":"ED20A1B2","code":"authFailed","message":"鉴权失败"}`, dingtalk.ErrInvalidCredential, "(request ED20A1B2)"},
		"another 401":       {401, `{"requestId":"ED20A1B2","code":"other","message":"m"}`, dingtalk.ErrInvalidCredential, "other"},
		"a bad body":        {400, `{"requestid":"r","code":"invalidParameter","message":"m"}`, dingtalk.ErrInvalidArgument, "invalidParameter"},
		"no permission":     {403, `{"code":"` + denied + `.IpNotInWhiteList","message":"m"}`, dingtalk.ErrPermission, "IpNotInWhiteList"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				start := time.Now()
				g.fail(refuse(tt.status, "application/json", tt.body), refuse(tt.status, "application/json", tt.body))
				r := g.start(t, &events{})
				err := <-r.ended
				require.ErrorIs(t, err, tt.class)
				assert.ErrorContains(t, err, tt.text)
				assert.ErrorContains(t, err, "stream.Open")
				assert.Zero(t, time.Since(start))
				assert.ErrorIs(t, r.client.State().Err, tt.class)
			})
		})
	}
}

func TestRun_ShowsNoPartOfTheSecretOfALongMessage(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		g.fail(refuse(400, "application/json", `{"code":"x","message":"`+strings.Repeat("x", maxMessage-8)+testSecret+`"}`))
		r := g.start(t, &events{}, WithConnections(1))
		err := <-r.ended
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		assert.NotContains(t, err.Error(), testSecret[:8])
		failed, ok := errors.AsType[*dingtalk.Error](err)
		require.True(t, ok)
		assert.Len(t, failed.Message, maxMessage)
	})
}

func TestRun_TriesAgainAfterOtherFailures(t *testing.T) {
	ticket := `{"endpoint":"ws://127.0.0.1/connect","ticket":"used"}`
	for name, fault := range map[string]http.HandlerFunc{
		"503":                        refuse(503, "application/json", `{"code":"x"}`),
		"500 in JSON":                refuse(500, "application/json", `{"code":"authFailed"}`),
		"401 in HTML":                refuse(401, "text/html", "<html>"),
		"400 in HTML":                refuse(400, "text/html", "<html>The plain HTTP request was sent to HTTPS port"),
		"403 without a code":         refuse(403, "application/json", `{"status":1111}`),
		"404":                        refuse(404, "application/json", `{"code":"InvalidAction.NotFound"}`),
		"a throttle":                 refuse(403, "application/json", `{"code":"Forbidden.AccessDenied.QpsLimitForApi"}`),
		"429":                        refuse(429, "application/json", `{"code":"x"}`),
		"200 in HTML":                refuse(200, "text/html", "<html>"),
		"200 in XML":                 refuse(200, "application/xml", "<endpoint>"),
		"no ticket":                  refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/connect"}`),
		"no endpoint":                refuse(200, "application/json", `{"ticket":"t"}`),
		"a used ticket":              refuse(200, "application/json", ticket),
		"no such endpoint":           refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/other","ticket":"t"}`),
		"an endpoint of http":        refuse(200, "application/json", `{"endpoint":"http://127.0.0.1/connect","ticket":"t"}`),
		"an endpoint of ws":          refuse(200, "application/json", `{"endpoint":"ws://a.example.com/connect","ticket":"t"}`),
		"an endpoint of no form":     refuse(200, "application/json", `{"endpoint":":","ticket":"t"}`),
		"an endpoint that redirects": refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/redirect","ticket":"t"}`),
		"an endpoint that aborts":    refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/abort","ticket":"t"}`),
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		},
		"a lost response": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no response":     func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				g.tickets["used"] = true
				g.fail(fault, fault, fault, fault, fault)
				a := &events{}
				r := g.start(t, a, WithConnections(1))
				s := <-g.sessions
				require.NoError(t, s.push("e1"))
				s.await("m-e1")
				assert.Equal(t, 6, g.openings())
				assert.Zero(t, g.elsewhere.Load(), "no redirect is followed")
				assert.NoError(t, r.client.State().Err)
				r.stop(t)
			})
		})
	}
}

func TestRun_WaitsLongerAfterEachFailureUpToAMinute(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		const attempts = 400
		for range attempts {
			g.fail(refuse(503, "text/html", ""))
		}
		r := g.start(t, &events{}, WithConnections(1))
		<-g.sessions
		var longest time.Duration
		for i, at := range g.times[1:] {
			d := at.Sub(g.times[i])
			assert.LessOrEqual(t, d, min(time.Minute, time.Second<<min(i, 20)), i)
			longest = max(longest, d)
		}
		assert.Greater(t, longest, 50*time.Second)
		mean := g.times[attempts].Sub(g.times[0]) / attempts
		assert.InDelta(t, 30*time.Second, mean, float64(5*time.Second), "full jitter")
		r.stop(t)
	})
}

func TestRun_WaitsForTheEndOfABan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ban   http.HandlerFunc
		lasts time.Duration
	}{
		"JSON":                    {refuse(200, "application/json", `{"rgv587_flag":"sm"}`), 5 * time.Minute},
		"a 403":                   {refuse(403, "application/json", `{"status":1111}`), 5 * time.Minute},
		"a page":                  {refuse(200, "text/html", "<html>_____tmd_____"), 5 * time.Minute},
		"a text":                  {refuse(403, "text/plain", "You have requested too frequently"), time.Minute},
		"a page without evidence": {refuse(200, "text/html", "<html>"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				g.fail(test.ban)
				begin := time.Now()
				r := g.start(t, &events{}, WithConnections(1))
				synctest.Wait()
				err := r.client.State().Err
				if test.lasts == 0 {
					assert.ErrorIs(t, err, dingtalk.ErrTransient)
				} else {
					assert.ErrorIs(t, err, dingtalk.ErrRateLimited)
					assert.ErrorContains(t, err, "blocked by DingTalk")
				}
				<-g.sessions
				assert.GreaterOrEqual(t, time.Since(begin), test.lasts)
				assert.Less(t, time.Since(begin), test.lasts+2*time.Second)
				assert.Equal(t, 2, g.openings(), "not before the end of the ban")
				r.stop(t)
			})
		})
	}
}

func TestRun_ForgetsFailuresAfterTwoHealthyMinutes(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		for range 100 {
			g.fail(refuse(503, "text/html", ""))
		}
		r := g.start(t, &events{}, WithConnections(1))
		s := <-g.sessions
		for range 20 {
			time.Sleep(2 * time.Minute)
			end := time.Now()
			_ = s.ws.CloseNow()
			s = <-g.sessions
			assert.LessOrEqual(t, s.opened.Sub(end), time.Second)
		}
		var longest time.Duration
		for range 20 {
			time.Sleep(119 * time.Second)
			end := time.Now()
			_ = s.ws.CloseNow()
			s = <-g.sessions
			longest = max(longest, s.opened.Sub(end))
		}
		assert.Greater(t, longest, 10*time.Second)
		r.stop(t)
	})
}

func TestRun_RepliesToWhatIsInProgressAtItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a := &events{}
		r := g.start(t, acceptAfter(1500*time.Millisecond, a))
		s, other := <-g.sessions, <-g.sessions
		require.NoError(t, s.push("e1"))
		synctest.Wait()
		start := time.Now()
		r.cancel()
		synctest.Wait()
		require.NoError(t, s.push("e2"))
		assert.JSONEq(t, `{"status":"LATER"}`, s.await("m-e2").Data, "at once")
		assert.JSONEq(t, `{"status":"SUCCESS"}`, s.await("m-e1").Data)
		assert.ErrorIs(t, <-r.ended, context.Canceled)
		assert.Equal(t, []string{"e1"}, a.list())
		assert.Equal(t, 1500*time.Millisecond, time.Since(start))
		<-other.ended
		assert.Equal(t, start, other.endedAt)
	})
}

func TestRun_EndsWhileAllHandlersAreBusy(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		release := make(chan struct{})
		r := g.start(t, event.AcceptFunc(func(context.Context, event.Event) error { <-release; return nil }), WithConnections(1), WithConcurrency(1))
		s := <-g.sessions
		require.NoError(t, s.push("e1"))
		require.NoError(t, s.push("e2"))
		synctest.Wait()
		r.cancel()
		for _, id := range []string{"e2", "e1"} {
			assert.JSONEq(t, `{"status":"LATER"}`, s.await("m-"+id).Data)
		}
		start := time.Now()
		assert.ErrorIs(t, <-r.ended, context.Canceled)
		assert.LessOrEqual(t, time.Since(start), 10*time.Second)
		assert.Contains(t, g.logs.String(), "has not returned")
		close(release)
	})
}

func TestRun_EndsThoughTheOtherSideDoesNotRespond(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := g.start(t, acceptAfter(time.Second, &events{}))
		s, other := <-g.sessions, <-g.sessions
		require.NoError(t, s.push("e1"))
		s.line.dead.Store(true)
		other.line.dead.Store(true)
		start := time.Now()
		r.stop(t)
		assert.LessOrEqual(t, time.Since(start), 10*time.Second)
		_, _ = s.ws.CloseNow(), other.ws.CloseNow()
	})
}

func TestRun_EndsWhileItConnects(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		g.fail(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, refuse(503, "text/html", ""))
		r := g.start(t, &events{})
		synctest.Wait()
		start := time.Now()
		r.stop(t)
		assert.Zero(t, time.Since(start))
	})
}

func TestRun_RunsOnceAtATimeAndAgain(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := g.start(t, &events{}, WithConnections(1))
		<-g.sessions
		err := r.client.Run(t.Context())
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		r.stop(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		assert.ErrorIs(t, r.client.Run(ctx), context.DeadlineExceeded)
		assert.Len(t, g.sessions, 1)
	})
}

func TestRun_LeavesNoEventUnansweredInADay(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a, lost := &events{}, &gaps{}
		r := g.start(t, acceptAfter(50*time.Millisecond, a), WithGap(lost.add))
		var all, live []*session
		deadline := time.Now().Add(24 * time.Hour)
		pushed := map[string]*session{}
		for i := 0; time.Now().Before(deadline); i++ {
			for len(g.sessions) > 0 {
				s := <-g.sessions
				all, live = append(all, s), append(live, s)
			}
			var up []*session
			for _, s := range live {
				if s.alive() {
					up = append(up, s)
				}
			}
			live = up
			if i == 0 {
				synctest.Wait()
				continue
			}
			require.GreaterOrEqual(t, len(live), 2, "at %v", time.Now())
			s := live[i%len(live)]
			id := fmt.Sprint("e", i)
			require.NoError(t, s.push(id))
			pushed["m-"+id] = s
			time.Sleep(197 * time.Second)
		}
		for id, s := range pushed {
			assert.True(t, s.answered(id), id)
		}
		assert.Len(t, a.list(), len(pushed))
		assert.Greater(t, len(all), 2*24)
		assert.Less(t, len(all), 2*2*24+2)
		assert.Empty(t, lost.all())
		r.stop(t)
	})
}

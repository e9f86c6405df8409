package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

const pageText = "an HTML page came in place of a response: a proxy's or network's login page? next attempt in "

func TestBreaker_RefusesCallsAtOnceUntilTheNextProbe(t *testing.T) {
	t.Parallel()
	for name, pace := range paces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				var log warnings
				client := srv.Client(pace(), log.logged())
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				srv.Fail("GetUser", dingtalktest.PortalPage, 1)
				err = getZhaoMin(t.Context(), client)
				assert.Equal(t, "Transient", classesOf(err))
				require.ErrorContains(t, err, pageText+"5 s")
				assert.Equal(t, 5*time.Second, asError(t, err).RetryAfter)
				assert.False(t, asError(t, err).Fatal())

				time.Sleep(2 * time.Second)
				_, err = client.CreateUser(t.Context(), zhaoMin())
				assert.Equal(t, "Transient", classesOf(err), "it was not sent")
				require.ErrorContains(t, err, pageText+"3 s")
				assert.Equal(t, 3*time.Second, asError(t, err).RetryAfter)
				assert.False(t, asError(t, err).Fatal())
				assert.Equal(t, 2*time.Second, sinceStart(), "at once")

				time.Sleep(3 * time.Second)
				srv.Fail("CountUsers", dingtalktest.Code(60120), 1) // a refusal is a response
				_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				require.ErrorIs(t, err, dingtalk.ErrPrecondition)
				require.NoError(t, getZhaoMin(t.Context(), client))
				assert.Equal(t, 5*time.Second, sinceStart())
				assert.Equal(t, []string{
					`time=0s level=WARN msg="dingtalk breaker opens" cause="an HTML page came in place of a response" next_attempt=5s`,
					`time=5s level=WARN msg="dingtalk breaker closes" cause="a response came" open=5s`,
				}, log.all())
			})
		})
	}
}

func TestBreaker_ProbesOneByOneAndEverMoreRarely(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log warnings
		link, viaLink := newLink(srv, nil)
		client := srv.Client(viaLink, log.logged())
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		srv.Fail("GetUser", dingtalktest.PortalPage, 10_000)
		link.sent = nil
		require.Error(t, getZhaoMin(t.Context(), client))
		for sinceStart() < 30*time.Minute {
			for _, err := range concurrently(3, func(int) error { return getZhaoMin(t.Context(), client) }) {
				assert.Equal(t, "Transient", classesOf(err))
			}
			time.Sleep(time.Second)
		}
		require.Len(t, link.sent, 11)
		at, delay := time.Duration(0), 5*time.Second
		for _, sent := range link.sent[1:] {
			at += delay
			assert.Equal(t, at, sent)
			delay = min(2*delay, 5*time.Minute)
		}
		assert.Len(t, log.all(), 1)
	})
}

func TestBreaker_ClosesOnAResponseToAnEarlierRequest(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		srv.Fail("CountUsers", dingtalktest.Slow(2*time.Second), 1)
		counted := make(chan error)
		go func() {
			_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
			counted <- err
		}()
		synctest.Wait()
		srv.Fail("GetUser", dingtalktest.PortalPage, 1)
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrTransient)
		require.NoError(t, <-counted)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Equal(t, 2*time.Second, sinceStart())
	})
}

func TestBreaker_IsNotStuckAfterAProbeThatWasGivenUp(t *testing.T) {
	t.Parallel()
	end := map[string]func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client){
		"canceled": func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
			srv.Fail("GetUser", dingtalktest.Hang, 1)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			require.ErrorIs(t, getZhaoMin(ctx, client), context.DeadlineExceeded)
			require.NoError(t, getZhaoMin(t.Context(), client), "another may probe at once")
			assert.Equal(t, 6*time.Second, sinceStart())
		},
		"canceled before it is sent": func(t *testing.T, _ *dingtalktest.Server, client *dingtalk.Client) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, getZhaoMin(ctx, client), context.Canceled)
			require.NoError(t, getZhaoMin(t.Context(), client))
			assert.Equal(t, 5*time.Second, sinceStart())
		},
		"lost": func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
			srv.Fail("GetUser", dingtalktest.DropConnection, 1)
			err := getZhaoMin(t.Context(), client)
			require.ErrorIs(t, err, dingtalk.ErrTransient)
			assert.Equal(t, 10*time.Second, asError(t, getZhaoMin(t.Context(), client)).RetryAfter.Round(time.Second))
			time.Sleep(10 * time.Second)
			require.NoError(t, getZhaoMin(t.Context(), client))
		},
		"ended by its goroutine": func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
			done := make(chan bool)
			go func() {
				defer close(done)
				_ = getZhaoMin(context.WithValue(t.Context(), goexit{}, true), client)
			}()
			<-done
			time.Sleep(10 * time.Second)
			require.NoError(t, getZhaoMin(t.Context(), client))
		},
		"a ban": func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
			srv.Fail("GetUser", dingtalktest.BusyText, 1)
			require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited)
			require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited)
			time.Sleep(time.Minute)
			require.NoError(t, getZhaoMin(t.Context(), client))
		},
	}
	for name, f := range end {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				client := srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: goexitTransport{srv.Transport()}}))
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				srv.Fail("GetUser", dingtalktest.PortalPage, 1)
				require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrTransient)
				time.Sleep(5 * time.Second)
				f(t, srv, client)
			})
		})
	}
}

// goexitTransport ends the goroutine of a request whose context has the value, as t.FailNow in a test's transport does.
type goexitTransport struct{ next http.RoundTripper }

type goexit struct{}

func (g goexitTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Context().Value(goexit{}) != nil {
		runtime.Goexit()
	}
	return g.next.RoundTrip(r)
}

func TestBreaker_HoldsBulkCallsForAMinute(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string]int{"it ends": 3, "it stays": 10_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				var log warnings
				client := srv.Client(log.logged())
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				srv.Fail("GetUser", dingtalktest.PortalPage, pages)
				require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrTransient)
				soon, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				err = getZhaoMin(soon, client.Bulk())
				require.ErrorIs(t, err, dingtalk.ErrTransient)
				assert.True(t, asError(t, err).Fatal(), "no further call of a loop has more time")
				assert.Zero(t, sinceStart(), "its deadline comes before the probe")

				errs := concurrently(20, func(int) error { return getZhaoMin(t.Context(), client.Bulk()) })
				if pages == 3 {
					require.NoError(t, errors.Join(errs...))
					assert.Equal(t, 35*time.Second, sinceStart(), "5 + 10 + 20 s")
				} else {
					for _, err := range errs {
						assert.Equal(t, "Transient", classesOf(err))
						require.ErrorContains(t, err, pageText)
						assert.True(t, asError(t, err).Fatal(), "even those that were probes three times")
					}
					assert.Equal(t, time.Minute, sinceStart())
					assert.Len(t, srv.Calls("GetUser"), 1+3)
				}
				assert.Equal(t, `time=0s level=WARN msg="dingtalk calls wait" cause="`+pageText+`5 s" until=5s`, log.all()[1])
			})
		})
	}
}

func TestBreaker_LetsABulkReadThatMeetsThePageWait(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client().Bulk()
		srv.Fail("GetUser", dingtalktest.PortalPage, 1)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Equal(t, 5*time.Second, sinceStart())
		srv.Fail("UpdateUser", dingtalktest.PortalPage.AfterWork(), 1)
		require.NoError(t, client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")}), "it may be applied twice")
		srv.Fail("CreateDepartment", dingtalktest.PortalPage.AfterWork(), 1)
		_, err := client.CreateDepartment(t.Context(), dingtalk.CreateDepartmentRequest{Name: "Sales", ParentID: 1})
		assert.Equal(t, "OutcomeUnknown", classesOf(err))
		assert.Equal(t, 10*time.Second, sinceStart(), "at once")
	})
}

func TestBreaker_ReachesCallsThatWaitForTheLimiter(t *testing.T) {
	t.Parallel()
	for name, pace := range map[string]func() dingtalk.Option{
		"the client's limiter": func() dingtalk.Option { return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}) },
		"a limiter":            paces["a limiter"],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				client := srv.Client(pace())
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				srv.Fail("GetUser", dingtalktest.PortalPage, 1)
				start := time.Now()
				for _, err := range concurrently(10, func(int) error { return getZhaoMin(t.Context(), client) }) {
					assert.Equal(t, "Transient", classesOf(err))
					require.ErrorContains(t, err, pageText+"5 s")
				}
				assert.Equal(t, 100*time.Millisecond, time.Since(start), "at once")
				assert.Len(t, srv.Calls("GetUser"), 1)
				time.Sleep(5 * time.Second)
				require.NoError(t, getZhaoMin(t.Context(), client))
			}, dingtalktest.WithLatency(100*time.Millisecond))
		})
	}
}

func TestBreaker_OpensForAPageInPlaceOfTheToken(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"GetToken", "GetOAuth2Token"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				opts := []dingtalk.Option{dingtalk.WithRateLimit(dingtalk.RateLimit{})}
				if op == "GetOAuth2Token" {
					opts = append(opts, dingtalk.WithOAuth2Token())
				}
				client := srv.Client(opts...)
				srv.Fail(op, dingtalktest.PortalPage, 2)
				for i := range 3 {
					_, err := client.CreateUser(t.Context(), zhaoMin())
					assert.Equal(t, "Transient", classesOf(err), "nothing was sent: %v", err)
					require.ErrorContains(t, err, pageText+fmt.Sprint(5-i, " s"))
					_, err = client.Token(t.Context())
					require.ErrorContains(t, err, pageText)
					time.Sleep(time.Second)
				}
				assert.Len(t, srv.Calls(op), 1)
				require.NoError(t, getZhaoMin(t.Context(), client.Bulk()))
				assert.Equal(t, 15*time.Second, sinceStart(), "5 + 10 s")
				assert.Len(t, srv.Calls(op), 3)
			})
		})
	}
}

// A single call is each probe until it gets through, and no hole remains in what a walk reads.
func TestBreaker_LetsABulkReadProbeForAMinute(t *testing.T) {
	t.Parallel()
	for pages, want := range map[int]struct {
		end   time.Duration
		sent  int
		fatal bool
	}{
		2:      {15 * time.Second, 3, false},
		3:      {35 * time.Second, 4, false},
		10_000: {time.Minute, 4, true},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			client := srv.Client().Bulk()
			_, err := client.Token(t.Context())
			require.NoError(t, err)
			srv.Fail("GetUser", dingtalktest.PortalPage, pages)
			if err := getZhaoMin(t.Context(), client); want.fatal {
				assert.Equal(t, "Transient", classesOf(err))
				assert.True(t, asError(t, err).Fatal())
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, want.end, sinceStart())
			assert.Len(t, srv.Calls("GetUser"), want.sent)
		})
	}
}

// A page for one path alone opens the breaker each time, and a response to another call closes it: nothing bounds the
// repetitions but their number.
func TestBreaker_CountsTheAttemptsWhileOtherCallsSucceed(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client().Bulk()
		srv.Fail("GetUser", dingtalktest.PortalPage, 10_000)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			for ctx.Err() == nil {
				_, _ = client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
			}
		}()
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrTransient)
		assert.LessOrEqual(t, sinceStart(), 2*time.Minute)
		assert.LessOrEqual(t, len(srv.Calls("GetUser")), 10)
	}, dingtalktest.WithLatency(10*time.Millisecond))
}

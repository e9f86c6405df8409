package stream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func TestGap_IsATimeWithoutAConnectionOfMoreThan15Seconds(t *testing.T) {
	for seconds, want := range map[int]bool{5: false, 10: false, 60: true, 3600: true} {
		t.Run(fmt.Sprint(seconds), func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				lost := &gaps{}
				r := g.start(t, &events{}, WithConnections(1), WithGap(lost.add))
				s := <-g.sessions
				time.Sleep(10 * time.Minute)
				g.setDown(true)
				from := time.Now()
				_ = s.ws.CloseNow()
				synctest.Wait()
				assert.Zero(t, r.client.State().Connections)
				time.Sleep(time.Duration(seconds) * time.Second)
				assert.Empty(t, lost.all(), "it is not over")
				g.setDown(false)
				s = <-g.sessions
				synctest.Wait()
				if want || s.opened.Sub(from) > 15*time.Second {
					assert.Equal(t, []event.Gap{{From: from, To: s.opened, Cause: "no connection"}}, lost.all())
					assert.Equal(t, 1, r.client.State().Gaps)
				} else {
					assert.Empty(t, lost.all())
				}
				r.stop(t)
			})
		})
	}
}

func TestGap_IsNoneWhileAnotherConnectionIsHealthy(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		lost := &gaps{}
		r := g.start(t, &events{}, WithGap(lost.add))
		first, second := <-g.sessions, <-g.sessions
		time.Sleep(time.Minute)
		g.setDown(true)
		first.line.dead.Store(true)
		time.Sleep(10 * time.Minute)
		assert.Equal(t, 1, r.client.State().Connections)
		assert.Error(t, r.client.State().Err)
		g.setDown(false)
		<-g.sessions
		synctest.Wait()
		assert.Equal(t, 2, r.client.State().Connections)
		assert.Empty(t, lost.all())
		assert.True(t, second.alive())
		_ = first.ws.CloseNow()
		r.stop(t)
	})
}

func TestGap_BeginsWithRun(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		lost := &gaps{}
		g.setDown(true)
		start := time.Now()
		r := g.start(t, &events{}, WithConnections(1), WithGap(lost.add))
		time.Sleep(20 * time.Second)
		r.stop(t)
		require.Len(t, lost.all(), 1, "the end of Run is the end of what it can know")
		assert.Equal(t, event.Gap{From: start, To: time.Now(), Cause: "no connection"}, lost.all()[0])
		time.Sleep(time.Hour)
		g.setDown(false)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { r.ended <- r.client.Run(ctx) }()
		<-g.sessions
		synctest.Wait()
		require.Len(t, lost.all(), 2)
		assert.Equal(t, lost.all()[0].To, lost.all()[1].From, "and the next one goes on from there")
		cancel()
		assert.ErrorIs(t, <-r.ended, context.Canceled)
	})
}

func TestGap_IsAnEventThatWasRefusedMoreThanOnce(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		lost := &gaps{}
		var works atomic.Bool
		r := g.start(t, event.AcceptFunc(func(context.Context, event.Event) error {
			if works.Load() {
				return nil
			}
			return errors.New("no room")
		}), WithConnections(1), WithGap(lost.add))
		s := <-g.sessions
		push := func(id string) {
			require.NoError(t, s.push(id))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		push("once")
		first := time.Now()
		push("twice")
		works.Store(true)
		push("once")
		assert.Empty(t, lost.all())
		works.Store(false)
		push("twice")
		assert.Empty(t, lost.all(), "it is not over")
		works.Store(true)
		end := time.Now()
		push("other")
		push("twice")
		assert.Equal(t, []event.Gap{{From: first, To: end, Cause: "an event was refused more than once"}}, lost.all())
		works.Store(false)
		again := time.Now()
		push("open")
		push("open")
		r.stop(t)
		require.Len(t, lost.all(), 2, "the end of Run ends it, too")
		assert.Equal(t, again, lost.all()[1].From)
	})
}

func TestGap_IsAnEventThatCannotBeDecodedAndCameAgain(t *testing.T) {
	for name, id := range map[string]string{"with an ID": `"eventId":"e1",`, "without an ID": ""} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				lost := &gaps{}
				r := g.start(t, &events{}, WithConnections(1), WithGap(lost.add))
				s := <-g.sessions
				from := time.Now()
				for _, messageID := range []string{"m1", "m2"} { // each push has its own
					require.NoError(t, s.send(`{"type":"EVENT","headers":{`+id+`"messageId":"`+messageID+`","eventType":"user_add_org"},"data":"{"}`))
					s.await(messageID)
					time.Sleep(time.Minute)
				}
				require.NoError(t, s.push("other"))
				s.await("m-other")
				require.Len(t, lost.all(), 1)
				assert.Equal(t, from, lost.all()[0].From)
				r.stop(t)
			})
		})
	}
}

func TestGap_IsAlsoMoreRefusalsThanAreRemembered(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := &refusals{}
		from := time.Now()
		for i := range maxRefusals {
			r.refused(fmt.Sprint(i))
		}
		assert.Nil(t, r.finish())
		r.refused("one more")
		assert.Len(t, r.last, 1)
		assert.Equal(t, from, r.finish().From)
	})
}

func TestGap_IsFoundWhenTwoConnectionsTurnOutToHaveBeenDead(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		h := &health{}
		h.begin()
		a, b, c := &connection{}, &connection{}, &connection{}
		require.Nil(t, h.connected(a))
		require.Nil(t, h.connected(b))
		time.Sleep(time.Hour)
		last := time.Now()
		time.Sleep(5 * time.Minute)
		require.Nil(t, h.disconnected(a, last.Add(-time.Second)), "the other one seems healthy")
		require.Nil(t, h.connected(c))
		opened := time.Now()
		time.Sleep(time.Minute)
		assert.Equal(t, &event.Gap{From: last, To: opened, Cause: "no connection"}, h.disconnected(b, last))
		assert.Nil(t, h.disconnected(b, last))
		assert.Nil(t, h.disconnected(c, time.Now()))
		assert.Nil(t, h.finish())
	})
}

package stream

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClient_HoldsAsManyConnectionsAsAreAskedFor(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				r := g.start(t, &events{}, WithConnections(n))
				time.Sleep(25 * time.Minute)
				assert.Len(t, g.sessions, n)
				assert.Equal(t, n, r.client.State().Connections)
				assert.NotZero(t, r.client.State().Since)
				r.stop(t)
				assert.Zero(t, r.client.State().Connections)
				assert.Zero(t, r.client.State().Since)
			})
		})
	}
}

func TestClient_OpensTheSuccessorBeforeADisconnectedConnectionEnds(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a, lost := &events{}, &gaps{}
		r := g.start(t, a, WithConnections(1), WithGap(lost.add))
		old := <-g.sessions
		time.Sleep(5 * time.Minute)
		announced := time.Now()
		require.NoError(t, old.system("disconnect", "bye", `{"reason":"connection is expired"}`))
		assert.Equal(t, 200, old.await("bye").Code)
		next := <-g.sessions
		assert.Equal(t, announced, next.opened, "at once")
		assert.True(t, old.alive())
		time.Sleep(9 * time.Second)
		require.NoError(t, old.push("e1"))
		assert.JSONEq(t, `{"status":"SUCCESS"}`, old.await("m-e1").Data, "the old one still replies")
		require.NoError(t, next.push("e2"))
		next.await("m-e2")
		assert.Equal(t, 1, r.client.State().Connections)
		time.Sleep(time.Second)
		_ = old.ws.CloseNow()
		time.Sleep(5 * time.Minute)
		assert.True(t, next.alive())
		assert.Equal(t, 2, g.openings())
		assert.Empty(t, lost.all())
		r.stop(t)
	})
}

func TestClient_ClosesAConnectionThatTheServiceAnnouncedToCloseAndDidNot(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := g.start(t, &events{}, WithConnections(1))
		old := <-g.sessions
		start := time.Now()
		require.NoError(t, old.send(`{"type":"SYSTEM","headers":{"topic":"disconnect"},"data":"{}"}`)) // without an ID
		next := <-g.sessions
		<-old.ended
		assert.InDelta(t, time.Minute, old.endedAt.Sub(start), float64(time.Second))
		assert.Empty(t, old.replies)
		assert.True(t, next.alive())
		r.stop(t)
	})
}

func TestClient_DoesNotReconnectInAStorm(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		end := make(chan struct{})
		go func() {
			for {
				select {
				case s := <-g.sessions:
					_ = s.system("disconnect", "bye", `{}`)
				case <-end:
					return
				}
			}
		}()
		r := g.start(t, &events{}, WithConnections(1))
		time.Sleep(time.Hour)
		assert.Less(t, g.openings(), 200)
		assert.Greater(t, g.openings(), 50)
		r.stop(t)
		close(end)
	})
}

func TestClient_ReplacesAConnectionByAge(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a := &events{}
		r := g.start(t, a, WithConnections(1))
		ages := map[time.Duration]bool{}
		old := <-g.sessions
		for i := range 20 {
			next := <-g.sessions
			synctest.Wait()
			<-old.ended
			age := next.opened.Sub(old.opened)
			assert.GreaterOrEqual(t, age, 30*time.Minute)
			assert.LessOrEqual(t, age, 60*time.Minute)
			assert.False(t, old.endedAt.Before(next.opened), "the successor comes first")
			ages[age] = true
			id := fmt.Sprint("e", i)
			require.NoError(t, next.push(id))
			next.await("m-" + id)
			old = next
		}
		assert.Greater(t, len(ages), 15, "at random")
		r.stop(t)
	})
}

func TestClient_ClosesAReplacedConnectionAtAQuietMoment(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		c := g.newClient(t, acceptAfter(time.Second, &events{}), WithConnections(1))
		c.age = func() time.Duration { return 10250 * time.Millisecond }
		r := g.run(t, c)
		old := <-g.sessions
		time.Sleep(10 * time.Second)
		require.NoError(t, old.push("e1"))
		time.Sleep(500 * time.Millisecond)
		require.Len(t, g.sessions, 1, "the successor is there")
		require.NoError(t, old.push("e2"))
		for _, id := range []string{"m-e1", "m-e2"} {
			assert.JSONEq(t, `{"status":"SUCCESS"}`, old.await(id).Data)
		}
		<-old.ended
		assert.Equal(t, 11500*time.Millisecond, old.endedAt.Sub(old.opened))
		r.stop(t)
	})
}

func TestClient_ClosesAReplacedConnectionThatIsNeverQuiet(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		c := g.newClient(t, acceptAfter(time.Second, &events{}), WithConnections(1))
		c.age = func() time.Duration { return 10 * time.Second }
		r := g.run(t, c)
		old := <-g.sessions
		pushed := 0
		for old.push(fmt.Sprint("e", pushed)) == nil {
			pushed++
			time.Sleep(400 * time.Millisecond)
		}
		<-old.ended
		assert.InDelta(t, 16*time.Second, old.endedAt.Sub(old.opened), float64(time.Second))
		later := 0
		for i := range pushed {
			if old.await(fmt.Sprint("m-e", i)).Data != statusSuccess {
				later++
			}
		}
		assert.InDelta(t, 2, later, 1, "those that came in the last second")
		r.stop(t)
	})
}

func TestClient_ReplacesAZombie(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		lost := &gaps{}
		r := g.start(t, &events{}, WithConnections(1), WithGap(lost.add))
		zombie := <-g.sessions
		require.NoError(t, zombie.system("REGISTERED", "", `{}`)) // once
		for i := range 6 {
			time.Sleep([]time.Duration{20 * time.Second, 90 * time.Second, 40 * time.Second}[i%3])
			require.NoError(t, zombie.system("ping", "p", `{}`))
		}
		last := time.Now()
		next := <-g.sessions
		assert.GreaterOrEqual(t, next.opened.Sub(last), 270*time.Second, "three times the longest pause")
		assert.LessOrEqual(t, next.opened.Sub(last), 300*time.Second)
		<-zombie.ended
		assert.False(t, zombie.endedAt.Before(next.opened))
		require.Len(t, lost.all(), 1)
		assert.Equal(t, last, lost.all()[0].From, "what was sent since may be lost")
		assert.Equal(t, next.opened, lost.all()[0].To)
		r.stop(t)
	})
}

func TestClient_TakesNoOneForAZombieWithoutAHabit(t *testing.T) {
	for name, talk := range map[string]func(s *session){
		"silent":           func(*session) {},
		"one system frame": func(s *session) { _ = s.system("ping", "p", `{}`) },
		"greetings": func(s *session) {
			_ = s.system("CONNECTED", "p", `{}`)
			time.Sleep(time.Second)
			_ = s.system("REGISTERED", "p", `{}`)
		},
		"events": func(s *session) {
			for range 2 {
				_ = s.system("ping", "p", `{}`)
				time.Sleep(time.Second)
			}
			for range 28 {
				_ = s.push("e")
				time.Sleep(time.Minute)
			}
		},
		"quick pings": func(s *session) {
			for range 10 {
				_ = s.system("ping", "p", `{}`)
				time.Sleep(time.Second)
			}
			time.Sleep(170 * time.Second)
			_ = s.system("ping", "p", `{}`)
			time.Sleep(170 * 3 * time.Second)
			_ = s.system("ping", "p", `{}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				r := g.start(t, &events{}, WithConnections(1))
				s := <-g.sessions
				talk(s)
				time.Sleep(29*time.Minute - time.Since(s.opened))
				assert.Equal(t, 1, g.openings(), g.logs.String())
				r.stop(t)
			})
		})
	}
}

func TestClient_FindsADeadConnectionByAPing(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		lost := &gaps{}
		r := g.start(t, &events{}, WithConnections(1), WithGap(lost.add))
		s := <-g.sessions
		time.Sleep(5*time.Minute + 10*time.Second)
		s.line.dead.Store(true)
		cut := time.Now()
		next := <-g.sessions
		synctest.Wait()
		assert.InDelta(t, 30*time.Second, next.opened.Sub(cut), float64(2*time.Second), "the next ping in 20 s, and 10 s for its pong")
		require.Len(t, lost.all(), 1)
		assert.Equal(t, s.opened.Add(5*time.Minute), lost.all()[0].From, "the last pong")
		assert.Equal(t, next.opened, lost.all()[0].To)
		_ = s.ws.CloseNow()
		r.stop(t)
	})
}

func TestClient_SurvivesFramesThatAreCutOff(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a := &events{}
		r := g.start(t, a, WithConnections(1))
		s := <-g.sessions
		time.Sleep(3 * time.Minute)
		w, err := s.ws.Writer(t.Context(), 1)
		require.NoError(t, err)
		_, err = w.Write([]byte(eventFrame("e1", "user_add_org", 0)[:50]))
		require.NoError(t, err)
		_ = s.ws.CloseNow()
		next := <-g.sessions
		w, err = next.ws.Writer(t.Context(), 1) // in pieces, with time between them
		require.NoError(t, err)
		for i := range 10 {
			part := eventFrame("e2", "user_add_org", 0)
			part = part[i*len(part)/10 : (i+1)*len(part)/10]
			_, err = w.Write([]byte(part))
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		require.NoError(t, w.Close())
		next.await("m-e2")
		assert.Equal(t, []string{"e2"}, a.list())
		r.stop(t)
	})
}

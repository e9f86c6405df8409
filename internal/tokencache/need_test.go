package tokencache

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a source that remembers why it was asked, and answers in turn.
type asked struct {
	needs   []Need
	answers []func(Need) (Secret, error)
}

func (a *asked) source(_ context.Context, need Need) (Secret, error) {
	a.needs = append(a.needs, need)
	answer := a.answers[min(len(a.needs), len(a.answers))-1]
	return answer(need)
}

func gives(value string, life, again time.Duration) func(Need) (Secret, error) {
	return func(Need) (Secret, error) {
		return Secret{Value: value, Expires: time.Now().Add(life), Again: again}, nil
	}
}

func keeps(again time.Duration) func(Need) (Secret, error) {
	return func(need Need) (Secret, error) {
		need.Present.Again = again
		return need.Present, nil
	}
}

func fails(err error) func(Need) (Secret, error) {
	return func(Need) (Secret, error) { return Secret{}, err }
}

func TestASourceLearnsWhyItIsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &asked{answers: []func(Need) (Secret, error){
			gives("t1", 2*time.Hour, 0), gives("t2", 2*time.Hour, 0), fails(errors.New("down")), gives("t3", time.Hour, 0),
		}}
		c := Over(flightTimeout, a.source)
		require.Equal(t, "t1", value(t, c))
		assert.Equal(t, Need{Due: true}, a.needs[0])

		time.Sleep(2*time.Hour - margin)
		require.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.True(t, a.needs[1].Due)
		assert.Equal(t, "t1", a.needs[1].Present.Value)

		c.Invalidate("t2")
		_, err := c.Get(t.Context())
		require.Error(t, err)
		assert.Equal(t, Need{Due: true, Refused: []string{"t2"}}, a.needs[2])
		time.Sleep(failurePause)
		require.Equal(t, "t3", value(t, c))
		assert.Equal(t, Need{Due: true, Refused: []string{"t2"}}, a.needs[3], "across a failure")

		time.Sleep(2 * time.Hour)
		require.Equal(t, "t3", value(t, c))
		assert.Equal(t, Need{Due: true, Refused: []string{"t2"}}, a.needs[4], "what has ended is not present")
		assert.NotContains(t, fmt.Sprintf("%+v %#v %s", a.needs, a.needs[3], a.needs[3]), "t2")
	})
}

func TestASourceIsAskedAgainWhenItWantsTo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const soon = 30 * time.Second
		a := &asked{answers: []func(Need) (Secret, error){gives("t1", 2*time.Hour, soon), keeps(soon), keeps(soon), keeps(0)}}
		c := Over(flightTimeout, a.source)
		for range 60 * 100 { // a hundred minutes: until it is due
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		require.Len(t, a.needs, 4)
		for _, need := range a.needs[1:] {
			assert.False(t, need.Due)
			assert.Equal(t, "t1", need.Present.Value)
		}
	})
}

func TestVisitsDoNotPutTheRenewalOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		renewed := time.Time{}
		c := Over(flightTimeout, func(_ context.Context, need Need) (Secret, error) {
			switch {
			case need.Present.Value == "":
				return gives("t1", 2*time.Hour, 30*time.Second)(need)
			case !need.Due:
				return keeps(30 * time.Second)(need)
			}
			renewed = time.Now()
			return gives("t2", 2*time.Hour, 0)(need)
		})
		start := time.Now()
		for renewed.IsZero() && time.Since(start) < 2*time.Hour {
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		assert.InDelta(t, (2*time.Hour - margin - margin/8).Minutes(), renewed.Sub(start).Minutes(), (margin/8).Minutes()+0.1)
		assert.Equal(t, "t2", value(t, c))
	})
}

func TestARenewalMadeElsewhereIsLookedForLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &asked{answers: []func(Need) (Secret, error){gives("t1", 2*time.Hour, 0), fails(ErrLater), gives("t2", 2*time.Hour, 0)}}
		c := Over(flightTimeout, a.source)
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2*time.Hour - margin)
		for range 30 {
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		require.Len(t, a.needs, 2)
		require.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.Equal(t, "t2", value(t, c))
	})
}

func TestWhoeverWaitsForARenewalMadeElsewhereAsksAgain(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(c *Cache){
		"refused": func(c *Cache) { c.Invalidate("t1") },
		"ended":   func(*Cache) { time.Sleep(4 * time.Second) },
	} {
		synctest.Test(t, func(t *testing.T) {
			fetches := 0
			c := Over(flightTimeout, func(_ context.Context, need Need) (Secret, error) {
				fetches++
				switch {
				case fetches == 1:
					return gives("t1", 2*time.Hour, 0)(need)
				case need.Present.Value != "": // and then it is lost while this goes on
					time.Sleep(5 * time.Second)
					return Secret{}, ErrLater
				}
				return gives("t2", 2*time.Hour, 0)(need)
			})
			require.Equal(t, "t1", value(t, c))
			time.Sleep(2*time.Hour - 3*time.Second)
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			end(c)
			assert.Equal(t, map[string]int{"t2": 20}, crowd(t, c, 20), name)
			assert.Equal(t, 3, fetches)
		})
	}
}

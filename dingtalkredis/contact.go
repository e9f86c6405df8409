package dingtalkredis

import "time"

const (
	// settle is how long after its leave a call may arrive, unless its process reports that it is under way.
	settle = 500 * time.Millisecond

	// linger is how long after its sending a call that was given up may still arrive: for 15 s if the service stops and
	// then takes what lies in its sockets, whether or not the connection was closed, and a second for the way there.
	linger = 16 * time.Second

	// horizon is how far ahead Redis gives a permit.
	horizon = 500 * time.Millisecond

	// probeGap is how often a process that lost Redis looks for it, and retryGap how soon after the first failure.
	probeGap = 400 * time.Millisecond
	retryGap = 50 * time.Millisecond

	// dialGap is how long go-redis refuses by itself to dial again a server that was away for long.
	dialGap = time.Second

	// silence is how long Redis does not hear from a process with calls to make before it misses it.
	silence = time.Second

	// recount is for how long a fleet is not thought to have shrunk: a server that comes back has to count anew.
	recount = 30 * time.Second
)

// The change between the shared limit and the parts of it has to keep within the limit, whoever notices first:
//
//   - Redis is lost. Until then others may have been given permits, as far ahead as the horizon, and their calls
//     may arrive later by settle, and count for a window. So a process takes nothing for so long (blind), and
//     then its part. If it alone has lost Redis, which then keeps its part for it, Redis has to have missed it
//     first.
//   - Redis is back, perhaps without its memory. Others may not have noticed, and go on with their parts, for
//     as long as they have no chance to (unaware): until the client dials again and the next probe is answered.
//     So whoever comes first makes Redis give nothing for so long, and until the last such call has
//     arrived and counts no more (grace). Those who know when that ends go on with their parts
//     until shortly before.
//   - A process in fallback that has not just looked for Redis in vain, because it had nothing to do or was
//     stopped, takes nothing before it has.

// contact is what a process knows of Redis. It is part of the limiter and under its lock.
type contact struct {
	timeout time.Duration
	span    time.Duration // the longer one of the windows

	tried   time.Time // the latest attempt
	reached time.Time // the latest attempt that succeeded
	heard   time.Time // when its answer came
	missed  time.Time // the latest attempt that failed
	lost    time.Time // since when all attempts have failed; zero: the latest one succeeded
	misses  int
	warned  bool
	share   time.Time // until when the fallback goes on although Redis is back

	epoch, given int64
	learned      time.Time // when the epoch was
	fleet        int       // processes to divide by
	counted      time.Time // when there were so many
	present      bool      // Redis counts on hearing from this process
}

// blind is how long nothing is known of others after Redis was lost.
func (k *contact) blind() time.Duration { return horizon + settle + k.span }

// fresh is for how long a failed attempt shows that Redis is away.
func (k *contact) fresh() time.Duration { return probeGap + k.timeout + 100*time.Millisecond }

// grace is how long Redis gives nothing when permits may have been forgotten.
func (k *contact) grace() time.Duration { return dialGap + k.fresh() + settle + k.span }

// fallback says whether the shared limit is out of use here.
func (k *contact) fallback(now time.Time) bool { return !k.lost.IsZero() || now.Before(k.share) }

// mayShare says whether this process may take its part, or when to ask again.
func (k *contact) mayShare(now time.Time) (time.Duration, bool) {
	if now.Before(k.share) {
		return 0, true
	}
	since := k.lost
	if missed := k.heard.Add(silence); missed.After(since) {
		since = missed
	}
	if wait := since.Add(k.blind()).Sub(now); wait > 0 {
		return wait, false
	}
	return retryGap, now.Before(k.missed.Add(k.fresh()))
}

// state is what Redis has to know: 0 if all is well, else 1, and 2 if fallbacks may have begun. As long as it has not
// heard of the calls that were made without it, all is not well.
func (k *contact) state(owed bool, now time.Time) int {
	switch {
	case !k.lost.IsZero() && now.After(k.lost.Add(k.blind()-dialGap)):
		return 2
	case !k.lost.IsZero() || owed:
		return 1
	}
	return 0
}

// fail notes that the attempt begun at start failed, and says whether the way to Redis was well before.
func (k *contact) fail(start, now time.Time) (first bool) {
	if start.Before(k.reached) || start.Before(k.missed) {
		return false
	}
	before := k.missed
	k.missed = start
	k.misses++
	k.share = time.Time{}
	if !k.lost.IsZero() && start.Sub(before) <= k.fresh()+probeGap {
		return false
	}
	first = k.lost.IsZero()
	k.lost, k.misses = now, 1 // without looking, one cannot know that it did not come and go
	return first
}

// succeed notes that the attempt begun at start reached Redis, and says whether it was lost before.
func (k *contact) succeed(start, now time.Time, r reply) bool {
	if start.Before(k.missed) {
		return false
	}
	_, entitled := k.mayShare(start)
	k.reached, k.heard = start, now
	if k.lost.IsZero() {
		return false
	}
	if entitled {
		k.share = start.Add(r.pause - settle - k.span)
	}
	k.lost, k.misses = time.Time{}, 0
	return true
}

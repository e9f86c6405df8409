// Package pace decides when calls may go out, so that they come to what the service permits and never to more.
//
// # The rule
//
// The service permits N arrivals in a window of W, and does not say whether its windows are aligned to a clock
// or slide. A client knows when it sent a call, s, and when the answer was there, r. The arrival, a, lies
// somewhere between. So there are N permits, and
//
//	a permit is free again one whole window after the answer of the call that used it: at r + W.
//
// It is safe, whatever the jitter. Let one permit serve a call and then the next one, whose times are primed. Then
//
//	a' >= s' >= r + W >= a + W
//
// so that the arrivals of one permit are at least W apart. No window of W, aligned or sliding, sees two of them,
// and none sees more than N in all.
//
// It is the best such rule. Count at a time t the calls whose permits are not free: those under way and those
// answered after t - W. If there are N of them and one more is sent, then nothing that the client has seen speaks
// against each of them having arrived with its answer, or right now, and the new one at once: N + 1 arrivals
// within W. Whatever never exceeds the limit therefore keeps at most N permits in use at a time, each for its
// call's round trip L and then for W, and by Little's law makes no more than
//
//	N / (W + mean of L)
//
// calls a second. The rule makes as many as that: 97.1 % of N / W at 30 ms, 90.9 % at 100 ms, steady or not.
//
// It rests on two things. The clocks of both sides run at the same speed, or differ by less than what the round
// trip leaves. And a call that was given up has arrived by the instant from which its permit cools down.
//
// # What was given up
//
// A call whose response does not come is given up after some time, and its connection is closed. That takes nothing
// back: its bytes lie in a buffer of the service's host, even before the service has accepted the connection. If the
// service stops for S, it takes them when it goes on, all at once. So a call that is sent at s and takes f to reach the
// host arrives by s + f + S, and the permit of a call that was given up cools down from s + 16 s on, or from when it was
// given up if that is later. Its next call then arrives at
//
//	a' >= s + 16 s + W - credit + f' >= a + W    where S + f + credit <= 16 s + f'
//
// which is any stop of up to 15 s if a second is enough for the rest. How long a call is waited for, how often it is
// repeated, and how many of the service's machines stop makes no difference. Measured with a limit of 20, a stop of
// 17 s brings 39 arrivals within a second, of 30 s 40, of a minute 80: once the limit for each 17 s. Where a round trip
// of the last minute took more than 16 s, its time replaces them.
//
// The price is that a lost response takes its permit for 17 s instead of for little more than one. At 30 ms
// 1 lost response in 1000 costs 2 % of the limit, 1 in 100 costs 12 %, and 1 in 20 costs 41 %. Where a stop makes the
// client give up all its calls, none goes out until 17 s after their sending. To take calls that are answered
// as a proof that those sent before have arrived would cost less. It does not hold when some of the service's machines
// stop and the others go on: with one in twenty that stops for 15 s, 27 arrivals come within a second if 40 responses
// in a row are the proof, and with half of them 99 if one is.
//
// # The credit
//
// More takes knowledge of the way. If f' is the time that the next call takes to arrive, and b the time that the
// answer of the former one took to come back, then a' = s' + f' and a = r - b, so that a permit which is free at
//
//	r + W - credit
//
// is as safe as before where credit <= f' + b. On a path that never changes that would be a whole round trip. A
// single round trip does not show how it divides, though, so what is credited is half of what is steady of them:
//
//	credit = max(0, (least - (most - least)) / 2)
//
// of the round trips to this endpoint in the last half minute to minute. That is safe:
//
//   - On a path that stays what it is, if its two ways vary by no more than most / 2 together. For if they vary by
//     F and B, then f' + b >= least - F - B. Ways that vary each for itself show all of F + B as most - least, which
//     turns the credit off long before. What would break it is jitter of more than half of the round trip that
//     cannot be seen, because what one way loses the other gains.
//   - On a path that becomes a faster one, until the first faster answer shows it, if the old way back and the new
//     way there together take half of the old round trip. Halves do, whatever the new path is.
//
// Jitter as large as the least round trip turns the credit off: at 100 ms +- 90 ms the rule is the pure one. A faster
// answer lowers it at once, for the permits that are cooling down as well, and slower ones raise it when what was
// before is forgotten. A throttle may mean that it was too much, or that somebody else uses the app. It ends the
// credit for a minute, another one after that for two, then four and so on up to an hour, so that a path unlike
// the above costs a throttle now and then and no more. At a steady 100 ms the credit makes it N / (W + 50 ms), which
// is 95.2 %.
//
// The limit of an address needs none of this: 100 ms are half a percent of its 20 seconds.
//
// # Why no token bucket
//
// A bucket of b that fills by R a second, golang.org/x/time/rate for one, bounds what is sent in W to b + R W.
// What arrives in W was sent within W + J, where J is by how much the ways there differ: b + R (W + J). That it never
// exceeds N takes b = 1 and R = (N - 1) / (W + J). Of 20 a second these are 95 % without any jitter and 80.5 % with
// 180 ms, for a J that nobody knows; at R = N / W the least jitter exceeds the limit. A bucket looks at sendings,
// and all that the rule adds is to look at answers. TestATokenBucketExceedsTheLimit shows both.
//
// # Lines
//
// A call needs a permit of its endpoint and one of the address, and takes both or none. Who has to wait stands in
// line: first come, first served, by endpoint and class. Interactive calls go ahead of bulk ones, but when 20 in a
// row have gone ahead, one bulk call goes. And bulk calls go out evenly, at no more than N / W and three at once: then
// the permits come back one by one too, instead of all at once every W, and one is never far away when an interactive
// call wants it. Permits kept back for interactive calls would cost as much of the ceiling. This costs nothing at a
// steady latency and half a percent at 100 ms +- 90 ms.
package pace

// Package ratelimit decides when calls may be sent, so that they reach the limit of the service and never exceed it.
//
// # The rule
//
// The service permits N arrivals in a window of W, and does not document whether its windows are aligned to a clock
// or slide. A client knows when it sent a call, s, and when the response arrived, r. The arrival of the call at the
// service, a, lies somewhere in between. So there are N permits, and
//
//	a permit is free again one whole window after the response to the call that used it: at r + W.
//
// The rule is safe under any jitter. Let one permit serve a call and then the next one, whose times are primed. Then
//
//	a' >= s' >= r + W >= a + W
//
// so that the arrivals of one permit are at least W apart. No window of W, aligned or sliding, contains two of them,
// and none contains more than N in total.
//
// No faster rule is safe. Count at a time t the calls whose permits are not free: those in flight and those whose
// response arrived after t - W. If there are N of them and one more is sent, the client's observations allow that each
// of them arrived together with its response, or arrives now, and the new one arrives at once: N + 1 arrivals within W.
// A rule that never exceeds the limit therefore has at most N permits in use, each for its call's round trip L and then
// for W, and by Little's law makes no more than
//
//	N / (W + mean of L)
//
// calls per second. The rule reaches this rate: 97.1 % of N / W at a round trip of 30 ms, 90.9 % at 100 ms, whether
// constant or not.
//
// The rule rests on two assumptions. The clocks of both sides run at the same speed, or differ by less than the margin
// of the round trip. And a call that was given up has arrived by the time from which its permit cools down.
//
// # Calls that were given up
//
// A call whose response does not come is given up after some time, and its connection is closed. That takes nothing
// back: its bytes lie in a buffer of the service's host, even before the service has accepted the connection. If the
// service stops for S, it reads them when it continues, all at once. So a call that is sent at s and takes f to reach
// the host arrives by s + f + S, and the permit of a call that was given up cools down from s + 16 s on, or from when it
// was given up if that is later. The next call of the permit then arrives at
//
//	a' >= s + 16 s + W - credit + f' >= a + W    where S + f + credit <= 16 s + f'
//
// which holds for any stop of up to 15 s if a second is enough for the rest. How long a call is waited for, how often it
// is repeated, and how many of the service's machines stop makes no difference. Measured with a limit of 20, a stop of
// 17 s brings 39 arrivals within a second, of 30 s 40, of a minute 80: the limit once for each 17 s. If a round trip of
// the last minute took more than 16 s, its time replaces them.
//
// The price is that a lost response takes its permit for 17 s instead of little more than one. At 30 ms, 1 lost
// response in 1000 costs 2 % of the limit, 1 in 100 costs 12 %, and 1 in 20 costs 41 %. If a stop makes the client give
// up all its calls, none is sent until 17 s after their sending. It would cost less to take a response to a later call
// as proof that earlier calls have arrived. That proof fails if some of the service's machines stop and the others
// continue: with one in twenty that stops for 15 s, 27 calls arrive within a second if 40 responses in a row are the
// proof, and with half of them 99 if one response is.
//
// # The credit
//
// A higher rate needs knowledge of the network path. If f' is the time that the next call takes to arrive, and b the
// time that the previous response took to return, then a' = s' + f' and a = r - b, so that a permit that is free at
//
//	r + W - credit
//
// is as safe as before if credit <= f' + b. On a path that never changes that would be a whole round trip. A single
// round trip does not show how it divides into the two directions, though. The credit is therefore half of the steady
// part of the round trips
//
//	credit = max(0, (least - (most - least)) / 2)
//
// to this endpoint in the last half minute to minute. That is safe:
//
//   - On an unchanged path, if its two directions vary by no more than most / 2 together. If they vary by F and B, then
//     f' + b >= least - F - B. Independent variation of the directions shows fully as F + B in most - least, which turns
//     the credit off long before. Only jitter of more than half of the round trip that one direction loses and the other
//     gains would go unnoticed.
//   - On a path that becomes faster, until the first faster response shows it, if the old return path and the new
//     forward path take half of the old round trip together. If both paths divide evenly they do, however much faster
//     the new one is.
//
// Jitter as large as the shortest round trip turns the credit off: at 100 ms ± 90 ms the pure rule remains. A faster
// response lowers the credit at once, also for permits that are already cooling down. Slower responses raise it when the
// older round trips have expired. A throttle may mean that the credit was too large, or that another program uses the
// app. It suspends the credit for a minute, the next one for two, then four and so on up to an hour, so that a path on
// which the credit is not safe costs a throttle now and then and no more. At a constant 100 ms the credit makes the rate
// N / (W + 50 ms), which is 95.2 %.
//
// The limit of an address needs no credit: 100 ms are half a percent of its 20 seconds.
//
// # Why not a token bucket
//
// A token bucket of capacity b that is refilled at R per second, such as golang.org/x/time/rate, bounds the calls sent
// within W to b + R W. What arrives within W was sent within W + J, where J is the difference between the slowest and
// the fastest way to the service: b + R (W + J) calls. That this never exceeds N takes b = 1 and R = (N - 1) / (W + J).
// At 20 per second this is 95 % without any jitter and 80.5 % with 180 ms, for a J that has to be known beforehand; at
// R = N / W the least jitter exceeds the limit. A token bucket looks at the calls sent; all that the rule adds is to
// look at the responses. TestTokenBucket_ExceedsTheLimit shows both.
//
// # Queues
//
// A call needs a permit of its endpoint and one of the address, and takes both or none. Calls that have to wait queue by
// endpoint and class, first in, first out. Interactive calls go before bulk calls, but after 20 interactive calls in a
// row one bulk call is sent. Bulk calls are sent evenly, at no more than N / W and in bursts of at most three: then the
// permits come back one by one too, instead of all at once every W, and one soon becomes free when an interactive call
// needs it. Reserving permits for interactive calls would cost as much of the limit as is reserved. Even spacing costs
// nothing at a constant latency and half a percent at 100 ms ± 90 ms.
package ratelimit

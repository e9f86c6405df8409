// Command stream compares this module's receiver of events with the vendor's Stream SDK for Go: how many events the
// application never accepts, and how late the others are, over connections that the service ends, and with slow handlers.
//
// The service is the emulator, on a port of the loopback interface. Each receiver is a process of its own, so that a panic
// ends only that, and is started again a second after it has ended. The vendor's SDK calls the emulator by its own option
// WithOpenApiHost, and connects to the endpoint that the emulator returns.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	var r receiver
	flag.StringVar(&r.client, "receive", "", "be the receiver of this `client`: sdk or vendor; what follows concerns receivers")
	flag.StringVar(&r.url, "url", "", "base `URL` of the service")
	flag.StringVar(&r.id, "id", "", "client ID")
	flag.StringVar(&r.secret, "secret", "", "client secret")
	flag.DurationVar(&r.work, "work", 0, "what it takes to accept an event")
	flag.IntVar(&r.concurrency, "at-once", 0, "how many events this module's client accepts at once; 0: its default")
	var c comparison
	flag.StringVar(&c.client, "client", "sdk", "`client` to measure: sdk or vendor")
	flag.StringVar(&c.name, "name", "", "`name` to print; that of the client by default")
	flag.StringVar(&c.end, "end", "announced", "how connections end: announced (each at the age), or at intervals of the age: one (the oldest, announced), cut (all), lost (all, without a sign)")
	flag.IntVar(&c.ends, "ends", 10, "how often each connection ends; 0: never")
	flag.DurationVar(&c.age, "age", 125*time.Second, "the age of a connection when it ends")
	flag.DurationVar(&c.every, "every", 200*time.Millisecond, "the time between two events")
	flag.IntVar(&c.burst, "burst", 0, "how many events are sent at once, when no connection is ended")
	flag.DurationVar(&c.work, "handler", 10*time.Millisecond, "what it takes to accept an event")
	flag.DurationVar(&c.latency, "latency", 0, "how long the service takes to respond, also to the handshake of a connection")
	flag.IntVar(&c.concurrency, "concurrency", 0, "how many events this module's client accepts at once; 0: its default")
	flag.DurationVar(&c.rest, "rest", lastRepeat, "the time for the last events to be sent again")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if r.client != "" {
		_, _ = fmt.Fprintln(os.Stderr, r.run(ctx))
		os.Exit(1)
	}
	res, err := c.run(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stdout, res)
}

package stream_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// A program that receives events until it is interrupted.
func ExampleClient_Run() {
	run := func(ctx context.Context, clientID, clientSecret string, queue chan<- event.Event) error {
		s, err := stream.New(clientID, clientSecret, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
			select {
			case queue <- e: // in a real program, a durable queue
				return nil // acknowledge it
			case <-ctx.Done():
				return ctx.Err() // let DingTalk send it again
			}
		}),
			stream.WithBaseURL(dingtalk.BaseURLChina),
			stream.WithGap(func(g event.Gap) {
				fmt.Println("read everything again: events may have been lost since", g.From)
			}),
			stream.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))),
		)
		if err != nil {
			return err
		}
		return s.Run(ctx)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Println(run(ctx, "client-id", "client-secret", nil))
	// Output: dingtalk: stream.Run: context canceled
}

// The state of a client is for a health check.
func ExampleClient_State() {
	accept := event.AcceptFunc(func(context.Context, event.Event) error { return nil })
	s, err := stream.New("client-id", "client-secret", accept)
	if err != nil {
		fmt.Println(err)
		return
	}
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if state := s.State(); state.Connections == 0 {
			http.Error(w, fmt.Sprint("no connection for events: ", state.Err), http.StatusServiceUnavailable)
		}
	})
	fmt.Printf("%+v\n", s.State())
	// Output: {Connections:0 Since:0001-01-01 00:00:00 +0000 UTC LastFrame:0001-01-01 00:00:00 +0000 UTC Handling:0 Gaps:0 Err:<nil>}
}

// Everything that can be set.
func ExampleOption() {
	_, err := stream.New("client-id", "client-secret", nil,
		stream.WithConnections(3),
		stream.WithConcurrency(200),
		stream.WithBudget(1500*time.Millisecond),
		stream.WithHTTPClient(&http.Client{Timeout: 5 * time.Second}),
		stream.WithBaseURL("https://gateway.example.com"),
		stream.WithAPIBaseURL("https://gateway.example.com/api"),
		stream.WithInsecureHTTP(),
	)
	fmt.Println(err)
	// Output: dingtalk: stream.New: invalid argument: the acceptor is nil
}

package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	vendorclient "github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	vendorevent "github.com/open-dingtalk/dingtalk-stream-sdk-go/event"

	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// receiver is a program that receives events and writes the ID of each that it has accepted to its standard output.
type receiver struct {
	client          string
	url, id, secret string
	work            time.Duration
	concurrency     int

	mu sync.Mutex
}

// accept works on an event and then writes its ID.
func (r *receiver) accept(id string) {
	time.Sleep(r.work)
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = fmt.Fprintln(os.Stdout, id)
}

// run receives events until ctx ends. Both clients have the settings of their documentation's first example.
func (r *receiver) run(ctx context.Context) error {
	if r.client == "sdk" {
		options := []stream.Option{stream.WithBaseURL(r.url)}
		if r.concurrency > 0 {
			options = append(options, stream.WithConcurrency(r.concurrency))
		}
		c, err := stream.New(r.id, r.secret, event.AcceptFunc(func(_ context.Context, e event.Event) error {
			r.accept(e.ID)
			return nil
		}), options...)
		if err != nil {
			return err
		}
		return c.Run(ctx)
	}
	c := vendorclient.NewStreamClient(
		vendorclient.WithAppCredential(vendorclient.NewAppCredentialConfig(r.id, r.secret)),
		vendorclient.WithOpenApiHost(r.url),
	)
	c.RegisterAllEventRouter(vendorevent.NewDefaultEventFrameHandler(
		func(_ context.Context, header *vendorevent.EventHeader, _ []byte) (vendorevent.EventProcessStatusType, error) {
			r.accept(header.EventId)
			return vendorevent.EventProcessStatusKSuccess, nil
		}).OnEventReceived)
	if err := c.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

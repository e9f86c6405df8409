package stream_test

import (
	"context"
	"log"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// receive is the code of the README: it puts the events of an organization into a queue until ctx ends.
func receive(ctx context.Context, clientID, clientSecret string, queue chan<- event.Event, opts ...stream.Option) error {
	accept := event.AcceptFunc(func(ctx context.Context, e event.Event) error {
		select {
		case queue <- e: // in your program: a database, or a queue on disk
			return nil // it is acknowledged
		case <-ctx.Done():
			return ctx.Err() // it is sent again
		}
	})
	opts = append(opts, stream.WithGap(func(g event.Gap) {
		log.Printf("read everything again: events since %v may be lost: %s", g.From, g.Cause)
	}))
	receiver, err := stream.New(clientID, clientSecret, accept, opts...)
	if err != nil {
		return err
	}
	return receiver.Run(ctx)
}

func TestReceive_GetsAnEventAgainUntilItIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // with its clock, in which hours pass in an instant
		srv, queue := dingtalktest.New(t), make(chan event.Event)
		client := stream.WithHTTPClient(&http.Client{Transport: srv.Transport()}) // in memory, without a port
		go func() { _ = receive(t.Context(), srv.ClientID(), srv.ClientSecret(), queue, client) }()
		synctest.Wait() // until it is connected

		srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
		time.Sleep(10 * time.Second) // nothing takes from the queue
		e := <-queue
		assert.Equal(t, event.UserAddOrg, e.Type)
		assert.Equal(t, []string{"zhao.min"}, e.Payload.(*event.UserChange).UserIDs)
		assert.Len(t, srv.Deliveries(), 2)
	})
}

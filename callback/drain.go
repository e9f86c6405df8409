package callback

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Drainer reads the events that DingTalk could not deliver to the HTTP callback of an app, and hands them to an acceptor.
//
// DingTalk removes from its list what the call before has returned, so that one Drainer at a time may read the list of an
// app. A Drainer keeps what it has read until the acceptor has taken it, and reads no further before. It keeps that in
// memory: if the process ends in between, or the response of a read is lost, up to 200 events are gone, because the next
// read of any process removes them. Compare with the organization afterwards, as after any event.Gap.
type Drainer struct {
	client *dingtalk.Client
	to     event.Acceptor

	turn    chan struct{} // holds a value while a call drains
	pending []event.Event // read, and not accepted yet
}

// NewDrainer returns a Drainer that hands the events to an acceptor.
func NewDrainer(client *dingtalk.Client, to event.Acceptor) (*Drainer, error) {
	if client == nil || to == nil {
		return nil, errors.New("callback: a client and an acceptor are required")
	}
	return &Drainer{client: client, to: to, turn: make(chan struct{}, 1)}, nil
}

// errRepeated is the error of a list that does not shrink.
var errRepeated = errors.New("callback: the list of failed events returns the same events again")

// Drain reads the list until it is empty, and returns how many events were accepted. It ends with the first error of the
// acceptor, and the next Drain begins with the event that was not accepted. DingTalk may take 5 minutes to put an event on
// the list after its last delivery, so that one Drain after an outage is not enough.
//
// The error of a read is that of Client.GetFailedCallbacks; if it matches dingtalk.ErrOutcomeUnknown, the events of a
// response are lost. Events arrive in the order of the list. They have no ID of DingTalk, so that an event which was
// delivered as well has another ID here. An element that is no event arrives with an empty type, and Raw.
func (d *Drainer) Drain(ctx context.Context) (n int, err error) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	var last []json.RawMessage
	for {
		for len(d.pending) > 0 {
			if err := d.to.Accept(ctx, d.pending[0]); err != nil {
				return n, err
			}
			d.pending = d.pending[1:]
			n++
		}
		page, err := d.client.GetFailedCallbacks(ctx)
		if err != nil || len(page.FailedList) == 0 {
			return n, err
		}
		if slices.EqualFunc(page.FailedList, last, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
			return n, errRepeated
		}
		last = page.FailedList
		for _, element := range last {
			d.pending = append(d.pending, decodeFailed(element))
		}
	}
}

// decodeFailed returns the event of an element, whatever it is.
func decodeFailed(element json.RawMessage) event.Event {
	e, err := event.DecodeFailed(element)
	if err != nil {
		sum := sha256.Sum256(element)
		e = event.Event{ID: "sha256:" + hex.EncodeToString(sum[:]), Raw: bytes.Clone(element)}
	}
	return e
}

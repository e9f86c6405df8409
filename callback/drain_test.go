package callback_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// failedList is a DingTalk that has a list of failed events and nothing else.
type failedList struct {
	waiting  []string
	size     int  // of a page
	returned int  // how many the latest call has returned
	lose     bool // the response of the next call
	stuck    bool // nothing is ever removed
	reads    int
}

func (l *failedList) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"errcode":0,"access_token":"t","expires_in":7200}`
	if r.URL.Path != "/gettoken" {
		l.reads++
		if !l.stuck {
			l.waiting = l.waiting[l.returned:]
		}
		l.returned = min(l.size, len(l.waiting))
		if l.lose {
			l.lose = false
			return nil, io.ErrUnexpectedEOF
		}
		body = fmt.Sprintf(`{"errcode":0,"failed_list":[%s],"has_more":%t}`, strings.Join(l.waiting[:l.returned], ","), len(l.waiting) > l.returned)
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// failed returns a list of n failed events, in pages of 3.
func failed(n int) *failedList {
	l := &failedList{size: 3}
	for i := range n {
		l.waiting = append(l.waiting, fmt.Sprintf(`{"user_add_org":{"userid":["user%d"],"corpid":"ding1"},"call_back_tag":"user_add_org","event_time":%d}`, i, i+1))
	}
	return l
}

func newDrainer(t *testing.T, l *failedList, to event.Acceptor) *callback.Drainer {
	t.Helper()
	c, err := dingtalk.New("id", "secret", dingtalk.WithHTTPClient(&http.Client{Transport: l}), dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	d, err := callback.NewDrainer(c, to)
	require.NoError(t, err)
	return d
}

// userIDs returns the users that events name, in order.
func userIDs(events []event.Event) []string {
	var all []string
	for _, e := range events {
		if change, ok := e.Payload.(*event.UserChange); ok {
			all = append(all, change.UserIDs...)
		}
	}
	return all
}

func TestDrain_ReadsUntilTheListIsEmpty(t *testing.T) {
	t.Parallel()
	l, to := failed(7), &inbox{}
	n, err := newDrainer(t, l, to).Drain(t.Context())
	require.NoError(t, err)
	require.Equal(t, 7, n)
	require.Equal(t, []string{"user0", "user1", "user2", "user3", "user4", "user5", "user6"}, userIDs(to.events))
	require.Equal(t, 4, l.reads)
	require.Empty(t, l.waiting)
}

// refuseOnce is an acceptor that refuses the event of a user once.
type refuseOnce struct {
	inbox
	userID string
}

func (r *refuseOnce) Accept(ctx context.Context, e event.Event) error {
	if change, ok := e.Payload.(*event.UserChange); ok && r.userID == change.UserIDs[0] {
		r.userID = ""
		return errors.New("the disk is full")
	}
	return r.inbox.Accept(ctx, e)
}

func TestDrain_ReadsOnOnlyAfterAllWasAccepted(t *testing.T) {
	t.Parallel()
	for i := range 7 {
		l, to := failed(7), &refuseOnce{userID: fmt.Sprint("user", i)}
		d := newDrainer(t, l, to)
		n, err := d.Drain(t.Context())
		require.EqualError(t, err, "the disk is full")
		require.Equal(t, i, n)
		require.Equal(t, i/3+1, l.reads, "the event is still on the list")
		n, err = d.Drain(t.Context())
		require.NoError(t, err)
		require.Equal(t, 7-i, n)
		require.Len(t, userIDs(to.events), 7)
	}
}

func TestDrain_KeepsWhatIsAcceptedWhenThePanicOfAnAcceptorEndsIt(t *testing.T) {
	t.Parallel()
	l, events := failed(2), []event.Event{}
	d := newDrainer(t, l, event.AcceptFunc(func(_ context.Context, e event.Event) error {
		if events = append(events, e); len(events) == 2 {
			panic("no")
		}
		return nil
	}))
	require.PanicsWithValue(t, "no", func() { _, _ = d.Drain(t.Context()) })
	n, err := d.Drain(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"user0", "user1", "user1"}, userIDs(events))
}

// A lost response is the one that no care can bring back: the call is not repeated, and says so.
func TestDrain_ReportsALostResponse(t *testing.T) {
	t.Parallel()
	l, to := failed(7), &inbox{}
	l.lose = true
	d := newDrainer(t, l, to)
	n, err := d.Drain(t.Context())
	require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	require.ErrorContains(t, err, "may be cleared")
	require.Zero(t, n)
	require.Equal(t, 1, l.reads)
	_, err = d.Drain(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"user3", "user4", "user5", "user6"}, userIDs(to.events))
}

func TestDrain_EndsWithAListThatDoesNotShrink(t *testing.T) {
	t.Parallel()
	l, to := failed(2), &inbox{}
	l.stuck = true
	n, err := newDrainer(t, l, to).Drain(t.Context())
	require.ErrorContains(t, err, "the same events again")
	require.Equal(t, 2, n)
	require.Len(t, to.events, 2)
}

func TestDrain_HandsOnWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	l, to := failed(1), &inbox{}
	l.waiting = append(l.waiting, `{"code":7}`, `"x"`)
	n, err := newDrainer(t, l, to).Drain(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, event.Type(""), to.events[1].Type)
	require.JSONEq(t, `{"code":7}`, string(to.events[1].Raw))
	require.NotEqual(t, to.events[1].ID, to.events[2].ID)
	require.True(t, json.Valid(to.events[2].Raw))
}

func TestDrain_ObeysItsContextWhileAnotherDrains(t *testing.T) {
	t.Parallel()
	l, begun, end := failed(1), make(chan struct{}), make(chan struct{})
	d := newDrainer(t, l, event.AcceptFunc(func(context.Context, event.Event) error {
		close(begun)
		<-end
		return nil
	}))
	done := make(chan error, 1)
	go func() { _, err := d.Drain(t.Context()); done <- err }()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := d.Drain(ctx)
	require.ErrorIs(t, err, context.Canceled)
	close(end)
	require.NoError(t, <-done)
	require.Equal(t, 2, l.reads)
}

func TestNewDrainer_RefusesWhatCannotBeRight(t *testing.T) {
	t.Parallel()
	_, err := callback.NewDrainer(nil, &inbox{})
	require.Error(t, err)
	c, err := dingtalk.New("id", "secret")
	require.NoError(t, err)
	_, err = callback.NewDrainer(c, nil)
	require.Error(t, err)
}

package dingtalktest

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Delivery is one attempt to deliver an event to the app.
type Delivery struct {
	EventID    string
	Type       string // of the event
	Transport  string // "stream" or "http"
	Connection string // over Stream: the ID of the connection
	MessageID  string // over Stream: of this attempt
	Attempt    int    // 1 for the first; 0 for an event that was never sent
	Time       time.Time
	Outcome    DeliveryOutcome
	Answer     string // what the app returned, or why there is nothing
	Ended      time.Time
}

// DeliveryOutcome is how an attempt to deliver an event has ended.
type DeliveryOutcome string

// The outcomes of an attempt.
const (
	DeliveryWaiting  DeliveryOutcome = "waiting"  // the app has not answered yet
	DeliveryAccepted DeliveryOutcome = "accepted" // the app has acknowledged the event
	DeliveryRefused  DeliveryOutcome = "refused"  // by the app, or there was no answer in time, or no connection
	DeliveryLost     DeliveryOutcome = "lost"     // the event was never sent: because of Disturb, or because 10,000 were under way
)

// Deliveries returns the attempts to deliver events of these types, in order, or all attempts if no type is named. The
// latest 10,000 are kept.
func (s *Server) Deliveries(types ...string) []Delivery {
	return convertList(s.emulator.Deliveries(types...), func(d emulator.Delivery) Delivery {
		return Delivery{
			EventID: d.EventID, Type: d.Type, Transport: d.Transport, Connection: d.Connection, MessageID: d.MessageID,
			Attempt: d.Attempt, Time: d.Time, Outcome: DeliveryOutcome(d.Outcome), Answer: d.Answer, Ended: d.Ended,
		}
	})
}

// Disturbance describes what goes wrong with the delivery of events. A probability is between 0, never, and 1, always.
type Disturbance struct {
	Types []string // the types of events that it concerns; empty: all

	Lose    float64       // the probability that an event is never sent
	Double  float64       // that an event is sent twice, with the same ID
	Delay   time.Duration // the longest time for which an event is held back; the times are random, the order remains
	Reorder float64       // that an event is held back until the next one was sent, for a second at most
	OmitID  float64       // that an event is sent without its eventId
	NoAck   float64       // that the acknowledgement of an attempt is lost
	Break   float64       // over Stream: that the connection ends when an acknowledgement arrives, before it counts

	WrongSignature float64 // over HTTP: that an attempt has a wrong signature
	WrongOwner     float64 // over HTTP: that an attempt is for another owner
	OtherPadding   float64 // over HTTP: that an attempt is padded to blocks of 16, as by sample code, in place of 32
}

// Disturb disturbs the delivery of events from now on, in place of earlier disturbances. Of several disturbances the first
// that concerns the type of an event is in effect. Without any the disturbances end. The seed and the number of an event fix
// what happens to the event. Record of it is in Deliveries.
func (s *Server) Disturb(seed uint64, disturbances ...Disturbance) {
	s.helper()
	s.must(s.emulator.Disturb(seed, convertList(disturbances, func(d Disturbance) emulator.Disturbance {
		return emulator.Disturbance(d)
	})...))
}

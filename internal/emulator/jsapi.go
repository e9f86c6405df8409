package emulator

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ticketLife is how long a ticket lives after it was fetched last.
const ticketLife = 7200 * time.Second

// ticket is the app's live JSAPI ticket.
type ticket struct {
	value   string
	expires time.Time
	ends    time.Time // no renewal goes beyond it
}

type ticketResponse struct {
	Ticket   string `json:"jsapiTicket"`
	ExpireIn int64  `json:"expireIn"`
}

// getJSAPITicket returns the live ticket and renews its life, or a new one if there is none.
//
// Assumed: In the last two hours of its 24 hours a ticket is returned with the full lifetime all the same, so that a
// program which trusts expireIn alone holds an ended ticket.
func (s *Server) getJSAPITicket(noRequest) (any, error) {
	return ticketResponse{s.issueTicket(), int64(ticketLife / time.Second)}, nil
}

func (s *Server) issueTicket() string {
	t, now := &s.ticket, s.now()
	if t.value == "" || !now.Before(t.expires) || !now.Before(t.ends) {
		*t = ticket{value: newSecret(ticketPrefix), ends: now.Add(contract.MaxTicketLife)}
	}
	t.expires = now.Add(ticketLife)
	return t.value
}

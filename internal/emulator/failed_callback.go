package emulator

import "encoding/json"

// failedPage is the largest number of events that one call returns.
const failedPage = 200

// failedCallbacks holds the events that could not be posted, in the order in which they were given up.
type failedCallbacks struct {
	waiting  []json.RawMessage
	returned int // how many of them the latest call has returned
}

// EmitFailed puts an event of any type on the list and in the feed, without an attempt to deliver it, and returns its ID.
func (s *Server) EmitFailed(typ string, body any) (id string, err error) {
	return s.emit(typ, body, callbackTransport{s}.gaveUp)
}

type failedCallbacksResponse struct {
	FailedList []json.RawMessage `json:"failed_list"` // never null
	HasMore    bool              `json:"has_more"`
}

// getFailedCallbacks removes what the call before has returned, and returns what comes next.
//
// Assumed: The list of failed events has no other end: it is not limited, and nothing expires. It is the app's, whatever
// becomes of the callback.
func (s *Server) getFailedCallbacks(noRequest) (any, error) {
	f := &s.failed
	f.waiting = f.waiting[f.returned:]
	f.returned = min(len(f.waiting), failedPage)
	return failedCallbacksResponse{notNull(f.waiting[:f.returned]), len(f.waiting) > f.returned}, nil
}

package emulator

import (
	"fmt"
	"maps"
	"slices"
)

// faultNames holds the names of the faults that take no argument.
var faultNames = map[Fault]string{
	Throttled: "Throttled", SystemBusy: "SystemBusy", TokenExpired: "TokenExpired",
	PermissionMissing: "PermissionMissing", HTMLPage: "HTMLPage", Punished: "Punished", Hang: "Hang",
	CutBody: "CutBody", BadJSON: "BadJSON", DropConnection: "DropConnection", LostResponse: "LostResponse",
}

// FaultName returns a fault as a test would write it, or the empty text for none.
func FaultName(f Fault) string {
	if name, known := faultNames[f]; known || f.kind == none {
		return name
	}
	if f.after && f.kind != slow && f.kind != omitted {
		f.after = false
		return FaultName(f) + ".AfterWork()"
	}
	switch f.kind {
	case page:
		return fmt.Sprintf("HTTPStatus(%d)", f.code)
	case slow:
		return fmt.Sprintf("Slow(%v)", f.delay)
	case omitted:
		return fmt.Sprintf("Omit(%q)", f.field)
	}
	if f.v1 != (codeV1{}) {
		return fmt.Sprintf("StringCode(%d, %q)", f.v1.status, f.v1.code)
	}
	return fmt.Sprintf("Code(%d)", f.code)
}

// breaksResponse reports whether a fault leaves no response of the service, or a part of one.
func (f Fault) breaksResponse() bool {
	return slices.Contains([]faultKind{page, punished, cutBody, badJSON}, f.kind)
}

// QueuedFault is a fault in the queue of an operation, for a number of calls in a row.
type QueuedFault struct {
	Op    string
	Fault Fault
	Times int
}

// Faults returns the queued faults, by operation and in their order.
func (s *Server) Faults() []QueuedFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []QueuedFault
	for _, op := range slices.Sorted(maps.Keys(s.faults)) {
		for i, f := range s.faults[op] {
			if i > 0 && f == s.faults[op][i-1] {
				out[len(out)-1].Times++
				continue
			}
			out = append(out, QueuedFault{op, f, 1})
		}
	}
	return out
}

// ClearFaults empties the queue of an operation, or all queues for the empty name. Calls that hang remain so.
func (s *Server) ClearFaults(op string) error {
	if op != "" {
		if err := s.checkOp(op); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if op == "" {
		clear(s.faults)
	}
	delete(s.faults, op)
	return nil
}

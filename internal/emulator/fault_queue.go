package emulator

import (
	"maps"
	"slices"
	"time"
)

// faultNames holds the names of the faults that take no argument.
var faultNames = map[Fault]string{
	Throttled: "Throttled", SystemBusy: "SystemBusy", TokenExpired: "TokenExpired",
	PermissionMissing: "PermissionMissing", Hang: "Hang", BanPage: "BanPage", BanJSON: "BanJSON",
	BusyText: "BusyText", TooFrequentText: "TooFrequentText", PortalPage: "PortalPage",
	CutBody: "CutBody", BadJSON: "BadJSON", EmptyBody: "EmptyBody", DropConnection: "DropConnection", LostResponse: "LostResponse",
}

// NamedFaults returns the faults that take no argument, by name.
func NamedFaults() map[string]Fault {
	named := make(map[string]Fault, len(faultNames))
	for f, name := range faultNames {
		named[name] = f
	}
	return named
}

// FaultParts describes a fault. The zero value is that of none.
type FaultParts struct {
	Name      string        // of the variable or function of this package
	Code      int           // the argument of Code or HTTPStatus, or the status of StringCode
	Reason    string        // the code of StringCode
	Field     string        // the argument of Omit
	Delay     time.Duration // the argument of Slow
	AfterWork bool          // the fault comes after the work, and without AfterWork it would not
}

// Parts returns the description of a fault.
func (f Fault) Parts() FaultParts {
	if name, known := faultNames[f]; known || f.kind == none {
		return FaultParts{Name: name}
	}
	if f.after && f.kind != slow && f.kind != omitted {
		f.after = false
		parts := f.Parts()
		parts.AfterWork = true
		return parts
	}
	switch f.kind {
	case page:
		return FaultParts{Name: "HTTPStatus", Code: f.code}
	case slow:
		return FaultParts{Name: "Slow", Delay: f.delay}
	case omitted:
		return FaultParts{Name: "Omit", Field: f.field}
	default:
		if f.v1 != (codeV1{}) {
			return FaultParts{Name: "StringCode", Code: f.v1.status, Reason: f.v1.code}
		}
		return FaultParts{Name: "Code", Code: f.code}
	}
}

// breaksResponse reports whether a fault leaves no response of the service, or a part of one.
func (f Fault) breaksResponse() bool {
	return slices.Contains([]faultKind{page, banPage, banJSON, busyText, tooFrequentText, portalPage, cutBody, badJSON, emptyBody}, f.kind)
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

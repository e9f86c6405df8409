package provision

// Report holds the outcome for each person of a plan.
type Report struct {
	Outcomes []Outcome // one for each item, in the order of the plan
}

// Outcome is the result for one person.
type Outcome struct {
	Item   *Item // of the plan
	Result Result
	Reason string // of all results but ResultDone and ResultNoChange
	Err    error  // the cause, if there is one; nil for results from the journal
}

// Result describes what happened to one person.
type Result string

// The results of Apply.
const (
	ResultPending  Result = "pending"      // not done: Apply stopped before, or it was a dry run
	ResultDone     Result = "done"         // as planned
	ResultNoChange Result = "no change"    // there was nothing to do
	ResultGone     Result = "already gone" // the person has left the organization since the plan was made
	ResultConflict Result = "conflict"     // in the plan, or since: the person is not as the plan found them, and was not changed
	ResultFailed   Result = "failed"       // nothing was changed
	ResultUnknown  Result = "unknown"      // the change may have been made; the next Apply with the journal finds out
)

// Count returns the number of people with a result.
func (r *Report) Count(result Result) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Result == result {
			n++
		}
	}
	return n
}

package provision

// Report says what became of everybody in a plan.
type Report struct {
	Outcomes []Outcome // one for each item, in the order of the plan
}

// Outcome is what became of one person.
type Outcome struct {
	Item   *Item // of the plan
	Result Result
	Reason string // of all but Done and Nothing
	Err    error  // the cause, where there is one; not for a result that the journal knew
}

// Result is what became of one person.
type Result string

// What became of one person.
const (
	ResultPending  Result = "pending"   // not done: Apply stopped before, or only looked
	ResultDone     Result = "done"      // as planned
	ResultNoChange Result = "no change" // there was nothing to do
	ResultConflict Result = "conflict"  // of the plan, or since: the person is not as the plan found them, and was left so
	ResultFailed   Result = "failed"    // and nothing was changed
	ResultUnknown  Result = "unknown"   // the change may have been made; the next Apply with the journal finds out
)

// Count is the number of people with that result.
func (r *Report) Count(result Result) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Result == result {
			n++
		}
	}
	return n
}

package matrix_test

// outcome is what a caller gets.
type outcome struct {
	attempts int
	classes  string // of the error, joined by "+"; empty: success
}

// opClass is the class of an operation: operations of one class have the same outcomes.
type opClass string

const (
	reads   opClass = "read"
	creates opClass = "create"
	updates opClass = "update"
	deletes opClass = "delete"
)

var opClasses = []opClass{reads, creates, updates, deletes}

// injectionPoint is the point of a call at which a fault is injected.
type injectionPoint string

const (
	firstAttempt    injectionPoint = "first attempt"
	everyAttempt    injectionPoint = "every attempt"
	firstTokenFetch injectionPoint = "first token fetch"
	everyTokenFetch injectionPoint = "every token fetch"
)

var injectionPoints = []injectionPoint{firstAttempt, everyAttempt, firstTokenFetch, everyTokenFetch}

// onToken reports whether the fault is injected into the token's fetch. The attempts of the outcome are then those at
// the token, and all operations have the same outcome.
func (p injectionPoint) onToken() bool { return p == firstTokenFetch || p == everyTokenFetch }

// times returns the number of attempts that meet the fault.
func (p injectionPoint) times() int {
	if p == everyAttempt || p == everyTokenFetch {
		return 9 // more than any call makes
	}
	return 1
}

// faultClass holds the expected outcomes of faults that look alike to the client.
type faultClass struct {
	first, every           map[opClass]outcome
	tokenFirst, tokenEvery outcome
}

func (c *faultClass) expected(p injectionPoint, op opClass) outcome {
	switch p {
	case firstAttempt:
		return c.first[op]
	case everyAttempt:
		return c.every[op]
	case firstTokenFetch:
		return c.tokenFirst
	default:
		return c.tokenEvery
	}
}

// forAll expects the same outcome of all operations.
func forAll(o outcome) map[opClass]outcome {
	return map[opClass]outcome{reads: o, creates: o, updates: o, deletes: o}
}

// uniform expects the same outcome of all writes, on the first attempt as on every attempt.
func uniform(read, write, token outcome) *faultClass {
	m := map[opClass]outcome{reads: read, creates: write, updates: write, deletes: write}
	return &faultClass{m, m, token, token}
}

// lossy expects that a create ends with the classes after one attempt, while the others are repeated. secondDelete is
// the outcome of a delete whose first attempt meets the fault.
func lossy(write string, secondDelete outcome) *faultClass {
	return &faultClass{
		first:      map[opClass]outcome{reads: {2, ""}, creates: {1, write}, updates: {2, ""}, deletes: secondDelete},
		every:      map[opClass]outcome{reads: {3, "Transient"}, creates: {1, write}, updates: {3, write}, deletes: {3, write}},
		tokenFirst: outcome{2, ""}, tokenEvery: outcome{3, "Transient"},
	}
}

var (
	harmless  = uniform(outcome{1, ""}, outcome{1, ""}, outcome{1, ""})
	throttles = &faultClass{forAll(outcome{2, ""}), forAll(outcome{3, "RateLimited"}), outcome{2, ""}, outcome{3, "RateLimited"}}
	// The service asks for a longer pause than a call makes.
	longThrottles = uniform(outcome{1, "RateLimited"}, outcome{1, "RateLimited"}, outcome{1, "RateLimited"})
	bans          = uniform(outcome{1, "RateLimited"}, outcome{1, "RateLimited"}, outcome{1, "RateLimited"})
	pages         = uniform(outcome{1, "Transient"}, outcome{1, "OutcomeUnknown"}, outcome{1, "Transient"})
	permissions   = uniform(outcome{1, "Permission"}, outcome{1, "Permission"}, outcome{1, "Permission"})
	badRequests   = uniform(outcome{1, "InvalidArgument"}, outcome{1, "InvalidArgument"}, outcome{1, "InvalidArgument"})
	unsupported   = uniform(outcome{1, "Unsupported"}, outcome{1, "OutcomeUnknown"}, outcome{1, "Unsupported"})
	refusedTokens = &faultClass{forAll(outcome{2, ""}), forAll(outcome{2, "InvalidToken"}), outcome{1, "InvalidToken"}, outcome{1, "InvalidToken"}}
	unsent        = &faultClass{forAll(outcome{2, ""}), forAll(outcome{3, "Transient"}), outcome{2, ""}, outcome{3, "Transient"}}
	// The response is lost, of a request that was not handled or that was.
	lost        = lossy("OutcomeUnknown", outcome{2, ""})
	lostApplied = lossy("OutcomeUnknown", outcome{2, "NotFound+OutcomeUnknown"})
	// There is a response, but it proves nothing.
	busy        = lossy("Transient+OutcomeUnknown", outcome{2, ""})
	busyApplied = lossy("Transient+OutcomeUnknown", outcome{2, "NotFound+OutcomeUnknown"})
)

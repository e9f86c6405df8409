package dingtalk_test

import (
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The matrix: every operation under every fault, on its first attempt, on every attempt, and on the fetch of
// the token. What is expected is data, below; docs/reliability.md is printed from it.

// cell is what a caller gets: how many attempts are made and how the call ends.
type cell struct {
	attempts int
	classes  string // of the error, joined by "+"; empty: success
}

// column is the sort of an operation, as far as faults are concerned.
type column string

const (
	reads   column = "read"
	creates column = "create"
	updates column = "update"
	deletes column = "delete"
)

var columns = []column{reads, creates, updates, deletes}

// columnOf sorts the operations.
var columnOf = map[string]column{
	"GetUser": reads, "ListSubDepartmentIDs": reads, "CreateUser": creates, "UpdateUser": updates, "DeleteUser": deletes,
}

// when says which attempts meet the fault.
type when string

const (
	first      when = "first attempt"
	every      when = "every attempt"
	tokenFirst when = "first token fetch"
	tokenEvery when = "every token fetch"
)

var whens = []when{first, every, tokenFirst, tokenEvery}

// family is how a call ends under faults that look alike. Under a fault of the token, attempts are those at
// fetching it, and all operations end alike.
type family struct {
	first, every           map[column]cell
	tokenFirst, tokenEvery cell
}

func all(c cell) map[column]cell {
	return map[column]cell{reads: c, creates: c, updates: c, deletes: c}
}

// readsAndWrites is for families that treat all writes alike.
func readsAndWrites(read, write cell) map[column]cell {
	return map[column]cell{reads: read, creates: write, updates: write, deletes: write}
}

func same(read, write cell, token cell) family {
	m := readsAndWrites(read, write)
	return family{m, m, token, token}
}

var (
	harmless  = same(cell{1, ""}, cell{1, ""}, cell{1, ""})
	throttles = family{all(cell{2, ""}), all(cell{3, "RateLimited"}), cell{2, ""}, cell{3, "RateLimited"}}
	// longThrottles ask for more patience than a call has.
	longThrottles = same(cell{1, "RateLimited"}, cell{1, "RateLimited"}, cell{1, "RateLimited"})
	bans          = longThrottles
	pages         = same(cell{1, "RateLimited"}, cell{1, "RateLimited+OutcomeUnknown"}, cell{1, "RateLimited"})
	permission    = same(cell{1, "Permission"}, cell{1, "Permission"}, cell{1, "Permission"})
	badRequest    = same(cell{1, "InvalidArgument"}, cell{1, "InvalidArgument"}, cell{1, "InvalidArgument"})
	foreign       = same(cell{1, "Unsupported"}, cell{1, "OutcomeUnknown"}, cell{1, "Unsupported"})
	oldToken      = family{all(cell{2, ""}), all(cell{2, "InvalidToken"}), cell{1, "InvalidToken"}, cell{1, "InvalidToken"}}
	unsent        = family{all(cell{2, ""}), all(cell{3, "Transient"}), cell{2, ""}, cell{3, "Transient"}}
	// lost answers of requests that were not handled, or were.
	lost        = losing("OutcomeUnknown", cell{2, ""})
	lostApplied = losing("OutcomeUnknown", cell{2, "NotFound+OutcomeUnknown"})
	// busy is an answer, but none that proves anything.
	busy        = losing("Transient+OutcomeUnknown", cell{2, ""})
	busyApplied = losing("Transient+OutcomeUnknown", cell{2, "NotFound+OutcomeUnknown"})
)

func losing(write string, secondDelete cell) family {
	return family{
		first:      map[column]cell{reads: {2, ""}, creates: {1, write}, updates: {2, ""}, deletes: secondDelete},
		every:      map[column]cell{reads: {3, "Transient"}, creates: {1, write}, updates: {3, write}, deletes: {3, write}},
		tokenFirst: cell{2, ""}, tokenEvery: cell{3, "Transient"},
	}
}

// row is a fault, made in one of three places.
type row struct {
	name    string
	applied bool // the service does the work of an attempt that meets the fault
	family  family

	// numbered is a refusal for which the new API, which refuses in words, has none.
	numbered bool

	emulator *dingtalktest.Fault
	dial     dialFault
	answer   answerFault
}

const throttledText = `{"errcode":88,"errmsg":"ding talk error[subcode=90018,submsg=qps]","request_id":"4r7t1y9u3i5o"}`

var matrix = []row{
	{name: "nothing", applied: true, family: harmless, emulator: new(dingtalktest.Slow(0))},
	{name: "slow answer, within the timeout", applied: true, family: harmless, emulator: new(dingtalktest.Slow(5 * time.Second))},
	{name: "answer packed with gzip", applied: true, family: harmless, answer: packed},
	{name: "errcode in quotes", applied: true, family: harmless, answer: passed(quotedErrcode)},

	{name: "connection refused", family: unsent, dial: refused},
	{name: "TLS certificate not trusted", family: unsent, dial: untrusted},
	{name: "TLS handshake broken off", family: unsent, dial: hangsUp},

	{name: "connection reset before the request is handled", family: lost, emulator: new(dingtalktest.DropConnection)},
	{name: "connection reset before the headers of the answer", applied: true, family: lostApplied, emulator: new(dingtalktest.LostResponse)},
	{name: "connection reset in the body of the answer", applied: true, family: lostApplied, emulator: new(dingtalktest.CutBody)},
	{name: "no answer at all", family: lost, emulator: new(dingtalktest.Hang)},
	{name: "headers beyond the timeout", applied: true, family: lostApplied, emulator: new(dingtalktest.Slow(15 * time.Second))},
	{name: "body beyond the timeout", applied: true, family: lostApplied, answer: slowBody},
	{name: "half of the JSON", applied: true, family: lostApplied, emulator: new(dingtalktest.BadJSON)},
	{name: "answer without errcode, or accessToken", applied: true, family: lostApplied, answer: passed(withoutErrcode)},
	{name: "JSON of another shape", family: lost, answer: instead(200, `{"code":"ok","data":[]}`)},
	{name: "empty body", family: lost, answer: instead(200, "")},
	{name: "HTTP 500", family: lost, emulator: new(dingtalktest.HTTPStatus(500))},
	{name: "HTTP 502", family: lost, emulator: new(dingtalktest.HTTPStatus(502))},
	{name: "HTTP 502 after the work", applied: true, family: lostApplied, emulator: new(dingtalktest.HTTPStatus(502).AfterWork())},
	{name: "HTTP 503 with Retry-After: 2", family: lost, answer: instead(503, "", "Retry-After", "2")},
	{name: "HTTP 504 after the work", applied: true, family: lostApplied, emulator: new(dingtalktest.HTTPStatus(504).AfterWork())},
	{name: "errcode -1", family: busy, emulator: new(dingtalktest.SystemBusy)},
	{name: "errcode -1 after the work", applied: true, family: busyApplied, emulator: new(dingtalktest.SystemBusy.AfterWork())},

	{name: "body over the limit", applied: true, family: foreign, answer: endless},
	{name: "gzip bomb", applied: true, family: foreign, answer: bomb},
	{name: "HTTP 302 to another host", family: foreign, answer: redirect(http.StatusFound)},
	{name: "HTTP 307 to another host", family: foreign, answer: redirect(http.StatusTemporaryRedirect)},
	{name: "HTTP 308 to another host", family: foreign, answer: redirect(http.StatusPermanentRedirect)},
	{name: "HTTP 403 of a proxy", family: foreign, emulator: new(dingtalktest.HTTPStatus(403))},
	{name: "HTTP 400 with an envelope", family: badRequest, answer: instead(400, `{"errcode":400002,"errmsg":"参数错误"}`)},

	{name: "throttle (88/90018)", family: throttles, emulator: new(dingtalktest.Throttled)},
	{name: "throttle, sub_code in errmsg alone", family: throttles, answer: instead(200, throttledText)},
	{name: "limit over all callers (88/90002)", family: throttles, emulator: new(dingtalktest.Code(90002))},
	{name: "HTTP 429 with Retry-After: 2", family: throttles, answer: instead(429, "", "Retry-After", "2")},
	{name: "HTTP 429 with Retry-After: 60", family: longThrottles, answer: instead(429, "", "Retry-After", "60")},
	{name: "ban of the organisation (88/90003)", family: bans, numbered: true, emulator: new(dingtalktest.Code(90003))},
	{name: "monthly quota (90020)", family: bans, emulator: new(dingtalktest.Code(90020))},
	{name: "ban of the address, JSON (status 1111)", family: bans, emulator: new(dingtalktest.Punished)},
	{name: "HTML with status 200", family: pages, emulator: new(dingtalktest.HTMLPage)},
	{name: "HTML with status 200 after the work", applied: true, family: pages, emulator: new(dingtalktest.HTMLPage.AfterWork())},

	{name: "token refused (88/40014)", family: oldToken, numbered: true, emulator: new(dingtalktest.TokenExpired)},
	{name: "permission missing (88/60011)", family: permission, emulator: new(dingtalktest.PermissionMissing)},
}

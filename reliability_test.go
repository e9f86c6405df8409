package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
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
	{name: "envelope without errcode", applied: true, family: lostApplied, answer: passed(withoutErrcode)},
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
	{name: "ban of the organisation (88/90003)", family: bans, emulator: new(dingtalktest.Code(90003))},
	{name: "monthly quota (90020)", family: bans, emulator: new(dingtalktest.Code(90020))},
	{name: "ban of the address, JSON (status 1111)", family: bans, emulator: new(dingtalktest.Punished)},
	{name: "HTML with status 200", family: pages, emulator: new(dingtalktest.HTMLPage)},
	{name: "HTML with status 200 after the work", applied: true, family: pages, emulator: new(dingtalktest.HTMLPage.AfterWork())},

	{name: "token refused (88/40014)", family: oldToken, emulator: new(dingtalktest.TokenExpired)},
	{name: "permission missing (88/60011)", family: permission, emulator: new(dingtalktest.PermissionMissing)},
}

func (r *row) expected(w when, c column) cell {
	switch w {
	case first:
		return r.family.first[c]
	case every:
		return r.family.every[c]
	case tokenFirst:
		return r.family.tokenFirst
	default:
		return r.family.tokenEvery
	}
}

// set makes the fault happen.
func (r *row) set(srv *dingtalktest.Server, n *network, op string, w when) {
	times := 1
	if w == every || w == tokenEvery {
		times = 9
	}
	connections := make([]dialFault, 0, 10)
	if w == tokenFirst || w == tokenEvery {
		op = "GetToken"
	} else {
		connections = append(connections, connects) // the token's
	}
	switch {
	case r.emulator != nil:
		srv.Fail(op, *r.emulator, times)
	case r.answer != nil:
		n.answers[op] = slices.Repeat([]answerFault{r.answer}, times)
	default:
		n.dials = append(connections, slices.Repeat([]dialFault{r.dial}, times)...)
	}
}

// classes are the classes of errors by name.
var classes = map[string]error{
	"NotFound": dingtalk.ErrNotFound, "AlreadyExists": dingtalk.ErrAlreadyExists, "InvalidToken": dingtalk.ErrInvalidToken,
	"InvalidCredential": dingtalk.ErrInvalidCredential, "Permission": dingtalk.ErrPermission,
	"RateLimited": dingtalk.ErrRateLimited, "InvalidArgument": dingtalk.ErrInvalidArgument,
	"Transient": dingtalk.ErrTransient, "Precondition": dingtalk.ErrPrecondition,
	"Unsupported": dingtalk.ErrUnsupported, "OutcomeUnknown": dingtalk.ErrOutcomeUnknown,
}

// classesOf names all classes that err is of.
func classesOf(err error) string {
	var names []string
	for name, class := range classes {
		if errors.Is(err, class) && name != "OutcomeUnknown" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		names = append(names, "OutcomeUnknown")
	}
	return strings.Join(names, "+")
}

// attempts counts what a client logs.
type attempts struct {
	slog.Handler
	mu   sync.Mutex
	byOp map[string]int
}

func (a *attempts) Enabled(context.Context, slog.Level) bool { return true }

func (a *attempts) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "op" {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.byOp[attr.Value.String()]++
		}
		return true
	})
	return nil
}

func TestEveryFaultOnEveryOperation(t *testing.T) {
	t.Parallel()
	all := maps.Clone(furtherOperations)
	for op, c := range columnOf {
		all[op] = operation{c, operations[op], nil}
		if c != reads {
			all[op] = operation{c, operations[op], func(srv *dingtalktest.Server) bool { return applied(srv, c) }}
		}
	}
	for _, ep := range contract.All() {
		require.True(t, ep.Anonymous || all[ep.Name].call != nil, "%s is not in the matrix", ep.Name)
	}
	for name, op := range all {
		for i := range matrix {
			for _, w := range whens {
				r := &matrix[i]
				t.Run(fmt.Sprintf("%s/%s/%s", name, r.name, w), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						if name != "CreateUser" {
							peopled(srv)
						}
						tryCell(t, srv, r, name, op, w)
					})
				})
			}
		}
	}
}

func tryCell(t *testing.T, srv *dingtalktest.Server, r *row, op string, o operation, w when) {
	t.Helper()
	c := o.column
	n := newNetwork(t, srv, r.dial == untrusted || r.dial == hangsUp)
	count := &attempts{byOp: map[string]int{}}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(n.base),
		dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}), dingtalk.WithLogger(slog.New(count)))
	require.NoError(t, err)
	dingtalk.LimitAnswers(client, answerLimit)
	r.set(srv, n, op, w)

	err = o.call(t.Context(), client)

	want := r.expected(w, c)
	assert.Equal(t, want.classes, classesOf(err), "%v", err)
	assert.Equal(t, want.classes == "", err == nil)
	done := o.done != nil && o.done(srv)
	if w == tokenFirst || w == tokenEvery {
		assert.Equal(t, want.attempts, count.byOp["GetToken"], "attempts at the token")
		assert.Equal(t, err == nil, count.byOp[op] == 1, "attempts")
		assert.Equal(t, err == nil && c != reads && o.done != nil, done, "applied")
		return
	}
	assert.Equal(t, want.attempts, count.byOp[op], "attempts")
	if o.done == nil {
		return
	}
	switch { // what is true on the server
	case err == nil:
		assert.True(t, done, "a write that succeeded was applied")
	case !errors.Is(err, dingtalk.ErrOutcomeUnknown):
		assert.False(t, done, "a write that was refused was not applied")
	default:
		assert.Equal(t, r.applied, done)
	}
}

// applied looks at the server: was the operation's work done?
func applied(srv *dingtalktest.Server, c column) bool {
	user, there := srv.User("zhao.min")
	switch c {
	case creates:
		return there
	case updates:
		return user.Title == "Lead"
	case deletes:
		return !there
	default:
		return false
	}
}

// TestTheMatrixIsPrinted holds docs/reliability.md to the data above.
func TestTheMatrixIsPrinted(t *testing.T) {
	t.Parallel()
	file := filepath.Join("docs", "reliability.md")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), "<!-- matrix -->\n")
	require.True(t, ok, "the place of the table")
	_, after, ok := strings.Cut(rest, "<!-- /matrix -->")
	require.True(t, ok, "the end of the table")
	want := before + "<!-- matrix -->\n" + printedMatrix() + "<!-- /matrix -->" + after
	if updating() {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(text), "out of date: go generate ./...")
}

func printedMatrix() string {
	var b strings.Builder
	b.WriteString("| Fault | when | read | create | update | delete |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range matrix {
		for _, w := range []when{first, every} {
			fmt.Fprintf(&b, "| %s | %s |", r.name, w)
			for _, c := range columns {
				fmt.Fprintf(&b, " %s |", r.shown(w, c))
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("\n| Fault | of the first token fetch | of every token fetch |\n| --- | --- | --- |\n")
	for _, r := range matrix {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.name, r.shown(tokenFirst, reads), r.shown(tokenEvery, reads))
	}
	return b.String()
}

// shown is a cell for people: "2: ok", or "1: OutcomeUnknown, applied".
func (r *row) shown(w when, c column) string {
	want := r.expected(w, c)
	if want.classes == "" {
		return fmt.Sprintf("%d: ok", want.attempts)
	}
	text := fmt.Sprintf("%d: %s", want.attempts, strings.ReplaceAll(want.classes, "+", " + "))
	if strings.Contains(want.classes, "OutcomeUnknown") {
		if r.applied {
			return text + "; applied"
		}
		return text + "; not applied"
	}
	return text
}

func isUnknown(err error) bool { return errors.Is(err, dingtalk.ErrOutcomeUnknown) }

// TestTheTestsThatTheDocumentNamesExist keeps docs/reliability.md from promising what nothing holds.
func TestTheTestsThatTheDocumentNamesExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("docs", "reliability.md"))
	require.NoError(t, err)
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, names)
	var code strings.Builder
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "*/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			code.Write(source)
		}
	}
	for _, name := range names {
		assert.Contains(t, code.String(), "func "+name[1]+"(", "%s", name[1])
	}
}

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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

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
	if w == first || w == every {
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
	if w == tokenFirst || w == tokenEvery {
		r.set(srv, n, "GetToken", w)
	} else {
		r.set(srv, n, op, w)
	}

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
		name := r.name
		if r.numbered {
			name += ", of `/gettoken` alone"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, r.shown(tokenFirst, reads), r.shown(tokenEvery, reads))
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

// TestTheTestsThatTheDocumentsNameExist keeps the documents from promising what nothing holds.
func TestTheTestsThatTheDocumentsNameExist(t *testing.T) {
	t.Parallel()
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
	for _, document := range []string{"reliability.md", "performance.md"} {
		text, err := os.ReadFile(filepath.Join("docs", document))
		require.NoError(t, err)
		names := regexp.MustCompile(`\b((?:Test|Fuzz)[A-Z][A-Za-z0-9]+)`).FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, names)
		for _, name := range names {
			assert.Contains(t, code.String(), "func "+name[1]+"(", "%s in %s", name[1], document)
		}
	}
}

package dingtalk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// documented lists every code with its class. It was written from the tables of the service, not from those of the
// client.
var documented = []struct {
	class error
	codes []int
}{
	{ErrTransient, []int{-1, 15, 88, 999, 1002, 400001}},
	{ErrUnsupported, []int{22, 404}},
	{ErrInvalidToken, []int{33001, 33009, 40001, 40014, 41001, 42001}},
	{ErrInvalidCredential, []int{
		40002, 40013, 40089, 40096,
		40088, 40080, 40082, 40083, 40084, 40085, 48003,
		41002, 41004,
		853003, 853004, 853005,
	}},
	{ErrPermission, []int{
		40079, 43007, 48002, 48004, 41030, 50002, 50003, 50004, 50005, 60011, 60020, 70001,
		400043, 12012,
	}},
	{ErrNotFound, []int{33011, 33012, 40003, 46004, 60003, 60004, 60111, 60121, 60067, 60068, 60301, 34020, 71007, 400040}},
	{ErrAlreadyExists, []int{22005, 60200, 60102, 60104, 60106, 40101, 40100, 60107, 60016, 60021, 60008, 34021, 40021, 71006, 400041}},
	{ErrInvalidArgument, []int{
		40000, 40091, 40102, 41026, 41101, 60204,
		400002, 40035, 40036, 40038, 40033, 44002, 47001, 41009,
		40009, 40010, 40011, 40025, 40066, 40031, 40032, 40063, 40064, 40065, 40068, 40069, 40070,
		40104, 60103, 60105, 60001, 60009, 60112, 60109, 600109, 60113, 60118, 60119, 60122, 60123, 60128,
		40093, 60022, 660000, 34018, 43001, 43002, 43003, 43004, 43005, 43009,
		60019, 853001, 71008, 71010, 71011, 400050,
	}},
	{ErrPrecondition, []int{
		40019, 40020, 40024, 45024, 40022, 41054, 40023, 40103, 60002, 60005, 60006, 60007, 60010, 60018,
		60110, 60120, 60510, 23004, 853002, 60203, 60205,
		71009, 71012, 71013, 400051, 400052, 400053, 400054,
	}},
	{ErrInvalidAuthCode, []int{40029, 40078, 42008}},
	{ErrRateLimited, []int{
		90018, 90019, 90002, 90001, 90003, 90004, 90005, 90006,
		90007, 90008, 90009, 90010, 90011, 90012, 90013, 90014,
		90017, 90020, 45009,
	}},
}

// sentinels are all classes.
var sentinels = []error{
	ErrNotFound, ErrAlreadyExists, ErrInvalidToken, ErrInvalidCredential, ErrPermission, ErrRateLimited,
	ErrInvalidArgument, ErrTransient, ErrPrecondition, ErrInvalidAuthCode, ErrUnsupported,
	ErrOutcomeUnknown,
}

// classifyCode classifies a response with a code to a create, an update and a read.
func classifyCode(t *testing.T, code int, gateway bool) (create, update, read result) {
	t.Helper()
	response := rest.Response{Status: 200, Code: code, Gateway: gateway}
	return classify(t.Context(), &contract.CreateUser, response, nil),
		classify(t.Context(), &contract.UpdateUser, response, nil),
		classify(t.Context(), &contract.GetUser, response, nil)
}

func TestCode_HasExactlyTheDocumentedClass(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for _, row := range documented {
		for _, code := range row.codes {
			require.False(t, seen[code], "%d is listed twice", code)
			seen[code] = true
			for _, op := range []string{"CreateUser", "GetUser", "ListSubDepartmentIDs", ""} {
				err := &Error{Op: op, Code: code}
				for _, class := range sentinels {
					assert.Equal(t, class == row.class, errors.Is(err, class), "%s %d: %v", op, code, class) //nolint:errorlint // identity is meant
				}
			}
		}
	}
	for code, class := range classes {
		assert.True(t, seen[code], "%d (%v) is in no table of the service", code, class)
	}
	for _, code := range []int{0, 1, 900001, 12345678} {
		assert.NoError(t, classOf("GetUser", code, false), "%d is not documented", code)
		assert.NoError(t, classOf("GetUser", code, true), "%d is not documented", code)
	}
}

func TestCode_DependsOnOperationAndGatewayInAFewCases(t *testing.T) {
	t.Parallel()
	assert.Equal(t, ErrInvalidCredential, classOf("GetToken", 40001, false))
	assert.Equal(t, ErrInvalidToken, classOf("GetUser", 40001, false))
	assert.Equal(t, ErrInvalidToken, classOf("GetUser", 40001, true))
	assert.Equal(t, ErrInvalidArgument, classOf("GetUser", 40000, false))
	assert.Equal(t, ErrInvalidToken, classOf("GetUser", 40000, true))
	assert.ErrorIs(t, &Error{Op: "GetToken", Code: 40001}, ErrInvalidCredential)
}

func TestCode_DecidesWhetherTheCallIsRepeated(t *testing.T) {
	t.Parallel()
	short := map[int]bool{90018: true, 90019: true, 90002: true, 90005: true, 90006: true}
	busy := map[int]bool{-1: true, 15: true, 88: true, 999: true, 1002: true, 400001: true}
	token := map[int]bool{33001: true, 33009: true, 40001: true, 40014: true, 41001: true, 42001: true}
	for _, row := range documented {
		for _, code := range row.codes {
			for _, gateway := range []bool{false, true} {
				name := fmt.Sprint(code, " from the gateway: ", gateway)
				create, update, read := classifyCode(t, code, gateway)
				for _, res := range []result{create, update, read} {
					assert.Equal(t, short[code] || busy[code], res.retryable, name)
					assert.Equal(t, token[code] || (code == 40000 && gateway), res.tokenRefused, name)
					switch {
					case short[code]:
						assert.True(t, res.notApplied, name)
						assert.Equal(t, time.Second, res.err.RetryAfter, name)
					case isBanCode(code):
						assert.Equal(t, contract.BanTime, res.err.RetryAfter, name)
						assert.Equal(t, contract.BanTime, res.outcome.Blocked, name)
					default:
						assert.Zero(t, res.err.RetryAfter, name)
						assert.Zero(t, res.outcome.Blocked, name)
					}
				}
				if busy[code] {
					assert.False(t, create.notApplied, "%s: it is not proven that nothing was applied", name)
					assert.ErrorIs(t, create.err, ErrOutcomeUnknown, name)
					assert.ErrorIs(t, update.err, ErrOutcomeUnknown, name)
				} else {
					assert.NotErrorIs(t, create.err, ErrOutcomeUnknown, name)
				}
				assert.NotErrorIs(t, read.err, ErrOutcomeUnknown, name)
			}
		}
	}
	_, _, read := classifyCode(t, 0, false)
	assert.Nil(t, read.err)
}

func TestCode_OfTheTokenRequestRefusesNoToken(t *testing.T) {
	t.Parallel()
	for _, code := range []int{40014, 42001, 40001, 40089} {
		res := classify(t.Context(), &contract.GetToken, rest.Response{Code: code}, nil)
		assert.False(t, res.tokenRefused, code)
		assert.False(t, res.retryable, code)
	}
}

func TestClassify_KeepsTheHintsOfTheResponse(t *testing.T) {
	t.Parallel()
	res := classify(t.Context(), &contract.CreateUser, rest.Response{
		Status: 200, Code: 60104, Message: "m", RequestID: "r", RetryAfter: 7 * time.Second,
		RequiredScopes: []string{"s"}, HolderUserID: "h",
	}, nil)
	res.err.class = nil
	assert.Equal(t, &Error{
		Op: "CreateUser", Code: 60104, Message: "m", RequestID: "r", HTTPStatus: 200, RetryAfter: 7 * time.Second,
		RequiredScopes: []string{"s"}, HolderUserID: "h",
	}, res.err)
	for wait, want := range map[time.Duration]time.Duration{0: time.Second, time.Millisecond: time.Second, 4 * time.Second: 4 * time.Second} {
		res := classify(t.Context(), &contract.GetUser, rest.Response{Code: 90018, RetryAfter: wait}, nil)
		assert.Equal(t, want, res.err.RetryAfter)
	}
}

func TestClasses_NameThePackage(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for _, s := range sentinels {
		assert.True(t, strings.HasPrefix(s.Error(), "dingtalk: "))
		texts[s.Error()] = true
	}
	assert.Len(t, texts, len(sentinels))
}

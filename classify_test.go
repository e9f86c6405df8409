package dingtalk

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

func TestClassify_DecidesWhatAFailureMeansForTheCall(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind                  rest.Kind
		retryable, notApplied bool
		read                  error
		write                 []error // all classes that match
		retryAfter            time.Duration
	}{
		"unsent":       {rest.Unsent, true, true, ErrTransient, []error{ErrTransient}, 0},
		"unprocessed":  {rest.Unprocessed, true, true, ErrTransient, []error{ErrTransient}, 0},
		"lost":         {rest.Lost, true, false, ErrTransient, []error{ErrOutcomeUnknown}, 0},
		"malformed":    {rest.Malformed, true, false, ErrTransient, []error{ErrOutcomeUnknown}, 0},
		"foreign":      {rest.WrongHost, false, false, ErrUnsupported, []error{ErrOutcomeUnknown}, 0},
		"unanswerable": {rest.TransportRefused, false, false, ErrUnsupported, []error{ErrUnsupported}, 0},
		"banned":       {rest.Banned, false, false, ErrRateLimited, []error{ErrRateLimited}, 0},
		"page":         {rest.ForeignPage, false, false, ErrTransient, []error{ErrOutcomeUnknown}, 0},
		"throttled":    {rest.Throttled, true, true, ErrRateLimited, []error{ErrRateLimited}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cause := errors.New("cause")
			f := &rest.Failure{Kind: tt.kind, Status: 502, Err: cause}
			for _, ep := range contract.All() {
				res := classify(t.Context(), ep, rest.Response{}, f)
				require.Error(t, res.err)
				assert.Equal(t, tt.retryable, res.retryable, ep.Name)
				assert.Equal(t, tt.notApplied, res.notApplied, ep.Name)
				assert.False(t, res.tokenRefused)
				assert.Equal(t, ep.Name, res.err.Op)
				assert.Equal(t, 502, res.err.HTTPStatus)
				assert.Equal(t, tt.retryAfter, res.err.RetryAfter)
				assert.Zero(t, res.err.Code)
				require.ErrorIs(t, res.err, cause)
				want := []error{tt.read}
				if ep.Write {
					want = tt.write
				}
				var got []error
				for _, class := range sentinels {
					if errors.Is(res.err, class) {
						got = append(got, class)
					}
				}
				assert.ElementsMatch(t, want, got, ep.Name)
			}
			f.RetryAfter = 7 * time.Second
			assert.Equal(t, 7*time.Second, classify(t.Context(), &contract.GetUser, rest.Response{}, f).err.RetryAfter)
		})
	}
}

func TestClassify_GivesNoClassToACanceledCallUnlessAWriteWasSent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, kind := range []rest.Kind{rest.Unsent, rest.Lost} {
		for _, ep := range contract.All() {
			res := classify(ctx, ep, rest.Response{}, &rest.Failure{Kind: kind, Err: rest.ContextError(ctx)})
			require.ErrorIs(t, res.err, context.Canceled)
			for _, class := range sentinels {
				want := class == ErrOutcomeUnknown && kind == rest.Lost && ep.Write //nolint:errorlint // identity is meant
				assert.Equal(t, want, errors.Is(res.err, class), "%s, kind %d: %v", ep.Name, kind, class)
			}
		}
	}
}

func TestRetryDelay_AllowsOnlyWhatIsSafeAndInTime(t *testing.T) {
	t.Parallel()
	c := &Client{retry: RetryPolicy{MaxAttempts: 3, BaseDelay: 200 * time.Millisecond, MaxDelay: 5 * time.Second}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	soon, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	create, read := &contract.CreateUser, &contract.GetUser
	for name, tt := range map[string]struct {
		ctx                   context.Context
		ep                    *contract.Endpoint
		retryable, notApplied bool
		wait                  time.Duration
		attempt               int
		again                 bool
		low, high             time.Duration
	}{
		"a read":                      {t.Context(), read, true, false, 0, 1, true, 1, 200 * time.Millisecond},
		"a read, second attempt":      {t.Context(), read, true, false, 0, 2, true, 1, 400 * time.Millisecond},
		"a read, last attempt":        {t.Context(), read, true, false, 0, 3, false, 0, 0},
		"a permanent failure":         {t.Context(), read, false, true, 0, 1, false, 0, 0},
		"a create, not applied":       {t.Context(), create, true, true, 0, 1, true, 1, 200 * time.Millisecond},
		"a create, perhaps applied":   {t.Context(), create, true, false, 0, 1, false, 0, 0},
		"an update":                   {t.Context(), &contract.UpdateUser, true, false, 0, 1, true, 1, 200 * time.Millisecond},
		"a delete":                    {t.Context(), &contract.DeleteUser, true, false, 0, 1, true, 1, 200 * time.Millisecond},
		"a requested wait":            {t.Context(), create, true, true, 2 * time.Second, 2, true, 2*time.Second + 1, 2200 * time.Millisecond},
		"the maximum wait":            {t.Context(), create, true, true, 5 * time.Second, 1, true, 5*time.Second + 1, 5200 * time.Millisecond},
		"a wait beyond the maximum":   {t.Context(), create, true, true, 5*time.Second + 1, 1, false, 0, 0},
		"a wait beyond the deadline":  {soon, read, true, true, 2 * time.Second, 1, false, 0, 0},
		"a delay within the deadline": {soon, read, true, true, 0, 1, true, 1, 200 * time.Millisecond},
		"a canceled call":             {ended, read, true, true, 0, 1, false, 0, 0},
	} {
		for range 50 {
			res := result{err: &Error{RetryAfter: tt.wait}, retryable: tt.retryable, notApplied: tt.notApplied}
			delay, again := c.retryDelay(tt.ctx, &Call{want: tt.ep}, res, tt.attempt)
			assert.Equal(t, tt.again, again, name)
			if again {
				assert.GreaterOrEqual(t, delay, tt.low, name)
				assert.LessOrEqual(t, delay, tt.high, name)
			}
		}
	}
}

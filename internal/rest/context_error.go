package rest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// attemptError returns why an attempt failed: why its context ended if it did, else what the transport reported.
func attemptError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ContextError(ctx)
	}
	return hideTransportError(err)
}

// ContextError returns why ctx ended. The error matches context.Canceled or context.DeadlineExceeded also if the caller
// gave the context a cause of its own.
func ContextError(ctx context.Context) error {
	err, reason := ctx.Err(), context.Cause(ctx)
	var timeout *timeoutError
	if errors.Is(reason, err) || errors.As(reason, &timeout) {
		return reason
	}
	return fmt.Errorf("%w: %w", err, reason)
}

// timeoutError is the error of one attempt that took too long. It does not match context.DeadlineExceeded, because the
// caller's context has not ended.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("no response within %v", e.after) }
func (e *timeoutError) Timeout() bool { return true }

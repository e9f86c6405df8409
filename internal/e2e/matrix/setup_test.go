package matrix_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// classes are the error classes, by name.
var classes = map[string]error{
	"NotFound": dingtalk.ErrNotFound, "AlreadyExists": dingtalk.ErrAlreadyExists, "InvalidToken": dingtalk.ErrInvalidToken,
	"InvalidCredential": dingtalk.ErrInvalidCredential, "Permission": dingtalk.ErrPermission,
	"RateLimited": dingtalk.ErrRateLimited, "InvalidArgument": dingtalk.ErrInvalidArgument,
	"Transient": dingtalk.ErrTransient, "Precondition": dingtalk.ErrPrecondition, "InvalidAuthCode": dingtalk.ErrInvalidAuthCode,
	"Unsupported": dingtalk.ErrUnsupported, "OutcomeUnknown": dingtalk.ErrOutcomeUnknown,
}

// classesOf returns the names of the classes of err, joined by "+", with OutcomeUnknown last.
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

// attemptCounter is a log handler that counts the attempts of each operation.
type attemptCounter struct {
	slog.Handler

	mu   sync.Mutex
	byOp map[string]int
}

func (a *attemptCounter) Enabled(context.Context, slog.Level) bool { return true }

func (a *attemptCounter) Handle(_ context.Context, r slog.Record) error {
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

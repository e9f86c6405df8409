package mirror

import (
	"context"
	"errors"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// pauseRecord is the pause of the leader in the store, for the Status of other processes.
type pauseRecord struct {
	Until int64  `json:"until"` // milliseconds
	Class string `json:"class,omitzero"`
	Text  string `json:"text"`
}

var pauseKey = stateKey("pause")

// pauseClasses are the classes of errors that reading pauses for, and others.
var pauseClasses = []error{
	dingtalk.ErrPermission, dingtalk.ErrRateLimited, dingtalk.ErrInvalidCredential, dingtalk.ErrInvalidToken, dingtalk.ErrTransient,
	dingtalk.ErrPrecondition, dingtalk.ErrUnsupported, dingtalk.ErrInvalidArgument, dingtalk.ErrNotFound,
}

// storedError is an error that another process met. It has the text and the class of that.
type storedError struct {
	text  string
	class error
}

func (e *storedError) Error() string { return e.text }

func (e *storedError) Unwrap() error { return e.class }

// pauseLoop keeps the pause in the store, or none, as it is in memory.
func (l *leader) pauseLoop(ctx context.Context) error {
	for {
		until, cause := l.pause.state()
		err := l.lease.Update(ctx, func(w Writer) error {
			stored, err := get(w, pauseKey)
			switch {
			case err != nil:
				return err
			case cause == nil && stored == nil:
				return nil
			case cause == nil:
				return w.Delete(pauseKey)
			}
			record := pauseRecord{Until: until.UnixMilli(), Text: cause.Error()}
			for _, class := range pauseClasses {
				if errors.Is(cause, class) {
					record.Class = class.Error()
				}
			}
			return w.Put(pauseKey, encode(record))
		})
		if err != nil {
			return err
		}
		select {
		case <-l.pause.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// readPause adds the pause of the leader to a Status.
func (s *Status) readPause(r Reader) error {
	b, err := get(r, pauseKey)
	if err != nil || b == nil {
		return err
	}
	record, err := decode[pauseRecord](b)
	if err != nil {
		return err
	}
	cause := &storedError{text: record.Text}
	for _, class := range pauseClasses {
		if record.Class == class.Error() {
			cause.class = class
		}
	}
	s.PausedUntil, s.PauseCause = time.UnixMilli(record.Until), cause
	return nil
}

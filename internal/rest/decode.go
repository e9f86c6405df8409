package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// decode decodes a response of the legacy API: the envelope and, in the same pass, the payload.
func decode(ctx context.Context, raw *http.Response, body []byte, want Want) (Response, *Failure) {
	env := envelopes.Get().(*envelope)
	defer func() {
		*env = envelope{}
		envelopes.Put(env)
	}()
	env.Result = payloadOf(&ignored{})
	if want.Payload == contract.UnderResult || want.Payload == contract.ListUnderResult {
		env.Result = payloadOf(want.Into)
	}
	err := unmarshal(ctx, body, env)
	if err != nil && !errors.Is(err, errContextEnded) {
		// The errcode counts, even if it is behind the payload that could not be decoded.
		*env = envelope{Result: payloadOf(&ignored{})}
		if again := unmarshal(ctx, body, env); errors.Is(again, errContextEnded) {
			err = again
		}
	}
	if errors.Is(err, errContextEnded) {
		return Response{}, contextEnded(ctx, raw)
	}
	if !env.ErrCode.known || !hasExactErrcode(body) || as[*json.SyntaxError](err) {
		return Response{}, unexpected(raw, body)
	}

	res := env.response(raw)
	switch {
	case res.Code != 0:
		return res, nil
	case raw.StatusCode < 200 || raw.StatusCode > 299:
		return Response{}, &Failure{
			Kind: Malformed, Status: raw.StatusCode,
			Err: fmt.Errorf("HTTP status %d with errcode 0", raw.StatusCode),
		}
	case err == nil && want.Payload == contract.TopLevel:
		err = unmarshal(ctx, body, want.Into)
	}
	if errors.Is(err, errContextEnded) {
		return Response{}, contextEnded(ctx, raw)
	}
	if err != nil {
		return Response{}, Mismatch(raw.StatusCode, err)
	}
	if name := firstMissing(body, want); name != "" {
		return Response{}, MissingField(raw.StatusCode, name)
	}
	return res, nil
}

// contextEnded returns the failure of a response that arrived, but was not decoded before its context ended.
func contextEnded(ctx context.Context, raw *http.Response) *Failure {
	return &Failure{Kind: Lost, Status: raw.StatusCode, Err: attemptError(ctx, errContextEnded)}
}

// MissingField returns the failure of a success that lacks a required field.
func MissingField(status int, name string) *Failure {
	return &Failure{Kind: Malformed, Status: status, Err: fmt.Errorf("the response lacks %q", name)}
}

// Incomplete returns the failure of a success in JSON that lacks a field which the caller requires. The front end responds
// to those it bans with such JSON.
func Incomplete(status int, body []byte, name string) *Failure {
	if f := unexpected(&http.Response{StatusCode: status}, body); f.Kind == Banned {
		return f
	}
	return MissingField(status, name)
}

// Mismatch returns the failure of a success that cannot be decoded, because of err, into what is wanted.
func Mismatch(status int, err error) *Failure {
	return &Failure{Kind: WrongHost, Status: status, Err: describeMismatch(err)}
}

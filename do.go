package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// Do makes a call that this package does not offer, as any other call is made: with the token, the rate limit, the
// repetitions, the classes of errors, the middleware and the log, and without a secret in any of them.
//
// The request is encoded as JSON in the body, and for a GET as query parameters, for which it may have texts, numbers
// and booleans only. A Secret in it is sent in plain text. A nil request is sent as {} on the legacy API, and as nothing
// on the new one.
//
// The response is decoded into what res points to, a struct or a json.RawMessage for example, by encoding/json as it is:
// where the service puts numbers in quotes, use the option ",string" or a json.Number. On the legacy API the response is
// the member "result", unless op.TopLevel is set, and on the new API the whole body. A response without it, without one
// of op.Required, or that does not fit the type is an error, never an empty success; *res is then as it was. With a nil
// res, whatever a success holds is ignored.
func (c *Client) Do(ctx context.Context, op Operation, req, res any) error {
	ep, path, faults := op.endpoint()
	t := &anyTarget{path: path, required: op.Required, accessToken: op.AccessToken}
	switch into := reflect.ValueOf(res); {
	case res == nil:
		ep.Payload = contract.Ignored
	case into.Kind() != reflect.Pointer || into.IsNil():
		faults = append(faults, fmt.Sprintf("the response is a %T, and not a pointer that is set", res))
	default:
		t.typ = into.Type().Elem()
	}
	switch {
	case len(faults) > 0:
		return &Error{Op: "Do", Err: errors.New(strings.Join(faults, "; ")), class: ErrInvalidArgument}
	case ctx == nil:
		return noContext(op.Name)
	}
	call := &Call{Op: ep.Name, Path: ep.Path, Request: req, bulk: c.bulk, want: ep, target: t}
	if err := c.run(ctx, call); err != nil {
		return err
	}
	if res == nil {
		return nil
	}
	for _, value := range []any{call.Response, t.result()} { // the second if a middleware passed on a copy
		if v := reflect.ValueOf(value); v.IsValid() && v.Type() == reflect.TypeOf(res) && !v.IsNil() {
			reflect.ValueOf(res).Elem().Set(v.Elem())
			return nil
		}
	}
	return noResponse(op.Name)
}

// anyTarget receives the payload of a call of Do.
type anyTarget struct {
	path        string // with the values of Operation
	required    []string
	accessToken Secret
	typ         reflect.Type // nil: the payload is ignored
	raw         *json.RawMessage
	value       any // a pointer to a value of typ
}

func (t *anyTarget) into() any {
	t.raw, t.value = nil, nil
	return &t.raw
}

func (t *anyTarget) result() any { return t.value }

// userToken returns the access token of the user in whose name the call is made.
func (t *anyTarget) userToken() Secret { return t.accessToken }

// decode decodes the payload into a new value of the caller's type.
func (t *anyTarget) decode(status int) error {
	if t.typ == nil {
		return nil
	}
	if len(t.required) > 0 {
		var members map[string]json.RawMessage
		_ = json.Unmarshal(*t.raw, &members) // anything but an object has no members
		for _, name := range t.required {
			if value := string(members[name]); value == "" || value == "null" || value == `""` {
				return rest.Incomplete(status, *t.raw, name)
			}
		}
	}
	value := reflect.New(t.typ).Interface()
	if err := json.Unmarshal(*t.raw, value); err != nil {
		return rest.Mismatch(status, err)
	}
	t.value = value
	return nil
}

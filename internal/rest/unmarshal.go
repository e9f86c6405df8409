package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// maxDirectValues is the largest number of values of a response that is decoded without being rewritten first. Even if
// all of them are the largest entries of lists, they fit into maxEntryBytes (TestListEntry_IsSmall). A page of a
// hundred users has a quarter of that.
const maxDirectValues = 32 << 10

// unmarshal decodes data into v. If a value does not have the documented type, it rewrites such values and decodes
// again: the published examples have numbers and booleans in quotes, and the interfaces differ in how they write
// "nothing". Ordinary responses need no second pass. Responses with very many values are rewritten at once, because the
// rewriter obeys ctx, and limits the memory for the entries of lists, and so are those with a null in a list, which
// would decode as the ID 0.
func unmarshal(ctx context.Context, data []byte, v any) error {
	values := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte("["))
	if values <= maxDirectValues && !hasNullEntry(data) && !hasOtherSpelling(data, v) {
		result := target(v)
		err := unmarshalDirectly(data, v)
		if !as[*json.UnmarshalTypeError](err) {
			return err
		}
		reset(v, result) // removes what the first pass decoded
	}
	if err := checkContext(ctx, len(data)); err != nil {
		return err
	}
	if !json.Valid(data) {
		return json.Unmarshal(data, new(ignored)) // returns the syntax error
	}
	rewritten, err := rewrite(ctx, data, v)
	if err == nil {
		err = checkContext(ctx, len(rewritten))
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(rewritten, v)
}

// hasOtherSpelling reports whether data may have a name in another spelling of v's type, which only the rewriter knows.
func hasOtherSpelling(data []byte, v any) bool {
	if result := target(v); result != nil {
		v = result
	}
	return typeInfoOf(reflect.TypeOf(v)).hasOtherSpelling(data)
}

// hasNullEntry reports whether a null is an entry of a list. It may take the text of a string for one. It looks for what
// comes before an entry, because single bytes are found several times faster than words.
func hasNullEntry(data []byte) bool { return hasNullAfter(data, '[') || hasNullAfter(data, ',') }

func hasNullAfter(data []byte, before byte) bool {
	for {
		i := bytes.IndexByte(data, before)
		if i < 0 {
			return false
		}
		if data = data[i+1:]; len(data) > 0 && data[0] != '"' && bytes.HasPrefix(bytes.TrimLeft(data, whiteSpace), []byte("null")) {
			return true
		}
	}
}

var errContextEnded = errors.New("the context ended while the response was decoded")

// checkInterval is how many bytes are decoded between two checks of the context.
const checkInterval = 64 << 10

// checkContext returns an error if the context has ended and there are enough bytes to decode for that to take time.
func checkContext(ctx context.Context, bytes int) error {
	if bytes >= checkInterval && ctx.Err() != nil {
		return errContextEnded
	}
	return nil
}

// listIndex matches the index of an entry in the path of a field. Go 1.26 leaves it out, Go 1.27 does not.
var listIndex = regexp.MustCompile(`\.\d+\b`)

// describeMismatch returns an error that names the field whose value cannot be the documented one, without the value.
func describeMismatch(err error) error {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("the response's field %q is a JSON %s", listIndex.ReplaceAllString(mismatch.Field, ""), kind)
	}
	if errors.Is(err, errTooManyEntries) {
		return err
	}
	return errors.New("a field of the response is not what is documented")
}

// target returns what the result of an envelope is decoded into, or nil if v is no envelope.
func target(v any) any {
	if env, ok := v.(*envelope); ok {
		return env.target()
	}
	return nil
}

// reset sets what v points to to its zero value, and if v is an envelope, what its result points to.
func reset(v, result any) {
	reflect.ValueOf(v).Elem().SetZero()
	if env, ok := v.(*envelope); ok {
		reflect.ValueOf(result).Elem().SetZero()
		env.Result = payloadOf(result)
	}
}

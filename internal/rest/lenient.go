package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// crowded is how many values a response may have to be decoded as it comes: even as the largest entries of lists they fit
// into maxEntries (TestListEntry_IsSmall). A page of a hundred people has a quarter of that.
const crowded = 32 << 10

// unmarshal decodes data into v, and where a value has not the documented type, once more with such values
// rewritten: the published examples have numbers and booleans in quotes, and interfaces differ in how they
// write "nothing". Ordinary responses never come to the second pass. Those with very many values come to it at once: it
// obeys ctx, and counts what memory the entries of lists will take.
func unmarshal(ctx context.Context, data []byte, v any) error {
	if values := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte("[")); values <= crowded {
		err := json.Unmarshal(data, v)
		if !as[*json.UnmarshalTypeError](err) {
			return err
		}
		reset(reflect.ValueOf(v)) // of what the first pass left
	}
	if err := inTime(ctx, len(data)); err != nil {
		return err
	}
	if !json.Valid(data) {
		return json.Unmarshal(data, new(ignored)) // says why
	}
	rewritten, err := rewrite(ctx, data, v)
	if err == nil {
		err = inTime(ctx, len(rewritten))
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(rewritten, v)
}

// shape says which field has a value that cannot be what is documented, and not which value.
func shape(err error) error {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("the answer's field %q is a JSON %s", mismatch.Field, kind)
	}
	if errors.Is(err, errEntries) {
		return err
	}
	return errors.New("a field of the answer is not what is documented")
}

// reset empties what v points to, and what the interfaces in it point to.
func reset(v reflect.Value) {
	switch v = v.Elem(); v.Kind() {
	case reflect.Struct:
		for _, f := range v.Fields() {
			if f.Kind() == reflect.Interface && !f.IsNil() {
				reset(f.Elem())
			} else {
				f.SetZero()
			}
		}
	default:
		v.SetZero()
	}
}

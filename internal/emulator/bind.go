package emulator

import (
	"reflect"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// route joins an endpoint with its handler.
type route struct {
	*contract.Endpoint
	request   reflect.Type // the struct that the handler takes
	run       func(*Server, *request, args) (any, error)
	legacy    []contract.Field                 // accepted though no longer documented
	aliases   map[string]string                // other names of documented fields
	page      func(*Server, *request) response // in place of run: a page for browsers
	otherPath string                           // another path of the operation; empty: none
	below     string                           // paths of one more segment that are the operation, too; empty: none
	around    [2]string                        // what stands before and after the segment of a path with one in its middle
	posts     bool                             // the handler posts to a callback, and releases the lock meanwhile
}

// on returns the route of an endpoint to its handler. The handler takes its request as a struct, whose fields have the
// documented names in their tags. A pointer or list that is nil was not sent.
func on[Q any](e *contract.Endpoint, handle func(*Server, Q) (any, error)) *route {
	return onCall(e, func(s *Server, _ *request, q Q) (any, error) { return handle(s, q) })
}

// onCall returns the route of an endpoint whose handler also reads the call itself: its token, its path.
func onCall[Q any](e *contract.Endpoint, handle func(*Server, *request, Q) (any, error)) *route {
	return &route{
		Endpoint: e,
		request:  reflect.TypeFor[Q](),
		run: func(s *Server, r *request, a args) (any, error) {
			var q Q
			a.bind(reflect.ValueOf(&q).Elem())
			return handle(s, r, q)
		},
	}
}

// posting marks a route whose handler posts to a callback.
func posting(rt *route) *route {
	rt.posts = true
	return rt
}

// bind sets the fields of a request struct to the arguments that were sent.
func (a args) bind(request reflect.Value) {
	for f, to := range request.Fields() {
		if f.Anonymous {
			a.bind(to)
			continue
		}
		switch v := a[f.Tag.Get("arg")].(type) {
		case nil:
		case args:
			if to.Kind() == reflect.Struct {
				v.bind(to)
			} else {
				to.Set(reflect.ValueOf(v)) // the handler reads it itself
			}
		case []args:
			to.Set(reflect.MakeSlice(to.Type(), len(v), len(v)))
			for i, entry := range v {
				entry.bind(to.Index(i))
			}
		default:
			if to.Kind() == reflect.Pointer {
				to.Set(reflect.New(to.Type().Elem()))
				to = to.Elem()
			}
			to.Set(reflect.ValueOf(v))
		}
	}
}

// sentField returns the documented name of the first field of a part of a request that was sent, or the empty text.
// All fields of such a part are pointers.
func sentField(part any) string {
	for f, v := range reflect.ValueOf(part).Fields() {
		if !v.IsNil() {
			return f.Tag.Get("arg")
		}
	}
	return ""
}

// value returns what a pointer points to, or the zero value for nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// set assigns a value that was sent.
func set[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

//go:build !go1.27 || !goexperiment.jsonv2

package rest

import "encoding/json"

// unmarshalDirectly decodes data into v as json.Unmarshal does.
func unmarshalDirectly(data []byte, v any) error { return json.Unmarshal(data, v) }

// payload is what the result of an envelope is decoded into. It has no method, for which the decoder would pass over the result
// twice: it follows the pointer in the interface.
type payload = any

func payloadOf(into any) payload { return into }

// target returns what the result is decoded into.
func (env *envelope) target() any { return env.Result }

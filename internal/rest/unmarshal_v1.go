//go:build !go1.27 || !goexperiment.jsonv2

package rest

import "encoding/json"

// unmarshalDirectly decodes data into v as json.Unmarshal does.
func unmarshalDirectly(data []byte, v any) error { return json.Unmarshal(data, v) }

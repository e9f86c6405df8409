//go:build go1.27 && goexperiment.jsonv2

package rest

import (
	"encoding/json"
	"encoding/json/jsontext"
	jsonv2 "encoding/json/v2"
)

// directly has json.Unmarshal's semantics but for the reports of errors, for which json.Unmarshal passes over the whole text
// before it decodes any of it.
var directly = jsonv2.JoinOptions(json.DefaultOptionsV1(), json.ReportErrorsWithLegacySemantics(false))

// unmarshalDirectly decodes data into v as json.Unmarshal does. It passes over the text once if there is no error.
func unmarshalDirectly(data []byte, v any) error {
	result := target(v)
	if jsonv2.Unmarshal(data, v, directly) == nil {
		return nil
	}
	reset(v, result)
	return json.Unmarshal(data, v)
}

// payload is what the result of an envelope is decoded into. In an interface it would cost an allocation, as an interface may
// hold anything.
type payload struct{ into any }

func (p *payload) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return jsonv2.UnmarshalDecode(d, p.into)
}

func payloadOf(into any) payload { return payload{into} }

// target returns what the result is decoded into.
func (env *envelope) target() any { return env.Result.into }

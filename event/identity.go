package event

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// envelopeFields are the fields of an HTTP message that belong to the envelope and not to the event.
var envelopeFields = []string{"eventtype", "eventid", "eventtime", "corpid", "bizid"}

// digest returns the identity of an event without an ID. Spelling does not change it: the case of names, their order,
// numbers in quotes. The time of the event is part of it, because some bodies have none, and two changes must not be
// taken for one.
func digest(e Event, body object) string {
	fields := maps.Clone(map[string]any(body))
	for _, name := range envelopeFields {
		delete(fields, name)
	}
	text := strconv.AppendQuote(nil, string(e.Type))
	text = strconv.AppendQuote(text, e.CorpID)
	if !e.CreatedAt.IsZero() {
		text = strconv.AppendInt(text, e.CreatedAt.UnixMilli(), 10)
	}
	sum := sha256.Sum256(appendCanonical(text, fields))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// appendCanonical appends a value so that equal values have equal texts.
func appendCanonical(text []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		o, _ := toObject(v)
		text = append(text, '{')
		for _, name := range slices.Sorted(maps.Keys(o)) {
			text = append(strconv.AppendQuote(text, name), ':')
			text = append(appendCanonical(text, o[name]), ',')
		}
		return append(text, '}')
	case []any:
		text = append(text, '[')
		for _, element := range v {
			text = append(appendCanonical(text, element), ',')
		}
		return append(text, ']')
	case json.Number:
		return strconv.AppendQuote(text, v.String())
	case string:
		return strconv.AppendQuote(text, v)
	case bool:
		return strconv.AppendQuote(text, strconv.FormatBool(v))
	}
	return append(text, "null"...)
}

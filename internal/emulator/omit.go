package emulator

import (
	"encoding/json"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// without returns the body of a success without a field of its payload. One without such fields remains as it is.
func without(body []byte, payload contract.Payload, field string) []byte {
	var all map[string]json.RawMessage
	if json.Unmarshal(body, &all) != nil {
		return body
	}
	if payload != contract.UnderResult {
		delete(all, field)
		return encode(all)
	}
	var result map[string]json.RawMessage
	if json.Unmarshal(all["result"], &result) != nil {
		return body
	}
	delete(result, field)
	all["result"] = encode(result)
	return encode(all)
}

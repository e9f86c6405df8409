package emulator

import (
	"slices"
	"strings"
)

// callbackEdges returns the limits of the calls that register a callback.
func callbackEdges() []edge {
	fields := map[string]any{
		"call_back_tag": []any{"user_add_org"}, "token": testToken, "aes_key": testAESKey,
		"url": "http://127.0.0.1:1/", // where nothing listens
	}
	register := call{op: "RegisterCallback", path: "/call_back/register_call_back", fields: fields, code: "71012"}
	update := call{op: "UpdateCallback", path: "/call_back/update_call_back", fields: fields, code: "71007"}
	var out []edge
	for _, c := range []call{register, update} {
		out = append(out,
			edge{c, "token", []any{"tok", strings.Repeat("t", 63)}, []any{strings.Repeat("t", 64)}, "71010"},
			edge{c, "aes_key", []any{testAESKey}, []any{testAESKey + "A"}, "71010"},
			edge{c, "call_back_tag", []any{slices.Repeat([]any{"user_add_org"}, 20)}, []any{slices.Repeat([]any{"user_add_org"}, 21)}, "71010"},
		)
	}
	return out
}

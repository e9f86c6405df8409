package rest

import (
	"time"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Want describes the payload that a successful response must have.
type Want struct {
	Payload contract.Payload
	Fields  []contract.Field // the fields of the payload; without one that is required, the response is a Failure
	Into    any              // a **T, set if the payload is there; nil for contract.Nothing
}

// Response holds what is read from a documented response besides its payload.
type Response struct {
	Status         int
	HTTP1          bool   // a success over HTTP/1, on whose connections responses can get out of step with requests
	Code           int    // 0 is a success; otherwise the effective code, which is the gateway's sub_code if there is one
	StringCode     string // the code of a refusal by the v1.0 API, beside a Code of 0
	Gateway        bool   // the gateway refused the request; it never reached the operation
	Message        string
	RequestID      string
	RetryAfter     time.Duration
	RequiredScopes []string // the permission points that the app lacks
	HolderUserID   string   // the user who has the mobile number already, if a refusal names them
}

// Refused reports whether the service refused the request.
func (r Response) Refused() bool { return r.Code != 0 || r.StringCode != "" }

// The limits of what is kept: the bytes of a message, the bytes of a request ID or another name, and the number of
// permission points.
const (
	maxMessage = 2 << 10
	maxName    = 256
	maxScopes  = 100
)

// truncate shortens the texts that are too long to show. It must run after the secrets are redacted: half a secret
// would not be found.
func (r *Response) truncate() {
	r.Message, r.StringCode = truncate(r.Message, maxMessage), truncate(r.StringCode, maxName)
	r.RequestID = truncate(r.RequestID, maxName)
	if len(r.HolderUserID) > maxName {
		r.HolderUserID = "" // a prefix could be the ID of another user
	}
	r.RequiredScopes = r.RequiredScopes[:min(len(r.RequiredScopes), maxScopes)]
	for i, scope := range r.RequiredScopes {
		r.RequiredScopes[i] = truncate(scope, maxName)
	}
}

// truncate returns text, or its first limit bytes and an ellipsis. It does not split a character.
func truncate(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}

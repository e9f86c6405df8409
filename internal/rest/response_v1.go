package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// refusalV1 is a refusal by the new API. Its HTTP status is 400 or above, and nothing but its code distinguishes it
// from JSON of another site.
type refusalV1 struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"requestid"`
	Denied    struct {
		RequiredScopes []string `json:"requiredScopes"`
	} `json:"accessdenieddetail"`
}

// decodeV1 decodes a response of the new API: a payload without an envelope, or a refusal with a string code.
func decodeV1(ctx context.Context, raw *http.Response, body []byte, want Want) (Response, *Failure) {
	// A gateway for both APIs, or the wrong host, may refuse with an errcode.
	res, failure := decode(ctx, raw, body, Want{Payload: contract.Nothing})
	success := raw.StatusCode >= 200 && raw.StatusCode <= 299
	switch {
	case failure == nil && res.Code != 0:
		return res, nil
	case failure != nil && failure.Kind == Lost:
		return Response{}, failure
	case (want.Payload == contract.Nothing || want.Payload == contract.Ignored) && success && isEmptyBody(body):
		return Response{Status: raw.StatusCode}, nil
	case !json.Valid(body) || bytes.TrimLeft(body, whiteSpace)[0] != '{':
		return Response{}, unexpected(raw, body)
	}
	var refusal refusalV1
	if errors.Is(unmarshal(ctx, body, &refusal), errContextEnded) { // a detail that cannot be decoded does not undo the refusal
		return Response{}, contextEnded(ctx, raw)
	}
	if refusal.Code == "" && refusal.RequestID != "" && hasNoCode(raw.StatusCode) {
		refusal.Code = http.StatusText(raw.StatusCode)
	}
	switch {
	case raw.StatusCode >= 400 && refusal.Code != "":
		return refusal.response(raw), nil
	case !success || refusal.Code != "" || want.Payload == contract.Nothing:
		return Response{}, unexpected(raw, body)
	}
	if want.Payload == contract.Ignored {
		return Response{Status: raw.StatusCode}, nil
	}
	err := unmarshal(ctx, body, want.Into)
	if errors.Is(err, errContextEnded) {
		return Response{}, contextEnded(ctx, raw)
	}
	if err != nil {
		return Response{}, Mismatch(raw.StatusCode, err)
	}
	if name := firstMissing(body, want); name != "" {
		if f := unexpected(raw, body); f.Kind != Malformed { // a ban
			return Response{}, f
		}
		return Response{}, MissingField(raw.StatusCode, name)
	}
	return Response{Status: raw.StatusCode}, nil
}

// isEmptyBody reports whether a body holds nothing, as text or as JSON.
func isEmptyBody(body []byte) bool {
	body = bytes.Trim(body, whiteSpace)
	return len(body) == 0 || len(body) > 1 && body[0] == '{' && string(bytes.Trim(body[1:], whiteSpace)) == "}"
}

// hasNoCode reports whether refusals with an HTTP status may have no code: the documentation prints a dash for it.
func hasNoCode(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// response returns the response that the refusal describes.
func (r *refusalV1) response(raw *http.Response) Response {
	res := Response{
		Status: raw.StatusCode, StringCode: r.Code, Message: r.Message, RequestID: r.RequestID,
		RequiredScopes: r.Denied.RequiredScopes[:min(len(r.Denied.RequiredScopes), maxScopes)],
	}
	now := serverTime(raw.Header)
	res.RetryAfter = max(throttleEnd(searchable(res.Message), now), retryAfter(raw.Header, now))
	return res
}

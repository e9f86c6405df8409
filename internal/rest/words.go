package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// inWords is a refusal of the new API. It comes with an HTTP status of 400 and above, and nothing but its code
// tells it from somebody else's JSON.
type inWords struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"requestid"`
	Denied    struct {
		RequiredScopes []string `json:"requiredScopes"`
	} `json:"accessdenieddetail"`
}

// decodeWhole reads an answer of the new API: the payload without an envelope, or a refusal in words.
func decodeWhole(ctx context.Context, raw *http.Response, body []byte, want Want) (Answer, *Failure) {
	// A gateway for both APIs, or the wrong host, may refuse in numbers.
	answer, failure := decode(ctx, raw, body, Want{Payload: contract.Nothing})
	switch {
	case failure == nil && answer.Code != 0:
		return answer, nil
	case failure != nil && failure.Kind == Lost:
		return Answer{}, failure
	case !json.Valid(body) || bytes.TrimLeft(body, whiteSpace)[0] != '{':
		return Answer{}, stray(raw, body)
	}
	var refusal inWords
	if errors.Is(unmarshal(ctx, body, &refusal), errAbandoned) { // a detail that cannot be read does not undo the refusal
		return Answer{}, abandoned(ctx, raw)
	}
	success := raw.StatusCode >= 200 && raw.StatusCode <= 299
	switch {
	case raw.StatusCode >= 400 && refusal.Code != "":
		return refusal.answer(raw), nil
	case !success || refusal.Code != "":
		return Answer{}, stray(raw, body)
	}
	err := unmarshal(ctx, body, want.Into)
	if errors.Is(err, errAbandoned) {
		return Answer{}, abandoned(ctx, raw)
	}
	if err != nil {
		return Answer{}, &Failure{Kind: Foreign, Status: raw.StatusCode, Err: shape(err)}
	}
	if name := missing(body, want); name != "" {
		if f := stray(raw, body); f.Kind != Malformed { // a ban
			return Answer{}, f
		}
		return Answer{}, lacking(raw, name)
	}
	return Answer{Status: raw.StatusCode}, nil
}

func (r *inWords) answer(raw *http.Response) Answer {
	answer := Answer{
		Status: raw.StatusCode, Word: r.Code, Message: r.Message, RequestID: r.RequestID,
		RequiredScopes: r.Denied.RequiredScopes[:min(len(r.Denied.RequiredScopes), maxScopes)],
	}
	now := serverTime(raw.Header)
	answer.RetryAfter = max(throttleEnd(hints(answer.Message), now), retryAfter(raw.Header, now))
	return answer
}

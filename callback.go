package dingtalk

import (
	"context"
	"encoding/json"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RegisterCallbackRequest holds the HTTP callback to register.
type RegisterCallbackRequest struct {
	CallBackTag []string `json:"call_back_tag"` // the types of events: "user_add_org"; 20 at most
	Token       Secret   `json:"token"`         // 6 to 63 letters and digits, chosen freely
	AESKey      Secret   `json:"aes_key"`       // 43 letters and digits, chosen freely
	URL         string   `json:"url"`           // public
}

// UpdateCallbackRequest holds what replaces the HTTP callback of the app.
type UpdateCallbackRequest struct {
	CallBackTag []string `json:"call_back_tag"` // the types of events: "user_add_org"; 20 at most
	Token       Secret   `json:"token"`         // 6 to 63 letters and digits, chosen freely
	AESKey      Secret   `json:"aes_key"`       // 43 letters and digits, chosen freely
	URL         string   `json:"url"`           // public
}

// GetCallbackResponse holds the HTTP callback of the app.
type GetCallbackResponse struct {
	CallBackTag []string `json:"call_back_tag"` // the types of events
	Token       Secret   `json:"token"`
	AESKey      Secret   `json:"aes_key"`
	URL         string   `json:"url"`
}

// GetFailedCallbacksResponse holds events that could not be delivered.
type GetFailedCallbacksResponse struct {
	FailedList []json.RawMessage `json:"failed_list"` // 200 at most, each for event.DecodeFailed
	HasMore    bool              `json:"has_more"`
}

// RegisterCallback registers the URL to which DingTalk posts the events of the app. DingTalk first posts a message to the
// URL, which a callback.Handler acknowledges; its owner is the corp ID. The error matches ErrAlreadyExists if the app has a
// callback, and ErrPrecondition if the URL cannot be reached or does not acknowledge the message. A callback that is set
// in the developer console needs no call.
//
// DingTalk docs: "Register callback events",
// https://open.dingtalk.com/document/development/register-callback-events
func (c *Client) RegisterCallback(ctx context.Context, req RegisterCallbackRequest) error {
	return perform(ctx, c, &contract.RegisterCallback, req)
}

// UpdateCallback replaces the HTTP callback of the app. DingTalk posts a message to the URL as for RegisterCallback. The
// error matches ErrNotFound if the app has none.
//
// DingTalk docs: "Update callback events",
// https://open.dingtalk.com/document/development/update-event-interface
func (c *Client) UpdateCallback(ctx context.Context, req UpdateCallbackRequest) error {
	return perform(ctx, c, &contract.UpdateCallback, req)
}

// GetCallback returns the HTTP callback that the app has registered. The error matches ErrNotFound if it has none.
//
// DingTalk docs: "Query subscribed events",
// https://open.dingtalk.com/document/development/query-subscribed-events
func (c *Client) GetCallback(ctx context.Context) (*GetCallbackResponse, error) {
	return call[GetCallbackResponse](ctx, c, &contract.GetCallback, nil)
}

// DeleteCallback removes the HTTP callback of the app. The error matches ErrNotFound if there is none: after a lost
// response, which is repeated, that also means that the first call deleted it, and the error matches ErrOutcomeUnknown as
// well.
//
// DingTalk docs: "Delete an event callback",
// https://open.dingtalk.com/document/development/delete-an-event-callback-interface
func (c *Client) DeleteCallback(ctx context.Context) error {
	return perform(ctx, c, &contract.DeleteCallback, nil)
}

// GetFailedCallbacks returns events that could not be delivered to the HTTP callback, each as the service wrote it. Each
// call removes from the list what the call before has returned: accept all of a response before the next call, as a
// callback.Drainer does. It is never repeated after a lost response, whose events the next call removes; the error matches
// ErrOutcomeUnknown then.
//
// DingTalk docs: "Obtain the event list of failed push messages",
// https://open.dingtalk.com/document/development/obtain-the-event-list-of-failed-push-messages
func (c *Client) GetFailedCallbacks(ctx context.Context) (*GetFailedCallbacksResponse, error) {
	return call[GetFailedCallbacksResponse](ctx, c, &contract.GetFailedCallbacks, nil)
}

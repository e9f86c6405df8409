package callback

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Config is the configuration of a Handler.
type Config struct {
	// Token and AESKey are those of the event subscription. Required.
	Token, AESKey dingtalk.Secret
	// OldKeys are accepted besides, as is necessary while a token or AES key is changed.
	OldKeys []Key
	// Owners are the apps or organizations whose messages are accepted: see NewCodec. Required.
	Owners []string
	// MaxBody is the largest body of a request in bytes. Default 1 MiB.
	MaxBody int64
	// Budget is the time for accepting an event. DingTalk waits 2.5 seconds for the response. Default 1 second.
	Budget time.Duration
	// ReplayWindow is how much the timestamp of a request may differ from now. Whether DingTalk renews it when it sends an
	// event again is unknown, so that less than an hour may refuse good events. Default 0: timestamps are not checked.
	ReplayWindow time.Duration
	// Logger receives what is refused and why, without content. Default: none.
	Logger *slog.Logger
}

// Handler is the http.Handler of the URL of an event subscription. The server that it runs on limits the time for reading
// a request: see http.Server.ReadTimeout.
type Handler struct {
	codec   *Codec
	to      event.Acceptor
	maxBody int64
	budget  time.Duration
	window  time.Duration
	log     *slog.Logger
	work    work
}

// NewHandler returns a handler that hands events to an acceptor.
func NewHandler(cfg Config, to event.Acceptor) (*Handler, error) {
	if to == nil {
		return nil, errors.New("callback: an acceptor is required")
	}
	if cfg.MaxBody < 0 || cfg.Budget < 0 || cfg.ReplayWindow < 0 {
		return nil, errors.New("callback: a limit is negative")
	}
	codec, err := NewCodec(cfg.Token.Reveal(), cfg.AESKey.Reveal(), cfg.Owners...)
	for _, k := range cfg.OldKeys {
		if err == nil {
			codec, err = codec.withKey(k)
		}
	}
	if err != nil {
		return nil, err
	}
	h := &Handler{codec: codec, to: to, maxBody: cfg.MaxBody, budget: cfg.Budget, window: cfg.ReplayWindow, log: cfg.Logger}
	if h.maxBody == 0 {
		h.maxBody = 1 << 20
	}
	if h.budget == 0 {
		h.budget = time.Second
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	return h, nil
}

// ServeHTTP checks and decrypts a message, hands its event to the acceptor, each one of a message of SyncHTTP push, and acknowledges
// it once all were accepted. The
// messages with which DingTalk checks the URL are acknowledged at once.
//
// What is not acknowledged has a status that says why: 400 for what is no message, 403 for a wrong signature, owner or
// timestamp, 405 and 413 for another method and a large body, and 503 for an event that was not accepted.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.work.begin() {
		h.refuse(w, r, http.StatusServiceUnavailable, errShutdown)
		return
	}
	defer h.work.end()
	query := r.URL.Query()
	message, status, err := h.open(w, r, query)
	if err != nil {
		h.refuse(w, r, status, err)
		return
	}
	events, err := event.DecodeAll(message.Text)
	if err != nil {
		h.refuse(w, r, http.StatusBadRequest, err)
		return
	}
	if err := h.acceptAll(r.Context(), events); err != nil {
		h.refuse(w, r, http.StatusServiceUnavailable, err)
		return
	}
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(message.Acknowledge(now, query.Get("nonce"))); err != nil {
		h.log.WarnContext(r.Context(), "a callback could not be acknowledged and will come again", "error", err)
	}
}

// open returns the message of a request, or the status and the error with which it is refused.
func (h *Handler) open(w http.ResponseWriter, r *http.Request, query url.Values) (*Message, int, error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, http.StatusMethodNotAllowed, errors.New("the method is not POST")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, http.StatusRequestEntityTooLarge, err
	}
	if err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the body cannot be read: %w", err)
	}
	var sealed struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(body, &sealed); err != nil || sealed.Encrypt == "" {
		return nil, http.StatusBadRequest, errors.New("the body is not JSON with the field encrypt")
	}
	timestamp := first(query, "timestamp", "timeStamp")
	m, err := h.codec.Open(first(query, "msg_signature", "signature"), timestamp, query.Get("nonce"), sealed.Encrypt)
	switch {
	case errors.Is(err, ErrDecrypt):
		return nil, http.StatusBadRequest, err
	case err != nil:
		return nil, http.StatusForbidden, err
	}
	if h.window > 0 {
		ms, err := strconv.ParseInt(timestamp, 10, 64)
		if err != nil || time.Since(time.UnixMilli(ms)).Abs() > h.window {
			return nil, http.StatusForbidden, errors.New("the timestamp is outside of the replay window")
		}
	}
	return m, 0, nil
}

// refuse writes a status and logs why. The sender is not told more.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	h.log.WarnContext(r.Context(), "a callback was refused", "status", status, "error", err)
	http.Error(w, http.StatusText(status), status)
}

// first returns the first parameter that is there.
func first(query url.Values, names ...string) string {
	for _, name := range names {
		if v := query.Get(name); v != "" {
			return v
		}
	}
	return ""
}

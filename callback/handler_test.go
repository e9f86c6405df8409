package callback_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

const joined = `{"EventType":"user_add_org","EventTime":1793347200000,"CorpId":"ding5example0corp1","eventId":"7f3c","userId":["zhao.min"]}`

// inbox is an acceptor that keeps what it accepts.
type inbox struct {
	events []event.Event
	err    error
}

func (i *inbox) Accept(_ context.Context, e event.Event) error {
	i.events = append(i.events, e)
	return i.err
}

func config() callback.Config {
	return callback.Config{Token: dingtalk.NewSecret(token), AESKey: dingtalk.NewSecret(aesKey), Owners: []string{clientID}}
}

func newHandler(t *testing.T, cfg callback.Config, to event.Acceptor) *callback.Handler {
	t.Helper()
	h, err := callback.NewHandler(cfg, to)
	require.NoError(t, err)
	return h
}

// request returns the request of a message, with the signature under the names given.
func request(t *testing.T, e *callback.Envelope, names ...string) *http.Request {
	t.Helper()
	query := url.Values{"timestamp": {e.Timestamp}, "nonce": {e.Nonce}}
	for _, name := range names {
		query.Set(name, e.Signature)
	}
	body, err := json.Marshal(map[string]string{"encrypt": e.Encrypt})
	require.NoError(t, err)
	return httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/events?"+query.Encode(), bytes.NewReader(body))
}

// post posts a sealed message.
func post(t *testing.T, h http.Handler, c *callback.Codec, message string) *httptest.ResponseRecorder {
	t.Helper()
	return send(h, request(t, c.Seal([]byte(message), strconv.FormatInt(time.Now().UnixMilli(), 10), "aB3dE5gH"), "msg_signature"))
}

func send(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// requireSuccess requires the encrypted "success".
func requireSuccess(t *testing.T, c *callback.Codec, w *httptest.ResponseRecorder) {
	t.Helper()
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var fields map[string]string
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &fields))
	require.Len(t, fields, 4)
	m, err := c.Open(fields["msg_signature"], fields["timeStamp"], fields["nonce"], fields["encrypt"])
	require.NoError(t, err)
	require.Equal(t, "success", string(m.Text))
}

// requireRefused requires a status, and nothing that DingTalk could take for an acknowledgment.
func requireRefused(t *testing.T, status int, w *httptest.ResponseRecorder) {
	t.Helper()
	require.Equal(t, status, w.Code)
	require.NotContains(t, w.Body.String(), "encrypt")
}

func TestHandler_AcknowledgesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	to := &inbox{}
	requireSuccess(t, newCodec(t), post(t, newHandler(t, config(), to), newCodec(t), joined))
	require.Len(t, to.events, 1)
	require.Equal(t, "7f3c", to.events[0].ID)
	require.Equal(t, &event.UserChange{UserIDs: []string{"zhao.min"}}, to.events[0].Payload)
}

func TestHandler_DoesNotAcknowledgeWhatWasNotAccepted(t *testing.T) {
	t.Parallel()
	to := &inbox{err: errors.New("the queue is full")}
	requireRefused(t, http.StatusServiceUnavailable, post(t, newHandler(t, config(), to), newCodec(t), joined))
	require.Len(t, to.events, 1)

	panics := event.AcceptFunc(func(context.Context, event.Event) error { panic("no") })
	requireRefused(t, http.StatusServiceUnavailable, post(t, newHandler(t, config(), panics), newCodec(t), joined))
}

func TestHandler_AcknowledgesChecksOfTheURL(t *testing.T) {
	t.Parallel()
	to := &inbox{err: errors.New("no event")}
	cfg := config()
	cfg.Owners = []string{clientID, "suite4xxxxxxxxxxxxxxx"}
	h := newHandler(t, cfg, to)
	requireSuccess(t, newCodec(t), post(t, h, newCodec(t), `{"EventType":"check_url"}`))
	suite := newCodec(t, "suite4xxxxxxxxxxxxxxx")
	for _, typ := range []string{"check_create_suite_url", "check_update_suite_url"} {
		requireSuccess(t, suite, post(t, h, suite, `{"EventType":"`+typ+`","Random":"Lk3Jd92s","TestSuiteKey":"suiteexample0"}`))
	}
	require.Empty(t, to.events)
}

func TestHandler_TakesEachNameOfTheSignature(t *testing.T) {
	t.Parallel()
	h := newHandler(t, config(), &inbox{})
	sealed := newCodec(t).Seal([]byte(joined), "1793347200123", "n")
	for _, names := range [][]string{{"msg_signature"}, {"signature"}, {"signature", "msg_signature"}} {
		requireSuccess(t, newCodec(t), send(h, request(t, sealed, names...)))
	}
	r := request(t, sealed, "signature")
	r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "timestamp", "timeStamp", 1) + "&tenant=7"
	requireSuccess(t, newCodec(t), send(h, r))
	requireRefused(t, http.StatusForbidden, send(h, request(t, sealed)))
}

func TestHandler_RespondsToEachVector(t *testing.T) {
	t.Parallel()
	valid, invalid := readVectors(t)
	accepted := event.AcceptFunc(func(context.Context, event.Event) error { return nil })
	refused := event.AcceptFunc(func(context.Context, event.Event) error {
		t.Error("a broken vector was accepted")
		return nil
	})
	for i, v := range append(valid, invalid...) {
		to := accepted
		if v.MustFail != "" {
			to = refused
		}
		h := newHandler(t, callback.Config{Token: dingtalk.NewSecret(v.Token), AESKey: dingtalk.NewSecret(v.AESKey), Owners: []string{v.Owner}}, to)
		w := send(h, request(t, &callback.Envelope{Signature: v.Signature, Timestamp: v.Timestamp, Nonce: v.Nonce, Encrypt: v.Encrypt}, "msg_signature"))
		if i < len(valid) && v.SignatureMatches != nil && *v.SignatureMatches && strings.Contains(v.Plaintext, "EventType") {
			requireSuccess(t, v.codec(t), w)
		} else {
			require.Contains(t, []int{http.StatusBadRequest, http.StatusForbidden}, w.Code, v.ID)
		}
	}
}

func TestHandler_RefusesWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.MaxBody = 1000
	to := &inbox{}
	h := newHandler(t, cfg, to)
	get := request(t, newCodec(t).Seal([]byte(joined), "1", "n"), "signature")
	get.Method = http.MethodGet
	w := send(h, get)
	requireRefused(t, http.StatusMethodNotAllowed, w)
	require.Equal(t, "POST", w.Header().Get("Allow"))

	requireRefused(t, http.StatusRequestEntityTooLarge, post(t, h, newCodec(t), `{"EventType":"user_add_org","x":"`+strings.Repeat("x", 1000)+`"}`))
	requireRefused(t, http.StatusBadRequest, post(t, h, newCodec(t), `{"CorpId":"ding1"}`))
	for _, body := range []string{``, `{}`, `{"encrypt":7}`, `encrypt=x`} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/events", strings.NewReader(body))
		requireRefused(t, http.StatusBadRequest, send(h, r))
	}
	require.Empty(t, to.events)
}

func TestHandler_AcceptsOldKeys(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.OldKeys = []callback.Key{{Token: cfg.Token, AESKey: cfg.AESKey}}
	cfg.Token, cfg.AESKey = dingtalk.NewSecret(newToken), dingtalk.NewSecret(newAESKey)
	h := newHandler(t, cfg, &inbox{})
	next, err := callback.NewCodec(newToken, newAESKey, clientID)
	require.NoError(t, err)
	requireSuccess(t, next, post(t, h, next, joined))
	requireSuccess(t, newCodec(t), post(t, h, newCodec(t), joined))
}

func TestHandler_ChecksTheReplayWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &inbox{}
		cfg := config()
		cfg.ReplayWindow = time.Hour
		h := newHandler(t, cfg, to)
		for age, status := range map[time.Duration]int{
			0: http.StatusOK, time.Hour: http.StatusOK, -time.Hour: http.StatusOK,
			time.Hour + time.Millisecond: http.StatusForbidden, -time.Hour - time.Millisecond: http.StatusForbidden,
		} {
			e := newCodec(t).Seal([]byte(joined), strconv.FormatInt(time.Now().Add(-age).UnixMilli(), 10), "n")
			require.Equal(t, status, send(h, request(t, e, "signature")).Code, age)
		}
		requireRefused(t, http.StatusForbidden, send(h, request(t, newCodec(t).Seal([]byte(joined), "now", "n"), "signature")))
		require.Len(t, to.events, 3)
	})
}

func TestHandler_LogsNoContent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := config()
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := newHandler(t, cfg, &inbox{err: errors.New("full")})
	post(t, h, newCodec(t), joined)
	post(t, h, newCodec(t, "another"), joined)
	cfg.Logger.Info("config", "config", cfg)
	require.Equal(t, 2, strings.Count(log.String(), "a callback was refused"), log.String())
	require.Contains(t, log.String(), "another")
	for _, secret := range []string{token, aesKey, "zhao.min"} {
		require.NotContains(t, log.String(), secret)
	}
}

func TestNewHandler_RefusesWhatCannotBeRight(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *callback.Config){
		"no owner": func(c *callback.Config) { c.Owners = nil },
		"no key":   func(c *callback.Config) { c.AESKey = dingtalk.Secret{} },
		"old key":  func(c *callback.Config) { c.OldKeys = []callback.Key{{Token: c.Token}} },
		"budget":   func(c *callback.Config) { c.Budget = -1 },
		"body":     func(c *callback.Config) { c.MaxBody = -1 },
		"window":   func(c *callback.Config) { c.ReplayWindow = -1 },
	} {
		cfg := config()
		change(&cfg)
		_, err := callback.NewHandler(cfg, &inbox{})
		require.Error(t, err, name)
	}
	_, err := callback.NewHandler(config(), nil)
	require.Error(t, err)
}

func TestHandler_AcceptsEachEventOfASyncPush(t *testing.T) {
	t.Parallel()
	const suiteKey = "suite4xxxxxxxxxxxxxxx"
	cfg, suite := config(), newCodec(t, suiteKey)
	cfg.Owners = []string{suiteKey}
	message := `{"EventType":"SYNC_HTTP_PUSH_HIGH","bizData":[` +
		`{"biz_type":2,"biz_id":"1","corp_id":"ding5example0corp1","gmt_modified":1793347199987,"biz_data":"{\"syncAction\":\"suite_ticket\",\"suiteTicket\":\"t1cket\"}"},` +
		`{"biz_type":13,"biz_id":"zhao.min","corp_id":"ding5example0corp2","gmt_modified":1793347199987,"biz_data":"{\"syncAction\":\"user_leave_org\"}"}]}`
	to := &inbox{}
	requireSuccess(t, suite, post(t, newHandler(t, cfg, to), suite, message))
	require.Len(t, to.events, 2)
	require.Equal(t, &event.SuiteTicket{Ticket: event.NewSecret("t1cket")}, to.events[0].Payload)
	require.Equal(t, &event.UserChange{UserIDs: []string{"zhao.min"}}, to.events[1].Payload)

	var accepted []event.Type
	full := event.AcceptFunc(func(_ context.Context, e event.Event) error {
		if accepted = append(accepted, e.Type); e.Type == event.UserLeaveOrg {
			return errors.New("the queue is full")
		}
		return nil
	})
	requireRefused(t, http.StatusServiceUnavailable, post(t, newHandler(t, cfg, full), suite, message))
	require.Equal(t, []event.Type{event.SuiteTicketPush, event.UserLeaveOrg}, accepted)
}

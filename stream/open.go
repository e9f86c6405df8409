package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

const (
	connectTimeout = 10 * time.Second // for opening, and again for the handshake
	readLimit      = 1 << 20          // of a frame, in bytes
	maxResponse    = 1 << 16          // of what is read of a response, in bytes
	maxMessage     = 2 << 10          // of what is kept of a message of the service, in bytes
)

// ticket is the permission for one connection.
type ticket struct {
	Endpoint string `json:"endpoint"`
	Ticket   string `json:"ticket"`
}

// connect opens one connection. A panic of the transport must not crash the process, and its value may quote the request.
func (c *Client) connect(ctx context.Context) (ws *websocket.Conn, err error) {
	defer func() {
		if v := recover(); v != nil {
			ws, err = nil, fail("Connect", dingtalk.ErrTransient, fmt.Errorf("the HTTP transport panicked (%T)", v))
		}
	}()
	t, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	return c.dial(ctx, t)
}

// httpClient returns an HTTP client that follows no redirect, which would take the secret or the ticket elsewhere, and
// uses the transport that the caller's has now.
func (c *Client) httpClient() *http.Client {
	return &http.Client{
		Transport:     c.http.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// timeout bounds an exchange.
func (c *Client) timeout(ctx context.Context) (context.Context, context.CancelFunc) {
	d := connectTimeout
	if c.http.Timeout > 0 {
		d = min(d, c.http.Timeout)
	}
	return context.WithTimeout(ctx, d)
}

// open requests a ticket.
func (c *Client) open(ctx context.Context) (*ticket, error) {
	type subscription struct {
		Type  string `json:"type"`
		Topic string `json:"topic"`
	}
	body, _ := json.Marshal(struct {
		ClientID      string         `json:"clientId"`
		ClientSecret  string         `json:"clientSecret"`
		Subscriptions []subscription `json:"subscriptions"`
		UA            string         `json:"ua"`
	}{c.clientID, c.secret.Reveal(), []subscription{{typeEvent, "*"}}, "dingtalk-go"})
	ctx, cancel := c.timeout(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.baseURL+"/v1.0/gateway/connections/open", bytes.NewReader(body))
	if err != nil {
		return nil, fail("Open", dingtalk.ErrInvalidArgument, rest.Redact(err))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Close = true // the next one is half an hour away
	req.GetBody = nil
	res, err := c.httpClient().Do(req)
	if err != nil {
		return nil, fail("Open", dingtalk.ErrTransient, rest.Redact(err, c.secret.Reveal()))
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxResponse))
	if err != nil {
		return nil, fail("Open", dingtalk.ErrTransient, rest.Redact(err, c.secret.Reveal()))
	}
	var t ticket
	if err := json.Unmarshal(text, &t); res.StatusCode == http.StatusOK && err == nil && t.Endpoint != "" && t.Ticket != "" {
		return &t, nil
	}
	if b := rest.FindBan(res, text); b != (rest.Ban{}) {
		e := fail("Open", dingtalk.ErrRateLimited, fmt.Errorf("blocked by DingTalk (%s)", b.Evidence))
		e.RetryAfter = b.Lasts
		return nil, e
	}
	if res.StatusCode != http.StatusOK {
		return nil, c.refused(res.StatusCode, text)
	}
	return nil, fail("Open", dingtalk.ErrTransient, errors.New("the response has no endpoint and ticket"))
}

// refused returns the error of a response whose status is not 200. Only a refusal in JSON says something about the request.
func (c *Client) refused(status int, text []byte) error {
	var body struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		RequestID string `json:"requestId"` // or requestid
	}
	switch err := json.Unmarshal(text, &body); {
	case err != nil || body.Code == "",
		status != http.StatusBadRequest && status != http.StatusUnauthorized && status != http.StatusForbidden:
		return fail("Open", dingtalk.ErrTransient, fmt.Errorf("HTTP status %d", status))
	}
	redact := func(text string) string { return rest.Redact(errors.New(text), c.secret.Reveal()).Error() }
	e := &dingtalk.Error{
		Op: "stream.Open", HTTPStatus: status, Reason: redact(body.Code), RequestID: redact(body.RequestID),
		Message: shorten(redact(body.Message)),
	}
	if errors.Is(e, dingtalk.ErrInvalidToken) { // no token was sent
		e.Err = &failure{dingtalk.ErrInvalidCredential, errors.New(e.Reason)}
		e.Reason = ""
	}
	return e
}

// shorten returns the beginning of a message.
func shorten(message string) string {
	return strings.ToValidUTF8(message[:min(len(message), maxMessage)], "")
}

// permanent reports whether every further attempt to open a connection would be refused as well.
func permanent(err error) bool {
	return !errors.Is(err, dingtalk.ErrTransient) && !errors.Is(err, dingtalk.ErrRateLimited)
}

// dial uses a ticket.
func (c *Client) dial(ctx context.Context, t *ticket) (*websocket.Conn, error) {
	u, err := url.Parse(t.Endpoint)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fail("Connect", dingtalk.ErrTransient, errors.New("the endpoint is not a URL"))
	}
	if u.Scheme != "wss" && (u.Scheme != "ws" || !c.plain(u.Hostname())) {
		return nil, fail("Connect", dingtalk.ErrTransient, errors.New("the endpoint is not one of wss"))
	}
	query := u.Query()
	query.Set("ticket", t.Ticket)
	u.RawQuery = query.Encode()
	ctx, cancel := c.timeout(ctx)
	defer cancel()
	ws, res, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: c.httpClient()}) //nolint:bodyclose // Dial closes it
	if err != nil {
		if res != nil && res.StatusCode != http.StatusSwitchingProtocols {
			err = fmt.Errorf("HTTP status %d in place of the handshake", res.StatusCode)
		}
		return nil, fail("Connect", dingtalk.ErrTransient, rest.Redact(err, t.Ticket))
	}
	ws.SetReadLimit(readLimit)
	return ws, nil
}

// plain reports whether a connection to a host may be unencrypted.
func (c *Client) plain(host string) bool {
	ip := net.ParseIP(host)
	return c.insecure || host == "localhost" || ip != nil && ip.IsLoopback()
}

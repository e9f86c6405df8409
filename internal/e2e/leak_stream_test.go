package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// leakyTicket has characters that change when a URL or JSON quotes it.
const leakyTicket = `t1cket+/=&"<z>` + "钥"

// lockedLog is a log that goroutines write.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestStream_ShowsNoSecretWhateverTheTransportDoes(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(req *http.Request, sent string) (*http.Response, error){
		"an error that quotes the request": func(_ *http.Request, sent string) (*http.Response, error) {
			return nil, fmt.Errorf("cannot send %s, %q", sent, sent)
		},
		"a url.Error deep inside": func(req *http.Request, sent string) (*http.Response, error) {
			inner := &url.Error{Op: "Post", URL: req.URL.String(), Err: fmt.Errorf("via %s: %w", sent, io.EOF)}
			return nil, fmt.Errorf("proxy: %w", errors.Join(errors.New("x"), inner))
		},
		"an error that keeps the request": func(req *http.Request, sent string) (*http.Response, error) {
			return nil, requestError{Request: req, URL: sent}
		},
		"a panic that quotes the request": func(_ *http.Request, sent string) (*http.Response, error) {
			panic("lost " + sent)
		},
		"a body that panics": func(req *http.Request, sent string) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: panickingBody{sent}, Request: req}, nil
		},
		"a page that quotes the request": func(req *http.Request, sent string) (*http.Response, error) {
			return httpResponse(req, http.StatusBadGateway, "<html>"+sent+"</html>"), nil
		},
		"a refusal that quotes the request": func(req *http.Request, sent string) (*http.Response, error) {
			text, _ := json.Marshal(sent)
			return httpResponse(req, http.StatusBadRequest, fmt.Sprintf(`{"code":%s,"message":%s,"requestid":%s}`, text, text, text)), nil
		},
		"a redirect": func(req *http.Request, _ string) (*http.Response, error) {
			res := httpResponse(req, http.StatusTemporaryRedirect, "")
			res.Header.Set("Location", "https://elsewhere.example/?"+req.URL.RawQuery)
			return res, nil
		},
	} {
		for _, failing := range []string{"/v1.0/gateway/connections/open", "/connect"} {
			t.Run(name+" at "+failing, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					transport := roundTripper(func(req *http.Request) (*http.Response, error) {
						if req.URL.Path == failing {
							return fails(req, sentBy(req))
						}
						text, _ := json.Marshal(map[string]string{"endpoint": "wss://stream.example.com/connect", "ticket": leakyTicket})
						return httpResponse(req, http.StatusOK, string(text)), nil
					})
					var log lockedLog
					c, err := stream.New("dingexample", leakySecret, event.AcceptFunc(func(context.Context, event.Event) error { return nil }),
						stream.WithHTTPClient(&http.Client{Transport: transport}), stream.WithConnections(1),
						stream.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
					require.NoError(t, err)
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					ended := c.Run(ctx)
					state := c.State()
					require.Error(t, ended)
					require.Error(t, state.Err)
					assert.True(t, errors.Is(state.Err, dingtalk.ErrTransient) || errors.Is(state.Err, dingtalk.ErrInvalidArgument))
					assertClean(t, "the error", printed(ended), leakySecret, leakyTicket)
					assertClean(t, "the state", printed(state)+printed(&state)+printed(state.Err), leakySecret, leakyTicket)
					assertClean(t, "the client", printed(c), leakySecret, leakyTicket)
					assertClean(t, "the log", log.String(), leakySecret, leakyTicket)
				})
			})
		}
	}
}

// sentBy returns the URL and the body of a request.
func sentBy(req *http.Request) string {
	sent := req.URL.String()
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		sent += string(body)
	}
	return sent
}

func httpResponse(req *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: req}
}

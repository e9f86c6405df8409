package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eachCall runs a test for each client and operation.
func eachCall(t *testing.T, s target, test func(t *testing.T, client, operation string, call call)) {
	t.Helper()
	for _, cl := range clients {
		for _, operation := range []string{getUser, createUser, listUsers} {
			call, err := cl.call(s, operation)
			require.NoError(t, err)
			if call == nil {
				continue
			}
			t.Run(cl.name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				test(t, cl.name, operation, call)
			})
		}
	}
}

func TestClients_DecodeTheWholeResponse(t *testing.T) {
	t.Parallel()
	s := target{url: "http://localhost", transport: memoryTransport{}}
	eachCall(t, s, func(t *testing.T, client, operation string, call call) {
		got, err := call(t.Context())
		require.NoError(t, err)
		assertHolds(t, wantResult(t, client, operation), decodeAny(t, got))
	})
}

// wantResult returns the value that a client must decode.
func wantResult(t *testing.T, client, operation string) any {
	t.Helper()
	text, under := map[string]string{getUser: userResponse, createUser: createResponse, listUsers: pageResponse}[operation], "result"
	if client == "slack" {
		text, under = slackResponse, "user"
	}
	return decodeAny(t, json.RawMessage(text)).(map[string]any)[under]
}

// decodeAny returns a value as its generic JSON, with numbers as written.
func decodeAny(t *testing.T, value any) (out any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&out))
	return out
}

// assertHolds compares the wanted members. The value may have more.
func assertHolds(t *testing.T, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		require.True(t, ok, "%v", got)
		for name := range want {
			assertHolds(t, want[name], members[name])
		}
	case []any:
		elements, ok := got.([]any)
		require.True(t, ok, "%v", got)
		require.Len(t, elements, len(want))
		for i := range want {
			assertHolds(t, want[i], elements[i])
		}
	default:
		assert.Equal(t, want, got)
	}
}

func TestResponses_HaveTheDocumentedSize(t *testing.T) {
	t.Parallel()
	assert.Len(t, wantResult(t, reference, getUser), 29)
	assert.InDelta(t, 1500, len(userResponse), 50)
	assert.Len(t, wantResult(t, reference, listUsers).(map[string]any)["list"], pageSize)
}

func TestClients_SendTheSameRequests(t *testing.T) {
	t.Parallel()
	want := open(t, reference, &recorder{})
	require.Len(t, want, 3)
	for _, cl := range clients {
		if cl.name == "slack" { // calls another service
			continue
		}
		for operation, got := range open(t, cl.name, &recorder{}) {
			assert.Equal(t, want[operation], got, "%s %s", cl.name, operation)
		}
	}
}

func TestClients_ReportFailures(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{refusedPrefix, blockedPrefix} {
		t.Run(prefix, func(t *testing.T) {
			t.Parallel()
			s := target{url: "http://localhost" + prefix, transport: memoryTransport{}}
			eachCall(t, s, func(t *testing.T, _, _ string, call call) {
				_, err := call(t.Context())
				assert.Error(t, err)
			})
		})
	}
}

// sent holds the parts of a request that are compared.
type sent struct {
	method, path string
	query        url.Values
	body         any
}

// recorder records the last request other than for a token.
type recorder struct {
	mu   sync.Mutex
	body []byte
	req  *http.Request
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path != tokenPath {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		r.mu.Lock()
		defer r.mu.Unlock()
		r.body, r.req = body, req
	}
	return memoryTransport{}.RoundTrip(req)
}

// open makes each call of a client, and returns the requests.
func open(t *testing.T, name string, r *recorder) map[string]sent {
	t.Helper()
	requests := map[string]sent{}
	for _, cl := range clients {
		if cl.name != name {
			continue
		}
		calls, err := cl.open(target{url: "http://localhost", transport: r})
		require.NoError(t, err)
		for operation, call := range calls {
			_, err := call(t.Context())
			require.NoError(t, err)
			requests[operation] = sent{
				r.req.Method, r.req.URL.Path, r.req.URL.Query(), decodeAny(t, json.RawMessage(r.body)),
			}
		}
	}
	return requests
}

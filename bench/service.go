package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// The requests and responses, which describe one user. Slack's response has about the same size, but its own shape.
var (
	//go:embed testdata/user.json
	userResponse string
	//go:embed testdata/create.request.json
	createRequest []byte
	//go:embed testdata/create.json
	createResponse string
	//go:embed testdata/member.json
	member string
	//go:embed testdata/slack.json
	slackResponse string

	pageResponse = `{"errcode":0,"errmsg":"ok","request_id":"5t1y7u3i9o2p","result":{"has_more":true,"next_cursor":100,"list":[` +
		strings.Repeat(member+",", pageSize-1) + member + `]}}`
)

const (
	pageSize = 100
	userID   = "zhao.min"
	slackID  = "U0G9QF9C6"
	token    = "3f9d2ab65a6f3c81b7e0d4c29a18f6e5"

	createPath = "/topapi/v2/user/create"
	getPath    = "/topapi/v2/user/get"
	listPath   = "/topapi/v2/user/list"
	slackPath  = "/users.info"
	tokenPath  = "/gettoken"
)

// Under these path prefixes the service fails every call: with an error response, or with the page that blocks an
// address, which is not JSON and has the status 200.
const (
	refusedPrefix = "/refusing"
	blockedPrefix = "/blocking"
)

// respond returns the response to a request.
func respond(path string, body []byte) (contentType, text string) {
	const asJSON = "application/json;charset=utf-8"
	switch {
	case strings.HasSuffix(path, tokenPath):
		return asJSON, `{"errcode":0,"errmsg":"ok","access_token":"` + token + `","expires_in":7200}`
	case strings.HasPrefix(path, blockedPrefix):
		return "text/html", "<html><body>Your access is blocked.</body></html>"
	case path == getPath && bytes.Contains(body, []byte(userID)):
		return asJSON, userResponse
	case path == createPath && bytes.Contains(body, []byte(userID)):
		return asJSON, createResponse
	case path == listPath && bytes.Contains(body, []byte("dept_id")):
		return asJSON, pageResponse
	case path == slackPath && bytes.Contains(body, []byte(slackID)):
		return asJSON, slackResponse
	case strings.HasSuffix(path, slackPath):
		return asJSON, `{"ok":false,"error":"user_not_found"}`
	}
	return asJSON, `{"errcode":60121,"errmsg":"找不到该用户","request_id":"1b7w3r5t9y2ua","result":{}}`
}

// memoryTransport calls the service without a network.
type memoryTransport struct{}

var bodyBuffers = sync.Pool{New: func() any { return new([4 << 10]byte) }}

func (memoryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	buffer := bodyBuffers.Get().(*[4 << 10]byte)
	defer bodyBuffers.Put(buffer)
	n := 0
	if req.Body != nil {
		var err error
		if n, err = io.ReadFull(req.Body, buffer[:]); err == nil {
			return nil, fmt.Errorf("the request has %d bytes or more", len(buffer))
		}
		_ = req.Body.Close()
	}
	contentType, text := respond(req.URL.Path, buffer[:n])
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(strings.NewReader(text)),
		ContentLength: int64(len(text)),
		Request:       req,
	}, nil
}

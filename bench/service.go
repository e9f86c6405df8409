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

// What is sent and answered, about one person. Slack's is of about the same size, in its own shape.
var (
	//go:embed testdata/user.json
	userAnswer string
	//go:embed testdata/create.request.json
	createRequest []byte
	//go:embed testdata/create.json
	createAnswer string
	//go:embed testdata/member.json
	member string
	//go:embed testdata/slack.json
	slackAnswer string

	pageAnswer = `{"errcode":0,"errmsg":"ok","request_id":"5t1y7u3i9o2p","result":{"has_more":true,"next_cursor":100,"list":[` +
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

// Below these a service fails every call: with a refusal, or with the page by which it blocks an address, which is
// no JSON and has the status 200.
const (
	refusing = "/refusing"
	blocking = "/blocking"
)

// answer is what the service says to a call of a path with this body.
func answer(path string, body []byte) (contentType, text string) {
	const asJSON = "application/json;charset=utf-8"
	switch {
	case strings.HasSuffix(path, tokenPath):
		return asJSON, `{"errcode":0,"errmsg":"ok","access_token":"` + token + `","expires_in":7200}`
	case strings.HasPrefix(path, blocking):
		return "text/html", "<html><body>Your access is blocked.</body></html>"
	case path == getPath && bytes.Contains(body, []byte(userID)):
		return asJSON, userAnswer
	case path == createPath && bytes.Contains(body, []byte(userID)):
		return asJSON, createAnswer
	case path == listPath && bytes.Contains(body, []byte("dept_id")):
		return asJSON, pageAnswer
	case path == slackPath && bytes.Contains(body, []byte(slackID)):
		return asJSON, slackAnswer
	case strings.HasSuffix(path, slackPath):
		return asJSON, `{"ok":false,"error":"user_not_found"}`
	}
	return asJSON, `{"errcode":60121,"errmsg":"找不到该用户","request_id":"1b7w3r5t9y2ua","result":{}}`
}

// memory is the service without a network.
type memory struct{}

var rooms = sync.Pool{New: func() any { return new([4 << 10]byte) }}

func (memory) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	room := rooms.Get().(*[4 << 10]byte)
	defer rooms.Put(room)
	n := 0
	if req.Body != nil {
		var err error
		if n, err = io.ReadFull(req.Body, room[:]); err == nil {
			return nil, fmt.Errorf("the request has %d bytes or more", len(room))
		}
		_ = req.Body.Close()
	}
	contentType, text := answer(req.URL.Path, room[:n])
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(strings.NewReader(text)),
		ContentLength: int64(len(text)),
		Request:       req,
	}, nil
}

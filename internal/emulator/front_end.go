package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// frontEndResponse returns what comes in place of a response of the API, which has no envelope: a ban by the service's own
// front end, or the page of another site.
func frontEndResponse(kind faultKind) response {
	const html = "text/html;charset=utf-8"
	res := response{status: http.StatusOK, contentType: html}
	switch kind {
	case banPage:
		res.header = http.Header{"Bxpunish": {"1"}}
		res.body = []byte("<!DOCTYPE html>\n<html><head><title>访问被拒绝</title>" +
			`<script src="/_____tmd_____/punish?x5secdata=xg0000&action=deny"></script>` +
			"</head><body><h1>访问被拒绝</h1></body></html>\n")
	case banJSON:
		res.contentType = "application/json"
		res.body = []byte(`{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"00000000000000000000000000000000"}`)
	case busyText:
		res.body = []byte("System busy now, pleasy try it again later.")
	case tooFrequentText:
		res.status = http.StatusForbidden
		res.body = []byte("You have requested too frequently")
	default:
		res.body = []byte("<html><head><title>Login</title>" +
			`<meta http-equiv="refresh" content="0;url=http://192.0.2.1/portal/"></head><body>` +
			`<form action="/login" method="post"><input name="user"><input name="password" type="password"></form>` +
			"</body></html>\n")
	}
	return res
}

// pageOf returns the HTML page of a proxy with a status of 300 or more.
func pageOf(status int) response {
	title := strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
	res := response{status: status, contentType: "text/html;charset=utf-8"}
	if status < 400 {
		res.header = http.Header{"Location": {"/moved"}}
	}
	res.body = []byte("<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" +
		title + "</h1></body></html>\n")
	return res
}

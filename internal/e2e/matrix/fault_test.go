package matrix_test

import (
	"net/http"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// fault is a fault of the matrix. It is injected by the emulator, by the network, or between them.
type fault struct {
	name    string
	applied bool // the service applies the change of an attempt that meets the fault
	class   *faultClass

	// legacyOnly marks an errcode for which the new API has no string code, or none for the fetch of a token.
	legacyOnly bool
	// inBody marks a fault of the body, which a response without a body does not have.
	inBody bool
	// large marks a response over the limit, sent or unpacked, which takes a quarter of a second.
	large bool

	emulator *dingtalktest.Fault
	dial     dialFault
	response responseFault
}

// knownTo reports whether an endpoint has the fault.
func (f *fault) knownTo(ep *contract.Endpoint) bool {
	if f.inBody && ep.API == contract.New && ep.Payload == contract.Nothing {
		return false
	}
	takesToken := ep.Credential != contract.NoToken && f.class == refusedTokens
	return !f.legacyOnly || ep.API == contract.Legacy || takesToken
}

// inject sets the fault for the operation, which is a token's fetch if p is on the token. With afterToken the operation
// fetches a token first.
func (f *fault) inject(srv *dingtalktest.Server, n *network, op string, p injectionPoint, afterToken bool) {
	switch {
	case f.emulator != nil:
		srv.Fail(op, *f.emulator, p.times())
	case f.response != nil:
		n.responses[op] = slices.Repeat([]responseFault{f.response}, p.times())
	default:
		if afterToken {
			n.dials = append(n.dials, connects) // the connection of the token's fetch
		}
		n.dials = append(n.dials, slices.Repeat([]dialFault{f.dial}, p.times())...)
	}
}

// Responses of the gateway whose reason is not, or not only, a number in sub_code.
const (
	throttleInErrmsg     = `{"errcode":88,"errmsg":"ding talk error[subcode=90018,submsg=qps]","request_id":"4r7t1y9u3i5o"}`
	behindGateway        = `{"errcode":15,"errmsg":"Remote service error[subcode=isp.-1,submsg=system busy]","sub_code":"isp.-1","sub_msg":"system busy"}`
	gatewayWithoutNumber = `{"errcode":88,"errmsg":"ding talk error[subcode=isp.-1,submsg=system busy]","sub_code":"isp.-1","sub_msg":"system busy"}`
)

const flagJSON = `{"rgv587_flag":"sm","url":"https://example.invalid/_____tmd_____/punish?x5secdata=xg0000&action=deny"}`

// faults are the faults of the matrix, in the order of the table.
var faults = []fault{
	{name: "nothing", applied: true, class: harmless, emulator: new(dingtalktest.Slow(0))},
	{name: "slow response, within the timeout", applied: true, class: harmless, emulator: new(dingtalktest.Slow(5 * time.Second))},
	{name: "response compressed with gzip", applied: true, class: harmless, response: compressed},
	{name: "errcode in quotes", applied: true, class: harmless, response: passThrough(quotedErrcode)},

	{name: "connection refused", class: unsent, dial: refused},
	{name: "TLS certificate not trusted", class: unsent, dial: untrusted},
	{name: "TLS handshake aborted", class: unsent, dial: brokenHandshake},

	{name: "connection reset before the request is handled", class: lost, emulator: new(dingtalktest.DropConnection)},
	{name: "connection reset before the headers of the response", applied: true, class: lostApplied, emulator: new(dingtalktest.LostResponse)},
	{name: "connection reset in the body of the response", inBody: true, applied: true, class: lostApplied, emulator: new(dingtalktest.CutBody)},
	{name: "no response at all", class: lost, emulator: new(dingtalktest.Hang)},
	{name: "headers beyond the timeout", applied: true, class: lostApplied, emulator: new(dingtalktest.Slow(15 * time.Second))},
	{name: "body beyond the timeout", applied: true, class: lostApplied, response: slowBody},
	{name: "half of the JSON", inBody: true, applied: true, class: lostApplied, emulator: new(dingtalktest.BadJSON)},
	{name: "response without errcode, or what the new API has in its place", applied: true, class: lostApplied, response: passThrough(withoutErrcode)},
	{name: "JSON of another shape", class: lost, response: respond(200, `{"code":"ok","data":[]}`)},
	{name: "empty body", inBody: true, class: lost, response: respond(200, "")},
	{name: "HTTP 500", class: lost, emulator: new(dingtalktest.HTTPStatus(500))},
	{name: "HTTP 502", class: lost, emulator: new(dingtalktest.HTTPStatus(502))},
	{name: "HTTP 502 after the change", applied: true, class: lostApplied, emulator: new(dingtalktest.HTTPStatus(502).AfterWork())},
	{name: "HTTP 503 with Retry-After: 2", class: lost, response: respond(503, "", "Retry-After", "2")},
	{name: "HTTP 504 after the change", applied: true, class: lostApplied, emulator: new(dingtalktest.HTTPStatus(504).AfterWork())},
	{name: "errcode -1", class: busy, emulator: new(dingtalktest.SystemBusy)},
	{name: "errcode -1 after the change", applied: true, class: busyApplied, emulator: new(dingtalktest.SystemBusy.AfterWork())},

	{name: "service behind the gateway failed (15/isp.-1)", class: busy, response: respond(200, behindGateway)},
	{name: "gateway refusal without a number (88/isp.-1)", class: busy, response: respond(200, gatewayWithoutNumber)},

	{name: "body over the limit", applied: true, large: true, class: unsupported, response: oversized},
	{name: "gzip bomb", applied: true, large: true, class: unsupported, response: gzipBomb},
	{name: "HTTP 302 to another host", class: unsupported, response: redirect(http.StatusFound)},
	{name: "HTTP 307 to another host", class: unsupported, response: redirect(http.StatusTemporaryRedirect)},
	{name: "HTTP 308 to another host", class: unsupported, response: redirect(http.StatusPermanentRedirect)},
	{name: "HTTP 403 of a proxy", class: unsupported, emulator: new(dingtalktest.HTTPStatus(403))},
	{name: "HTTP 400 with an envelope", class: badRequests, response: respond(400, `{"errcode":400002,"errmsg":"参数错误"}`)},

	{name: "throttle (88/90018)", class: throttles, emulator: new(dingtalktest.Throttled)},
	{name: "throttle, sub_code in errmsg alone", class: throttles, response: respond(200, throttleInErrmsg)},
	{name: "limit over all callers (88/90002)", class: throttles, emulator: new(dingtalktest.Code(90002))},
	{name: "HTTP 429 with Retry-After: 2", class: throttles, response: respond(429, "", "Retry-After", "2")},
	{name: "HTTP 429 with Retry-After: 60", class: longThrottles, response: respond(429, "", "Retry-After", "60")},
	{name: "ban of the organization (88/90003)", class: bans, legacyOnly: true, emulator: new(dingtalktest.Code(90003))},
	{name: "monthly quota (90020)", class: bans, emulator: new(dingtalktest.Code(90020))},
	{name: "ban of the address, JSON (status 1111)", class: bans, emulator: new(dingtalktest.BanJSON)},
	{name: "ban of the address, JSON (rgv587_flag)", class: bans, response: respond(200, flagJSON, "Bxpunish", "1")},
	{name: "ban of the address, page (_____tmd_____)", class: bans, emulator: new(dingtalktest.BanPage)},
	{name: "\"System busy now\" with status 200", class: bans, emulator: new(dingtalktest.BusyText)},
	{name: "\"You have requested too frequently\" with status 403", class: bans, emulator: new(dingtalktest.TooFrequentText)},
	{name: "another HTML page with status 200", class: pages, emulator: new(dingtalktest.PortalPage)},
	{name: "another HTML page with status 200, after the change", applied: true, class: pages, emulator: new(dingtalktest.PortalPage.AfterWork())},

	{name: "token refused (88/40014)", class: refusedTokens, legacyOnly: true, emulator: new(dingtalktest.TokenExpired)},
	{name: "permission missing (88/60011)", class: permissions, emulator: new(dingtalktest.PermissionMissing)},
}

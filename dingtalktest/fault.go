package dingtalktest

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Fault is something that goes wrong with a call; see Server.Fail. Its method AfterWork makes the same
// fault come after the work was done, as when a proxy gives up on a server that did not.
//
// GetOAuth2Token, on the new API, refuses in words instead of codes: Throttled, SystemBusy, PermissionMissing and the
// codes 40089, 40096, 60020, 90002 and 90020 have one, the other codes and TokenExpired cannot happen to it.
type Fault struct{ fault emulator.Fault }

// AfterWork returns the same fault, which comes after the work was done.
func (f Fault) AfterWork() Fault { return Fault{f.fault.AfterWork()} }

// Faults. With those that say so the work is done; with the others the call changes nothing.
var (
	// Throttled is the limit of one app on one operation: 90018 with an end time.
	Throttled = Fault{emulator.Throttled}

	// SystemBusy is errcode -1.
	SystemBusy = Fault{emulator.SystemBusy}

	// TokenExpired refuses the token with 40014 though it lives, and goes on living.
	TokenExpired = Fault{emulator.TokenExpired}

	// PermissionMissing refuses with 60011 and names the permission point.
	PermissionMissing = Fault{emulator.PermissionMissing}

	// HTMLPage is the page that a banned address gets, with HTTP 200.
	HTMLPage = Fault{emulator.HTMLPage}

	// Punished is the other answer to a banned address: JSON with the status 1111 and no errcode.
	Punished = Fault{emulator.Punished}

	// Hang never answers. It ends with the request's context or connection.
	Hang = Fault{emulator.Hang}

	// CutBody breaks the connection in the middle of the answer. The work is done.
	CutBody = Fault{emulator.CutBody}

	// BadJSON answers with half of the JSON as if it were all. The work is done.
	BadJSON = Fault{emulator.BadJSON}

	// DropConnection ends the connection before the call is handled. Over a real connection that was used
	// before, net/http repeats a GET by itself, which takes the next fault.
	DropConnection = Fault{emulator.DropConnection}

	// LostResponse ends the connection after the call was handled. The work is done, and the caller sees
	// what DropConnection shows.
	LostResponse = Fault{emulator.LostResponse}
)

// HTTPStatus is an answer of some proxy: a status from 300 to 599 and an HTML page. The call changes
// nothing.
func HTTPStatus(code int) Fault { return Fault{emulator.HTTPStatus(code)} }

// Slow answers properly, but d late. The work is done, and at once.
func Slow(d time.Duration) Fault { return Fault{emulator.Slow(d)} }

// Code refuses with a code of the service, wrapped in errcode 88 if it is one of the gateway's. The call
// changes nothing.
func Code(code int) Fault { return Fault{emulator.Code(code)} }

package dingtalktest

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Fault describes what goes wrong with a call; see Server.Fail. Faults are made with the variables and functions of this
// package. The zero Fault is none.
//
// The operations of the new (v1.0) API refuse with string codes. Throttled, SystemBusy, PermissionMissing, the codes 40089,
// 40096, 60020, 90002 and 90020 and, where the operation takes a token, TokenExpired have one. StringCode is for the others.
type Fault struct{ fault emulator.Fault }

// AfterWork returns the same fault, which comes after the work was done, as when a proxy gives up waiting for a server
// that finishes its work.
func (f Fault) AfterWork() Fault { return Fault{f.fault.AfterWork()} }

// The faults without arguments. The call changes nothing, unless the comment states that the work is done.
var (
	// Throttled is the limit of one app on one operation: 90018 with an end time.
	Throttled = Fault{emulator.Throttled}

	// SystemBusy is errcode -1.
	SystemBusy = Fault{emulator.SystemBusy}

	// TokenExpired refuses the token with 40014, or that of a user with accesstoken.expired, although it is live and
	// remains so.
	TokenExpired = Fault{emulator.TokenExpired}

	// PermissionMissing refuses with 60011 and names the permission point.
	PermissionMissing = Fault{emulator.PermissionMissing}

	// BanPage is the page that a banned address gets, with HTTP 200 and the marks of DingTalk's front end.
	BanPage = Fault{emulator.BanPage}

	// BanJSON is the other response to a banned address: JSON with the status 1111 and no errcode.
	BanJSON = Fault{emulator.BanJSON}

	// BusyText is the text "System busy now" with HTTP 200, by which a front end refuses calls for a while.
	BusyText = Fault{emulator.BusyText}

	// TooFrequentText is the text "You have requested too frequently" with HTTP 403, as BusyText.
	TooFrequentText = Fault{emulator.TooFrequentText}

	// PortalPage is the login page of a network or a proxy, which comes with HTTP 200 in place of a response.
	PortalPage = Fault{emulator.PortalPage}

	// Hang never responds. It ends with the request's context or connection.
	Hang = Fault{emulator.Hang}

	// CutBody breaks the connection in the middle of the response. The work is done.
	CutBody = Fault{emulator.CutBody}

	// BadJSON returns half of the JSON as if it were complete. The work is done.
	BadJSON = Fault{emulator.BadJSON}

	// EmptyBody is a success without a body. The work is done.
	EmptyBody = Fault{emulator.EmptyBody}

	// DropConnection ends the connection before the call is handled. Over a real connection that was used
	// before, net/http repeats a GET by itself, and the repeated call takes the next fault.
	DropConnection = Fault{emulator.DropConnection}

	// LostResponse ends the connection after the call was handled. The work is done, and the caller sees
	// the same as with DropConnection.
	LostResponse = Fault{emulator.LostResponse}
)

// HTTPStatus returns the fault of a proxy that responds with a status from 300 to 599 and an HTML page. The call changes
// nothing.
func HTTPStatus(code int) Fault { return Fault{emulator.HTTPStatus(code)} }

// Slow returns the fault of a proper response that is late by d. The work is done at once.
func Slow(d time.Duration) Fault { return Fault{emulator.Slow(d)} }

// Code returns the fault of a refusal with a code of the service, wrapped in errcode 88 if it is one of the gateway's. The
// call changes nothing. Code(15) is a failure of the service behind the gateway: its sub_code is "isp.-1", no number, and
// whether the work was done is unknown to the caller; only calls below /topapi/ can meet it.
func Code(code int) Fault { return Fault{emulator.Code(code)} }

// StringCode returns the fault of a refusal by the new (v1.0) API, with an HTTP status from 400 to 599 and a string code
// such as "system.busy". The call changes nothing.
func StringCode(status int, code string) Fault { return Fault{emulator.StringCode(status, code)} }

// Omit returns the fault of a success that lacks a field of its result. The work is done.
func Omit(field string) Fault { return Fault{emulator.Omit(field)} }

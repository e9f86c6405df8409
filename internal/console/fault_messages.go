package console

// faultMessages holds the names and descriptions of the faults, as in the documentation of dingtalktest.
var faultMessages = messages{
	"fault.notApplied":       {"The call changes nothing.", "调用不产生任何变更。"},
	"fault.done":             {"The work is done.", "操作会照常执行。"},
	"fault.notApplied.group": {"The call changes nothing", "调用不产生任何变更"},
	"fault.done.group":       {"The work is done", "操作会照常执行"},

	"fault.Throttled":         {"over the rate limit", "超出限流"},
	"fault.SystemBusy":        {"system busy", "系统繁忙"},
	"fault.TokenExpired":      {"token refused", "令牌被拒"},
	"fault.PermissionMissing": {"permission missing", "缺少权限"},
	"fault.Code":              {"any code", "指定错误码"},
	"fault.HTTPStatus":        {"any HTTP status", "指定 HTTP 状态码"},
	"fault.HTMLPage":          {"page for a banned address", "IP 被封禁页面"},
	"fault.Punished":          {"JSON for a banned address", "IP 被封禁 JSON"},
	"fault.Hang":              {"no response", "永不响应"},
	"fault.DropConnection":    {"connection dropped before the work", "处理前断开连接"},
	"fault.Slow":              {"late response", "延迟响应"},
	"fault.LostResponse":      {"connection dropped after the work", "处理后断开连接"},
	"fault.CutBody":           {"truncated response", "响应被截断"},
	"fault.BadJSON":           {"half of the JSON", "JSON 不完整"},

	"fault.Throttled.what": {
		"The limit of one app on one operation: 90018 with an end time.",
		"单个应用调用单个接口的限流：返回 90018 及限制结束时间。",
	},
	"fault.SystemBusy.what": {
		"errcode -1, system busy.",
		"返回 errcode -1（系统繁忙）。",
	},
	"fault.TokenExpired.what": {
		"Refuses the token with 40014 although it is live and remains so.",
		"以 40014 拒绝令牌，令牌实际仍然有效。",
	},
	"fault.PermissionMissing.what": {
		"Refuses with 60011 and names the permission point.",
		"以 60011 拒绝，并指出所缺的权限点。",
	},
	"fault.Code.what": {
		"Refuses with a code of the service, wrapped in errcode 88 if it is one of the gateway's.",
		"以指定的错误码拒绝；若为网关错误码，则包装在 errcode 88 中。",
	},
	"fault.HTTPStatus.what": {
		"The response of a proxy: a status from 300 to 599 and an HTML page.",
		"模拟代理服务器的响应：300 到 599 的状态码和一个 HTML 页面。",
	},
	"fault.HTMLPage.what": {
		"The page that a banned address gets, with HTTP 200.",
		"IP 被封禁时返回的 HTML 页面，HTTP 状态为 200。",
	},
	"fault.Punished.what": {
		"The other response to a banned address: JSON with the status 1111 and no errcode.",
		"IP 被封禁时的另一种响应：status 为 1111、没有 errcode 的 JSON。",
	},
	"fault.Hang.what": {
		"Never responds, until the caller gives up.",
		"永不响应，直到调用方放弃。",
	},
	"fault.DropConnection.what": {
		"Ends the connection before the call is handled.",
		"在处理请求之前断开连接。",
	},
	"fault.Slow.what": {
		"Responds properly, but late.",
		"正常响应，但会延迟。",
	},
	"fault.LostResponse.what": {
		"Ends the connection after the call was handled. The caller sees the same as with DropConnection.",
		"在处理请求之后断开连接。调用方看到的与 DropConnection 相同。",
	},
	"fault.CutBody.what": {
		"Breaks the connection in the middle of the response.",
		"在响应发送到一半时断开连接。",
	},
	"fault.BadJSON.what": {
		"Returns half of the JSON as if it were complete.",
		"只返回一半 JSON，却当作完整响应。",
	},
}

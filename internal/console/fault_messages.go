package console

// faultMessages holds the names and descriptions of the faults in terms of HTTP.
var faultMessages = messages{
	"fault.notApplied":       {"The call changes nothing.", "调用不产生任何变更。"},
	"fault.applied":          {"The change is applied.", "变更会生效。"},
	"fault.notApplied.group": {"The call changes nothing", "调用不产生任何变更"},
	"fault.applied.group":    {"The change is applied", "变更会生效"},
	"fault.after":            {"after the change was applied", "在变更生效之后"},

	"fault.Throttled":         {"rate limit exceeded (90018)", "超出限流（90018）"},
	"fault.SystemBusy":        {"system busy (-1)", "系统繁忙（-1）"},
	"fault.TokenExpired":      {"access token refused (40014)", "访问令牌被拒（40014）"},
	"fault.PermissionMissing": {"permission missing (60011)", "缺少权限（60011）"},
	"fault.Code":              {"error code of your choice", "指定错误码"},
	"fault.Code.value":        {"error code %d", "错误码 %d"},
	"fault.StringCode":        {"string code of your choice (new API)", "指定字符串错误码（新版接口）"},
	"fault.StringCode.value":  {"HTTP status %d with the code %s", "HTTP 状态码 %d，错误码 %s"},
	"fault.HTTPStatus":        {"HTTP status of your choice, from a proxy", "指定 HTTP 状态码（来自代理）"},
	"fault.HTTPStatus.value":  {"HTTP status %d from a proxy", "代理返回 HTTP 状态码 %d"},
	"fault.BanPage":           {"address banned: HTML page with HTTP 200", "IP 被封禁：HTTP 200 的 HTML 页面"},
	"fault.BanJSON":           {"address banned: JSON with status 1111", "IP 被封禁：status 为 1111 的 JSON"},
	"fault.BusyText":          {"banned for a while: text “System busy now”", "暂时被封禁：文本 “System busy now”"},
	"fault.TooFrequentText":   {"banned for a while: text with HTTP 403", "暂时被封禁：HTTP 403 的文本"},
	"fault.PortalPage":        {"login page of a network or proxy with HTTP 200", "网络或代理的登录页面（HTTP 200）"},
	"fault.Hang":              {"no response at all", "永不响应"},
	"fault.DropConnection":    {"connection closed before the call is handled", "处理请求之前断开连接"},
	"fault.Slow":              {"late response", "延迟响应"},
	"fault.Slow.value":        {"response late by %s", "响应延迟 %s"},
	"fault.Omit":              {"success without a field of your choice", "成功响应缺少指定字段"},
	"fault.Omit.value":        {"success without %s", "成功响应缺少 %s"},
	"fault.LostResponse":      {"response lost after the change was applied", "变更生效之后响应丢失"},
	"fault.CutBody":           {"connection closed in the middle of the response", "响应发送到一半时断开连接"},
	"fault.BadJSON":           {"incomplete JSON in a complete response", "响应完整但 JSON 不完整"},
	"fault.EmptyBody":         {"success without a body", "成功但没有响应体"},

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
	"fault.StringCode.what": {
		"Refuses as the new API does: with an HTTP status and a string code.",
		"按新版接口的方式拒绝：HTTP 状态码加字符串错误码。",
	},
	"fault.HTTPStatus.what": {
		"The response of a proxy: a status from 300 to 599 and an HTML page.",
		"模拟代理服务器的响应：300 到 599 的状态码和一个 HTML 页面。",
	},
	"fault.BanPage.what": {
		"The page that a banned address gets, with HTTP 200 and the marks of DingTalk's front end.",
		"IP 被封禁时返回的 HTML 页面，HTTP 状态为 200，带有钉钉前端的标记。",
	},
	"fault.BanJSON.what": {
		"The other response to a banned address: JSON with the status 1111 and no errcode.",
		"IP 被封禁时的另一种响应：status 为 1111、没有 errcode 的 JSON。",
	},
	"fault.BusyText.what": {
		"The text “System busy now” with HTTP 200, by which a front end refuses calls for a while.",
		"前端暂时拒绝请求时返回的文本 “System busy now”，HTTP 状态为 200。",
	},
	"fault.TooFrequentText.what": {
		"The text “You have requested too frequently” with HTTP 403, by which a front end refuses calls for a while.",
		"前端暂时拒绝请求时返回的文本 “You have requested too frequently”，HTTP 状态为 403。",
	},
	"fault.PortalPage.what": {
		"The login page of a network or a proxy, which comes with HTTP 200 in place of a response.",
		"网络或代理的登录页面，以 HTTP 200 代替正常响应。",
	},
	"fault.Hang.what": {
		"Never responds, until the caller gives up.",
		"永不响应，直到调用方放弃。",
	},
	"fault.DropConnection.what": {
		"Closes the connection before the call is handled.",
		"在处理请求之前断开连接。",
	},
	"fault.Slow.what": {
		"Responds properly, but late.",
		"正常响应，但会延迟。",
	},
	"fault.Omit.what": {
		"Responds properly, but without one field of the result.",
		"正常响应，但结果中缺少一个字段。",
	},
	"fault.LostResponse.what": {
		"Closes the connection after the call was handled. The caller cannot tell it from a connection closed before.",
		"在处理请求之后断开连接，调用方无法与处理之前断开区分。",
	},
	"fault.CutBody.what": {
		"Closes the connection in the middle of the response.",
		"在响应发送到一半时断开连接。",
	},
	"fault.BadJSON.what": {
		"Returns half of the JSON as if it were complete.",
		"只返回一半 JSON，却当作完整响应。",
	},
	"fault.EmptyBody.what": {
		"HTTP 200 without a body.",
		"HTTP 200，但没有响应体。",
	},
}

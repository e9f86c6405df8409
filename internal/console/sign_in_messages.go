package console

var signInMessages = messages{
	"signin.title": {"Sign in", "登录"},
	"signin.what": {
		"The app %s wants to know who you are. Choose a person of the emulated organization.",
		"应用 %s 想知道你是谁。请选择模拟组织中的一位成员。",
	},
	"signin.goes":    {"You will return to", "登录后返回"},
	"signin.permits": {"The app will see", "应用将获得"},
	"signin.openid":  {"your profile", "你的个人信息"},
	"signin.corpid":  {"the organization you choose", "你选择的组织"},

	"signin.search":       {"Search", "搜索"},
	"signin.search.label": {"Name, mobile, userid or job number", "姓名、手机号、userid 或工号"},
	"signin.contacts":     {"External contacts", "外部联系人"},
	"signin.more":         {"%d of %d are shown: search for others.", "仅显示 %d 人，共 %d 人，可搜索其他人。"},
	"signin.none":         {"No one matches “%s”.", "没有找到“%s”。"},
	"signin.empty":        {"There is no one to sign in as.", "没有可登录的人员。"},
	"signin.unchosen":     {"Choose who signs in.", "请选择登录人。"},
	"signin.admin":        {"Admin", "管理员"},
	"signin.boss":         {"Boss", "老板"},
	"signin.inactive":     {"Not active", "未激活"},
	"signin.approve":      {"Approve and sign in", "同意并登录"},
	"signin.refuse":       {"Refuse", "拒绝"},

	"signin.wrong":          {"This sign-in address is wrong", "登录地址有误"},
	"signin.wrong.what":     {"DingTalk would not sign anyone in here. The parameter at fault:", "在此地址无法登录。有误的参数："},
	"signin.wrong.empty":    {"(missing)", "（缺失）"},
	"signin.wrong.received": {"Received", "收到的值"},
	"signin.wrong.client_id": {
		"It must be the client ID of the app (also called app key).",
		"应为应用的 Client ID（即 AppKey）。",
	},
	"signin.wrong.redirect_uri": {
		"It must be an absolute address without a fragment, percent-encoded, and exactly one of those registered for the app, if any are.",
		"应为不带片段（#）的绝对地址，经过 URL 编码；如应用登记了重定向地址，须与其中之一完全一致。",
	},
	"signin.wrong.response_type": {"It must be “code”.", "应为“code”。"},
	"signin.wrong.scope": {
		"It must be “openid”, or “openid corpid” to learn the organization as well.",
		"应为“openid”；如需获得所选组织，则为“openid corpid”。",
	},
	"signin.wrong.prompt": {"It must be “consent”.", "应为“consent”。"},
}

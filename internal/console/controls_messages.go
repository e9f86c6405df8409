package console

var controlsMessages = messages{
	"controls.title": {"Controls", "控制"},

	"controls.state":     {"Now", "当前状态"},
	"controls.clock":     {"Clock of the server", "服务器时间"},
	"controls.ahead":     {"ahead by %s", "已快进 %s"},
	"controls.rate":      {"Limit", "限流"},
	"controls.rate.none": {"none", "不限"},
	"controls.rate.qps":  {"%d calls per second and operation", "每个接口每秒 %d 次"},

	"controls.queue":       {"Queued faults", "待触发的故障"},
	"controls.queue.none":  {"None: calls are handled as usual.", "暂无，请求将正常响应。"},
	"controls.queue.times": {"the next %d", "接下来 %d 次"},
	"controls.clear.one":   {"Clear all of %s", "清除 %s 的全部故障"},
	"controls.clear.all":   {"Clear all faults", "清除全部故障"},

	"controls.fault":           {"Inject a fault", "注入故障"},
	"controls.fault.operation": {"Operation", "接口"},
	"controls.fault.choose":    {"Choose …", "请选择…"},
	"controls.fault.fault":     {"Fault", "故障"},
	"controls.fault.value":     {"Value", "参数值"},
	"controls.fault.hint":      {"Code: an errcode. HTTPStatus: 300 to 599. Slow: seconds.", "Code：错误码；HTTPStatus：300 到 599；Slow：秒数。"},
	"controls.fault.times":     {"Times", "次数"},
	"controls.fault.after":     {"after the work was done", "操作执行之后触发"},
	"controls.fault.submit":    {"Inject", "注入"},
	"controls.fault.list":      {"What each fault does", "各故障的作用"},

	"controls.token":        {"Access token", "访问令牌"},
	"controls.token.what":   {"The live token is refused from now on, and the next fetch returns a new one.", "当前令牌立即失效，下次获取时将得到新令牌。"},
	"controls.token.submit": {"Revoke the token", "吊销令牌"},

	"controls.advance":         {"Clock", "时钟"},
	"controls.advance.what":    {"Moves the clock of the server, and no other, forward. By default tokens expire after two hours.", "仅快进服务器的时钟。令牌默认两小时后过期。"},
	"controls.advance.seconds": {"Seconds", "秒数"},
	"controls.advance.submit":  {"Advance", "快进"},
	"controls.advance.hour":    {"1 hour", "1 小时"},
	"controls.advance.token":   {"2 hours", "2 小时"},
	"controls.advance.day":     {"1 day", "1 天"},

	"controls.limit":        {"Rate limit", "限流设置"},
	"controls.limit.what":   {"The number of calls of each operation allowed per second. More are refused with 90018; 0 is no limit.", "每个接口每秒允许的调用次数，超出则以 90018 拒绝；0 表示不限。"},
	"controls.limit.qps":    {"Calls per second", "每秒次数"},
	"controls.limit.submit": {"Set the limit", "设置"},

	"controls.reseed":             {"Sample organization", "示例组织"},
	"controls.reseed.what":        {"Replaces the organization by an invented one. The same numbers give the same organization. All present people and departments are removed.", "用虚构的组织替换现有组织，相同的参数会生成相同的组织。现有的人员和部门都将消失。"},
	"controls.reseed.departments": {"Departments", "部门数"},
	"controls.reseed.users":       {"People", "人数"},
	"controls.reseed.seed":        {"Seed", "随机种子"},
	"controls.reseed.submit":      {"Reseed", "重新生成"},

	"controls.reset":        {"Reset", "恢复初始状态"},
	"controls.reset.what":   {"Restores the organization, the limit and the clock as they were when the server began to listen. People and departments added since are removed. The token is revoked and faults are cleared. The requests are kept.", "组织、限流和时钟恢复到服务器开始监听时的状态，此后以任何方式添加的内容都将消失。令牌被吊销，故障被清除，请求记录保留。"},
	"controls.reset.submit": {"Reset", "重置"},

	"controls.done.fault":        {"The fault is queued.", "故障已注入。"},
	"controls.done.clear-faults": {"The faults were cleared.", "故障已清除。"},
	"controls.done.revoke":       {"The token was revoked.", "令牌已吊销。"},
	"controls.done.advance":      {"The clock was moved forward.", "时钟已快进。"},
	"controls.done.limit":        {"The limit was set.", "限流已设置。"},
	"controls.done.reset":        {"The server was reset.", "服务器已恢复初始状态。"},
	"controls.done.reseed":       {"The organization was replaced.", "组织已替换。"},

	"controls.error":        {"Nothing was changed. Please correct the marked fields.", "未做任何更改，请检查表单中标出的内容。"},
	"controls.error.number": {"Enter a whole number from %d to %d.", "请输入 %d 到 %d 之间的整数。"},
	"controls.error.seed":   {"Enter a whole number of 0 or more.", "请输入非负整数。"},
	"controls.error.choose": {"Choose one.", "请选择一项。"},
	"controls.error.code":   {"Enter an errcode other than 0 of at most %d.", "请输入非 0 的错误码，绝对值不超过 %d。"},
	"controls.error.slow":   {"Enter seconds, more than 0 and at most %d.", "请输入大于 0 且不超过 %d 的秒数。"},
	"controls.error.far":    {"The clock cannot be moved further than a hundred years.", "时钟快进累计不能超过一百年。"},
	"controls.error.unsupported": {
		"This fault cannot happen to %s: how it would refuse is not known.", "%s 不会出现此故障：其拒绝方式未知。",
	},
	"controls.error.server": {"The server refused: %s", "服务器拒绝：%s"},
}

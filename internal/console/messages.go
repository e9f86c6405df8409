package console

import (
	"fmt"
	"maps"
)

// message is a text of a page in each language.
type message struct{ en, zh string }

// messages holds the messages of a part of the console, by key.
type messages map[string]message

// in returns the message of a key in a language, with its arguments.
func (ts messages) in(l language, key string, args ...any) (string, error) {
	both, ok := ts[key]
	if !ok {
		return "", fmt.Errorf("there is no message %q", key)
	}
	text := both.en
	if l == chinese {
		text = both.zh
	}
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return text, nil
}

// have reports whether there is a message.
func (ts messages) have(key string) bool { _, ok := ts[key]; return ok }

// tables returns the messages of all parts.
func tables() []messages {
	return []messages{
		layoutMessages, partMessages, departmentMessages, searchMessages, userMessages, signInMessages, logMessages,
		controlsMessages, faultMessages, editMessages, tokenMessages, eventsMessages,
	}
}

// allMessages joins the tables.
func allMessages() messages {
	all := messages{}
	for _, table := range tables() {
		maps.Copy(all, table)
	}
	return all
}

var layoutMessages = messages{
	"layout.name":         {"DingTalk emulator", "钉钉模拟器"},
	"layout.skip":         {"Skip to the content", "跳到正文"},
	"layout.navigation":   {"Main", "主导航"},
	"layout.organization": {"Organization", "组织架构"},
	"layout.requests":     {"Requests", "请求记录"},
	"layout.events":       {"Events", "事件"},
	"layout.controls":     {"Controls", "控制"},
	"layout.language":     {"Language", "语言"},
	"layout.search":       {"Search", "搜索"},
	"layout.search.label": {"Name, mobile, userid or job number", "姓名、手机号、userid 或工号"},
	"confirm.cancel":      {"Cancel", "取消"},
	"notfound.title":      {"Not found", "页面不存在"},
	"notfound.text": {
		"It may have been deleted, or never existed.",
		"这里没有内容，可能已被删除，或从未存在。",
	},
	"notfound.back": {"To the organization", "返回组织架构"},
}

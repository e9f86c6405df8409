package console

import (
	"fmt"
	"maps"
)

// text is what a page says, in each language.
type message struct{ en, zh string }

// messages are the messages of a domain, by key.
type messages map[string]message

// in returns the text of a key, with what is to be put into it.
func (ts messages) in(l language, key string, args ...any) (string, error) {
	both, ok := ts[key]
	if !ok {
		return "", fmt.Errorf("there is no text %q", key)
	}
	said := both.en
	if l == chinese {
		said = both.zh
	}
	if len(args) > 0 {
		said = fmt.Sprintf(said, args...)
	}
	return said, nil
}

// have says whether there is a text.
func (ts messages) have(key string) bool { _, ok := ts[key]; return ok }

// tables are the messages of all domains.
func tables() []messages {
	return []messages{layoutMessages, partMessages, departmentMessages, searchMessages, userMessages, logMessages, controlsMessages, faultMessages}
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
	"layout.organisation": {"Organisation", "组织架构"},
	"layout.requests":     {"Requests", "请求记录"},
	"layout.controls":     {"Controls", "控制"},
	"layout.language":     {"Language", "语言"},
	"layout.search":       {"Search", "搜索"},
	"layout.search.label": {"Name, mobile, userid or job number", "姓名、手机号、userid 或工号"},
	"notfound.title":      {"Not found", "页面不存在"},
	"notfound.text": {
		"There is nothing here. It may have been deleted, or never was.",
		"这里没有内容，可能已被删除，或从未存在。",
	},
	"notfound.back": {"To the organisation", "返回组织架构"},
}

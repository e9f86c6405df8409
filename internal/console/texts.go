package console

import (
	"fmt"
	"maps"
)

// text is what a page says, in each language.
type text struct{ en, zh string }

// texts are the texts of a domain, by key.
type texts map[string]text

// in returns the text of a key, with what is to be put into it.
func (ts texts) in(l language, key string, args ...any) (string, error) {
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
func (ts texts) have(key string) bool { _, ok := ts[key]; return ok }

// tables are the texts of all domains.
func tables() []texts {
	return []texts{layoutTexts, partTexts, departmentTexts, searchTexts, userTexts, logTexts, controlsTexts, faultTexts}
}

// allTexts joins the tables.
func allTexts() texts {
	all := texts{}
	for _, table := range tables() {
		maps.Copy(all, table)
	}
	return all
}

var layoutTexts = texts{
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

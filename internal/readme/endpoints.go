package main

import (
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// words are what the table says in one language.
type words struct{ method, endpoint, permission, repeated, yes, no, none string }

// endpoints is the table of what the client offers.
func endpoints(args []string) (string, error) {
	var w words
	switch strings.Join(args, " ") {
	case "en":
		w = words{"Method", "Endpoint", "Permission point", "Repeated after a lost answer?", "yes", "no", "none"}
	case "zh":
		w = words{"方法", "接口", "权限点", "应答丢失后是否重发？", "是", "否", "无"}
	default:
		return "", fmt.Errorf("endpoints knows the languages en and zh, not %q", args)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", w.method, w.endpoint, w.permission, w.repeated)
	for _, e := range contract.All() {
		permission, repeated := w.none, w.no
		if e.Permission != "" {
			permission = "`" + e.Permission + "`"
		}
		if e.Repeat == contract.Always {
			repeated = w.yes
		}
		fmt.Fprintf(&b, "| `%s` | `%s %s` | %s | %s |\n", method(e), e.Method, e.Path, permission, repeated)
	}
	return b.String(), nil
}

// method is the client's method for an endpoint: its name, but for the token, which the client keeps and a source
// obtains.
func method(e *contract.Endpoint) string {
	switch e {
	case &contract.GetToken:
		return "Token"
	case &contract.GetOAuth2Token:
		return "OAuth2TokenSource"
	}
	return e.Name
}

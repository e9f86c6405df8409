package main

import (
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// labels holds the texts of the table in one language.
type labels struct{ method, endpoint, permission, repeated, yes, no, none string }

// endpoints returns the table of the client's endpoints.
func endpoints(args []string) (string, error) {
	var l labels
	language := strings.Join(args, " ")
	switch language {
	case "en":
		l = labels{"Method", "Endpoint", "Permission point", "Repeated after a lost response?", "yes", "no", "none"}
	case "zh":
		l = labels{"方法", "接口", "权限点", "应答丢失后是否重发？", "是", "否", "无"}
	default:
		return "", fmt.Errorf("endpoints supports the languages en and zh, not %q", args)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", l.method, l.endpoint, l.permission, l.repeated)
	for _, e := range contract.All() {
		permission, repeated := l.none, l.no
		if e.Permission != "" {
			permission = "`" + e.Permission + "`"
		}
		if e.Repeat == contract.Always {
			repeated = l.yes
		}
		page := e.Doc.Chinese
		if language == "en" {
			page = e.Doc.Page()
		}
		fmt.Fprintf(&b, "| `%s` | [`%s %s`](%s) | %s | %s |\n", method(e), e.Method, e.Path, page, permission, repeated)
	}
	return b.String(), nil
}

// method returns the client's method for an endpoint. It has the name of the endpoint, except for the tokens, which the
// client obtains and caches by itself.
func method(e *contract.Endpoint) string {
	switch e {
	case &contract.GetToken:
		return "Token"
	case &contract.GetOAuth2Token:
		return "WithOAuth2Token"
	case &contract.GetCorpToken:
		return "WithCorpToken"
	case &contract.GetSuiteCorpToken, &contract.GetSuiteToken:
		return "WithTicketStore"
	case &contract.GetSSOToken:
		return "WithSSOSecret"
	}
	return e.Name
}

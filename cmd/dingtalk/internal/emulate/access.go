package emulate

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// access is what a program or a browser needs to use the server.
type access struct {
	Addresses    []string `json:"addresses"` // the first is that of BASE_URL
	Console      string   `json:"console"`   // with its token, if it has one
	LoginPage    string   `json:"login_page"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	SSOSecret    string   `json:"sso_secret"`
}

func newAccess(srv *dingtalktest.Server, addresses []string, token string) access {
	base := addresses[0]
	console := base + "/console/"
	if token != "" {
		console += "?" + url.Values{"token": {token}}.Encode()
	}
	return access{
		Addresses: addresses, Console: console, LoginPage: base + "/oauth2/auth?" + loginParameters(srv, base+"/console/log").Encode(),
		ClientID: srv.ClientID(), ClientSecret: srv.ClientSecret(), SSOSecret: srv.SSOSecret(),
	}
}

// loginParameters returns the parameters of the login page, with what an app has to say there.
func loginParameters(srv *dingtalktest.Server, redirectURI string) url.Values {
	return url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"example"},
	}
}

func (a access) write(w io.Writer, format output.Format) error {
	if format == output.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(a)
	}
	var text strings.Builder
	for _, address := range a.Addresses {
		fmt.Fprintf(&text, "listening on %s\n", address)
	}
	fmt.Fprintf(&text, "console: %s\nlogin page: %s\n", a.Console, a.LoginPage)
	fmt.Fprintf(&text, "client id: %s\nclient secret: %s\nsso secret: %s\n", a.ClientID, a.ClientSecret, a.SSOSecret)
	fmt.Fprintf(&text, "\ncurl '%s/gettoken?%s'\n", a.Addresses[0], url.Values{"appkey": {a.ClientID}, "appsecret": {a.ClientSecret}}.Encode())
	_, err := io.WriteString(w, text.String())
	return err
}

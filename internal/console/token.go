package console

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"
)

// tokenParameter is the parameter of an address, and the field of a form, that holds the token.
const tokenParameter = "token"

// gate serves a console to browsers that know its token, and a form for the token to all others.
type gate struct {
	console *console
	next    http.Handler
	token   string
	cookie  string // its name, in which the token is hashed: cookies do not distinguish ports
	forms   map[language]*template.Template
}

// RequireToken returns the console next, which is served below the base path, for browsers that know the token: from its
// form, or from an address such as /console/?token=…, after which a cookie holds it. An empty token admits no one.
func RequireToken(next http.Handler, base, token string) http.Handler {
	sum := sha256.Sum256([]byte(token))
	g := &gate{
		console: &console{base: base, assets: loadAssets()}, next: next, token: token,
		cookie: "dingtalk_console_" + hex.EncodeToString(sum[:4]), forms: map[language]*template.Template{},
	}
	for _, lang := range []language{english, chinese} {
		all := template.New("").Funcs(g.console.functions(lang))
		g.forms[lang] = template.Must(all.ParseFS(templateFiles, "templates/token/*.html"))
	}
	return protect(g)
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(g.cookie)
	query := r.URL.Query()
	asset, isAsset := strings.CutPrefix(r.URL.EscapedPath(), g.console.link("assets", ""))
	switch {
	case r.Method == http.MethodPost && r.URL.EscapedPath() == g.console.link(tokenParameter):
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		g.admit(w, r, r.PostFormValue(tokenParameter), g.console.link())
	case r.Method == http.MethodGet && query.Has(tokenParameter):
		given := query.Get(tokenParameter)
		query.Del(tokenParameter) // an address with the token must not stay in the browser
		r.URL.RawQuery = query.Encode()
		g.admit(w, r, given, r.URL.RequestURI())
	case err == nil && g.knows(cookie.Value):
		g.next.ServeHTTP(w, r)
	case isAsset: // the style of the form
		r.SetPathValue("name", asset)
		g.console.assets.ServeHTTP(w, r)
	default:
		g.ask(w, r, false)
	}
}

// admit sets the cookie for a token that is right and leads to an address.
func (g *gate) admit(w http.ResponseWriter, r *http.Request, given, to string) {
	if !g.knows(given) {
		g.ask(w, r, true)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: g.cookie, Value: g.token, Path: strings.TrimSuffix(g.console.link(), "/"), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// knows reports whether a token is that of the console.
func (g *gate) knows(given string) bool {
	return g.token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(g.token)) == 1
}

// ask shows the form for the token, and that the token which was given is wrong.
func (g *gate) ask(w http.ResponseWriter, r *http.Request, wrong bool) {
	var b bytes.Buffer
	if err := g.forms[languageOf(r)].ExecuteTemplate(&b, "token", wrong); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write(b.Bytes()) // the reader may have gone
}

var tokenMessages = messages{
	"token.title": {"Token required", "需要令牌"},
	"token.text": {
		"Other machines can reach this emulator. Enter the token that it printed when it started.",
		"其他机器可以访问此模拟器。请输入它启动时显示的令牌。",
	},
	"token.label": {"Token", "令牌"},
	"token.open":  {"Open", "打开"},
	"token.wrong": {"The token is wrong.", "令牌不正确。"},
}

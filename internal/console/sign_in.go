package console

import (
	"bytes"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// signInRoot is the path of the files of the login page below the base path, and with them that of its cookie.
const signInRoot = "/oauth2/"

// signIn draws the login page.
type signIn struct {
	base  string
	files func() signInFiles // built when the page is first asked for
}

// signInFiles holds what the login page consists of.
type signInFiles struct {
	assets    assets
	templates map[language]*template.Template
}

// SignInPages returns the login page of a server, in the style of the console, which need not be served.
func SignInPages(server *emulator.Server) emulator.SignInPages {
	p := &signIn{base: server.BasePath()}
	p.files = sync.OnceValue(p.build)
	files := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.files().assets.ServeHTTP(w, r) })
	mux := http.NewServeMux()
	mux.Handle("GET "+signInRoot+"assets/{name}", files)
	return emulator.SignInPages{Check: checkOrigin, Draw: p.draw, Assets: protect(http.StripPrefix(p.base, mux))}
}

// checkOrigin refuses what pages of other sites send.
func checkOrigin(r *http.Request) error {
	if !isAddressedHere(r) {
		return errors.New("the login page is not served under this name")
	}
	return http.NewCrossOriginProtection().Check(r)
}

func (p *signIn) build() signInFiles {
	files := signInFiles{loadAssets(), map[language]*template.Template{}}
	all := allMessages()
	for _, lang := range []language{english, chinese} {
		functions := template.FuncMap{
			"t":    func(key string, args ...any) (string, error) { return all.in(lang, key, args...) },
			"lang": lang.tag,
			"asset": func(name string) string {
				return (&url.URL{Path: p.base + signInRoot + "assets/" + name}).EscapedPath() + "?v=" + files.assets[name].version
			},
			"initials":    initials,
			"avatarColor": avatarColor,
		}
		parsed := template.New("").Funcs(functions)
		files.templates[lang] = template.Must(parsed.ParseFS(templateFiles, "templates/signin/*.html"))
	}
	return files
}

// signInView holds the data of the template.
type signInView struct {
	emulator.SignInPage
	Hidden    []parameter // the parameters of the address, for the form
	Languages []choice
	First     string // the value of the person who is chosen at first
	Found     bool   // there is a person to choose
	CorpID    bool   // the organization is asked for
	Further   []string
}

// draw returns the page in the language of the reader.
func (p *signIn) draw(r *http.Request, page emulator.SignInPage) (http.Header, []byte) {
	lang := languageOf(r)
	v := signInView{SignInPage: page, CorpID: slices.Contains(page.Scopes, "corpid")}
	for name, values := range page.Parameters {
		if name != languageParameter {
			v.Hidden = append(v.Hidden, parameter{name, values[0]})
		}
	}
	slices.SortFunc(v.Hidden, func(a, b parameter) int { return strings.Compare(a.Name, b.Name) })
	for _, scope := range page.Scopes {
		if scope != "openid" && scope != "corpid" {
			v.Further = append(v.Further, scope)
		}
	}
	v.Groups = slices.DeleteFunc(v.Groups, func(g emulator.SignInGroup) bool { return g.Total == 0 })
	if len(v.Groups) > 0 {
		v.First, v.Found = v.Groups[0].ID+"/"+v.Groups[0].People[0].UserID, true
	}
	address := url.URL{Path: page.Path}
	parameters := maps.Clone(page.Parameters)
	if page.Query != "" {
		parameters.Set("q", page.Query)
	}
	v.Languages = languageChoices(parameters, address.EscapedPath(), lang)

	var b bytes.Buffer
	if err := p.files().templates[lang].ExecuteTemplate(&b, "signin", v); err != nil {
		return http.Header{}, []byte(err.Error())
	}
	header := http.Header{
		"Content-Security-Policy": {signInPolicy(page.Redirect)}, "Cache-Control": {"no-store"},
		"X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"},
	}
	if chosen := r.URL.Query().Get(languageParameter); chosen == string(lang) {
		header.Set("Set-Cookie", p.languageCookie(chosen).String())
	}
	return header, b.Bytes()
}

// signInPolicy allows the page to load what the server serves and its form to be redirected. A browser applies
// form-action to each redirect after a form, so that it has to allow where the app sends its users next.
func signInPolicy(redirect *url.URL) string {
	targets := "'self' http: https:"
	if redirect != nil && redirect.Scheme != "http" && redirect.Scheme != "https" {
		targets += " " + redirect.Scheme + ":"
	}
	return "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action " + targets +
		"; base-uri 'none'; frame-ancestors 'none'"
}

// languageCookie returns the cookie that keeps a chosen language.
func (p *signIn) languageCookie(chosen string) *http.Cookie {
	return &http.Cookie{
		Name: languageCookie, Value: chosen, Path: (&url.URL{Path: p.base + signInRoot}).EscapedPath(), MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

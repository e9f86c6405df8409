// Package console is a web console of the emulator: the organisation, the calls that arrived, and what makes
// them fail, for whoever wants to see what a program did.
//
// A page is a line in routes and a file of its name with the handler, a template and its messages. Pages work
// without JavaScript; with it they follow what happens. Nothing is loaded from elsewhere, and nothing is inline,
// which the content security policy forbids.
package console

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// root is where the console is below the base path.
const root = "/console/"

type console struct {
	server    *emulator.Server
	session   string // of the server: another one's events have the same numbers
	base      string // the base path, which links begin with
	assets    assets
	templates map[language]map[string]*parsed
}

// New returns the console of a server. It serves base + "/console/" and everything below it.
func New(server *emulator.Server, base string) http.Handler {
	server.BuildIndex()
	server.RecordResponses()
	c := &console{server: server, session: rand.Text()[:8], base: base, assets: loadAssets()}
	c.templates = c.parseTemplates()
	mux := http.NewServeMux()
	for pattern, handler := range c.routes() {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+root+path, handler)
	}
	mux.Handle("GET "+strings.TrimSuffix(root, "/"), http.RedirectHandler(c.link(), http.StatusFound))
	return guarded(http.StripPrefix(base, mux))
}

// routes are the pages and what else there is, by pattern below the root.
func (c *console) routes() map[string]http.Handler {
	return map[string]http.Handler{
		"GET {$}":              c.page(c.rootDepartment),
		"GET departments/{id}": c.page(c.department),
		"GET users/{userid}":   c.page(c.user),
		"GET users/{$}":        c.page(c.user), // whose userid is no segment of a path; see userLink
		"GET search":           c.page(c.search),

		"GET log":     c.page(c.log),
		"GET log/{n}": c.page(c.call),
		"GET events":  http.HandlerFunc(c.events),

		"GET controls":            c.page(c.controls),
		"POST controls/{control}": http.HandlerFunc(c.control),
		"GET controls/{control}":  refuseMethod(http.MethodPost),

		"GET assets/{name}": c.assets,
		"GET ":              c.page(notFound),
	}
}

// refuseMethod answers a path that takes another method alone.
func refuseMethod(allow string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	})
}

// Package console is a web console of the emulator. It shows the organization, the calls that arrived, the faults that make
// them fail, and the events with their deliveries, so that a developer sees what a program did. Its forms change the
// organization as an administrator does, and send events.
//
// A page is an entry in routes and a file of its name with the handler, a template and its messages. Pages work without
// JavaScript; with it they are updated live. Nothing is loaded from other sites and nothing is inline, which the content
// security policy forbids.
package console

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// root is the path of the console below the base path.
const root = "/console/"

type console struct {
	server    *emulator.Server
	session   string // identifies this server: updates of another one have the same numbers
	base      string // the base path, with which links begin
	assets    assets
	templates map[language]map[string]*parsed
}

// New returns the console of a server. It serves base + "/console/" and all paths below it.
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
	return protect(http.StripPrefix(base, mux))
}

// routes returns the handlers by pattern below the root.
func (c *console) routes() map[string]http.Handler {
	return map[string]http.Handler{
		"GET {$}":              c.page(c.rootDepartment),
		"GET departments/{id}": c.page(c.department),
		"GET users/{userid}":   c.page(c.user),
		"GET users/{$}":        c.page(c.user), // for a userid that cannot be a path segment; see userLink
		"GET search":           c.page(c.search),

		"GET log":     c.page(c.log),
		"GET log/{n}": c.page(c.request),
		"GET updates": http.HandlerFunc(c.updates),

		"GET edit/{form}":  c.page(c.edit),
		"POST edit/{form}": http.HandlerFunc(c.submit),

		"GET controls":            c.page(c.controls),
		"POST controls/{control}": c.act(c.controlsPage()),
		"GET controls/{control}":  refuseMethod(http.MethodPost),

		"GET events":            c.page(c.events),
		"POST events/{control}": c.act(c.eventsPage()),
		"GET events/{control}":  refuseMethod(http.MethodPost),

		"GET assets/{name}": c.assets,
		"GET ":              c.page(notFound),
	}
}

// refuseMethod returns the handler of a path that takes another method only.
func refuseMethod(allow string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	})
}

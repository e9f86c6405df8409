package console

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"time"
)

//go:embed templates
var templateFiles embed.FS

// parsed is the template of a page with the layout and the parts that pages share.
type parsed = template.Template

// parseTemplates parses the template of each page once for each language. It panics on an error, which is a bug: the files
// are embedded.
func (c *console) parseTemplates() map[language]map[string]*parsed {
	files, _ := fs.Glob(templateFiles, "templates/*.html") // the pattern is well formed
	all := map[language]map[string]*parsed{}
	for _, lang := range []language{english, chinese} {
		shared := template.Must(template.New("").Funcs(c.functions(lang)).ParseFS(templateFiles, "templates/shared/*.html"))
		all[lang] = map[string]*parsed{}
		for _, file := range files {
			page := template.Must(shared.Clone())
			all[lang][path.Base(file)] = template.Must(page.ParseFS(templateFiles, file))
		}
	}
	return all
}

// functions returns the functions that templates call.
func (c *console) functions(lang language) template.FuncMap {
	all := allMessages()
	return template.FuncMap{
		"t":     func(key string, args ...any) (string, error) { return all.in(lang, key, args...) },
		"say":   func(key string, args []any) (string, error) { return all.in(lang, key, args...) },
		"lang":  lang.tag,
		"link":  c.link,
		"asset": func(name string) string { return c.link("assets", name) + "?v=" + c.assets[name].version },
		"user":  c.userLink,
		"calls": c.callsLink,

		"initials":    initials,
		"avatarColor": avatarColor,

		"field":       newField,
		"isWeb":       isWeb,
		"formatTime":  func(at time.Time) string { return formatTime(lang, at) },
		"machineTime": machineTime,
	}
}

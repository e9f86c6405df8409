package console

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
)

//go:embed templates
var templateFiles embed.FS

// parsed is a page's template with the layout around it.
type parsed = template.Template

// parseTemplates joins each page with the layout, once for each language. The files are part of the program, so
// that a mistake in them is one of the program.
func (c *console) parseTemplates() map[language]map[string]*parsed {
	files, _ := fs.Glob(templateFiles, "templates/*.html") // the pattern is well formed
	all := map[language]map[string]*parsed{}
	for _, lang := range []language{english, chinese} {
		layout := template.Must(template.New("").Funcs(c.functions(lang)).ParseFS(templateFiles, "templates/layout.html"))
		all[lang] = map[string]*parsed{}
		for _, file := range files {
			if name := path.Base(file); name != "layout.html" {
				page := template.Must(layout.Clone())
				all[lang][name] = template.Must(page.ParseFS(templateFiles, file))
			}
		}
	}
	return all
}

// functions are what templates call.
func (c *console) functions(lang language) template.FuncMap {
	said := allTexts()
	return template.FuncMap{
		"t":     func(key string, args ...any) (string, error) { return said.in(lang, key, args...) },
		"lang":  lang.tag,
		"link":  c.link,
		"asset": func(name string) string { return c.link("assets", name) + "?v=" + c.assets[name].version },
		"user":  c.userLink,
	}
}

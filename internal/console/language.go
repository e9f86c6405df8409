package console

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// language is the code of a language of the pages.
type language string

const (
	english language = "en"
	chinese language = "zh"

	languageParameter = "lang"
	languageCookie    = "dingtalk_console_lang" // cookies do not distinguish ports, so the name contains that of the program
)

// tag returns the language tag for the browser.
func (l language) tag() string {
	if l == chinese {
		return "zh-CN"
	}
	return string(l)
}

// isLanguage reports whether the pages have a language.
func isLanguage(code string) bool { return code == string(english) || code == string(chinese) }

// languageOf returns the language that was chosen, now or before, or the one that the browser prefers.
func languageOf(r *http.Request) language {
	if code := r.URL.Query().Get(languageParameter); isLanguage(code) {
		return language(code)
	}
	if cookie, err := r.Cookie(languageCookie); err == nil && isLanguage(cookie.Value) {
		return language(cookie.Value)
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// preferred returns the language with the greatest weight in "zh-CN,zh;q=0.9,en;q=0.8", the first of equal ones.
func preferred(accept string) language {
	best, most := english, 0.0
	for entry := range strings.SplitSeq(accept, ",") {
		tag, parameter, weighed := strings.Cut(strings.ToLower(strings.TrimSpace(entry)), ";")
		code, _, _ := strings.Cut(strings.TrimSpace(tag), "-")
		weight := 1.0
		if weighed {
			weight, _ = strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(parameter), "q="), 64) // 0: not wanted
		}
		if isLanguage(code) && weight > most {
			best, most = language(code), weight
		}
	}
	return best
}

// choice is a link to the page in a language.
type choice struct {
	Tag, Name, Href string
	Current         bool
}

// choices returns the links to the page at an address; the empty address is that of the request.
func choices(r *http.Request, address string, now language) []choice {
	path, rawQuery, _ := strings.Cut(address, "?")
	if address == "" {
		rawQuery = r.URL.RawQuery
	}
	query, _ := url.ParseQuery(rawQuery) // malformed pairs are left out
	return languageChoices(query, path, now)
}

// languageChoices returns the links to the page at an address with parameters.
func languageChoices(parameters url.Values, address string, now language) []choice {
	href := func(l language) string {
		query := maps.Clone(parameters)
		query.Set(languageParameter, string(l))
		return address + "?" + query.Encode()
	}
	return []choice{
		{english.tag(), "English", href(english), now == english},
		{chinese.tag(), "中文", href(chinese), now == chinese},
	}
}

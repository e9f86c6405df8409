package doctor

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// region is one of the two DingTalk services. An app belongs to one of them.
type region struct {
	name, baseURL, console string
}

var (
	international = region{"the international DingTalk", dingtalk.BaseURLInternational, "https://open-dev.dingtalk.io"}
	china         = region{"DingTalk in mainland China", dingtalk.BaseURLChina, "https://open-dev.dingtalk.com"}
)

// regionOf returns the region of a host, and the other region. An emulator or a gateway belongs to none.
func regionOf(baseURL string) (own, other region, known bool) {
	switch host(baseURL) {
	case host(international.baseURL):
		return international, china, true
	case host(china.baseURL):
		return china, international, true
	}
	return region{}, region{}, false
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// checkSettings checks the environment without a call. It prints no value: if the secret was set as the client ID, it
// must not appear in a log.
func (d *doctor) checkSettings(getenv func(string) string) {
	const name = "settings"
	if d.target.Emulator != nil {
		d.ok(name, "this is the app of the built-in emulator; credentials are not used")
		return
	}
	d.unverifiedID = getenv("DINGTALK_CLIENT_ID")
	problems := findProblems(d.unverifiedID, getenv("DINGTALK_CLIENT_SECRET"), d.target.Name)
	for _, p := range problems {
		d.trouble(name, p.text, p.advice)
	}
	if len(problems) > 0 {
		return
	}
	where := "not DingTalk's own"
	if own, _, known := regionOf(d.target.Name); known {
		where = own.name
	}
	d.ok(name, "client ID and client secret look right; the host is "+where)
}

type problem struct{ text, advice string }

// findProblems returns what is wrong with settings that the client accepts and the service does not.
func findProblems(id, secret, baseURL string) []problem {
	const copyAgain = "copy %s again from the developer console, Credentials and basic information, without %s"
	var problems []problem
	for _, v := range []struct{ variable, value string }{{"DINGTALK_CLIENT_ID", id}, {"DINGTALK_CLIENT_SECRET", secret}} {
		switch {
		case strings.ContainsAny(v.value, "\"'`<>"):
			problems = append(problems, problem{v.variable + " contains a quotation mark or bracket",
				fmt.Sprintf(copyAgain, v.variable, "quotation marks or brackets")})
		case strings.ContainsFunc(v.value, func(r rune) bool { return r <= ' ' || r > '~' }):
			problems = append(problems, problem{v.variable + " contains white space or a character other than ASCII",
				fmt.Sprintf(copyAgain, v.variable, "anything around it")})
		}
	}
	if id == secret {
		problems = append(problems, problem{"DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are the same",
			"copy both again from the developer console, Credentials and basic information"})
	}
	return append(problems, hostProblems(baseURL)...)
}

// hostProblems recognizes addresses of DingTalk that are not the one of this API: the newer API, a developer console,
// or a path on the right host.
func hostProblems(baseURL string) []problem {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil // the client has rejected it already
	}
	for _, r := range []region{international, china} {
		domain := strings.TrimPrefix(host(r.baseURL), "oapi")
		if (host(baseURL) == host(r.baseURL) && strings.Trim(u.Path, "/") != "") ||
			(host(baseURL) != host(r.baseURL) && strings.HasSuffix("."+host(baseURL), domain)) {
			return []problem{{
				"DINGTALK_BASE_URL is an address of DingTalk, but not the one of this API",
				"set DINGTALK_BASE_URL=" + r.baseURL,
			}}
		}
	}
	return nil
}

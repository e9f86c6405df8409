package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// region is one of the two that DingTalk has. Apps belong to one of them.
type region struct {
	name, baseURL, console string
}

var (
	international = region{"the international DingTalk", dingtalk.BaseURLInternational, "https://open-dev.dingtalk.io"}
	china         = region{"DingTalk in mainland China", dingtalk.BaseURLChina, "https://open-dev.dingtalk.com"}
)

// regionOf returns the region of a host, and the other one. An emulator or somebody's gateway has none.
func regionOf(baseURL string) (here, other region, known bool) {
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

// settings looks at what was set without calling anybody. No value is printed: whoever took the secret for the
// client ID would find it in a log.
func (d *doctor) settings(getenv func(string) string) {
	const name = "settings"
	if d.place.Emulator != nil {
		d.ok(name, "no credentials are set: this is the app of the built-in emulator")
		return
	}
	d.unproven = getenv("DINGTALK_CLIENT_ID")
	faults := faultsOf(d.unproven, getenv("DINGTALK_CLIENT_SECRET"), d.place.Name)
	for _, f := range faults {
		d.trouble(name, f.what, f.advice)
	}
	if len(faults) > 0 {
		return
	}
	where := "not DingTalk's own"
	if here, _, known := regionOf(d.place.Name); known {
		where = here.name
	}
	d.ok(name, "client ID and client secret look right; the host is "+where)
}

type fault struct{ what, advice string }

// faultsOf finds what the client takes and the service does not.
func faultsOf(id, secret, baseURL string) []fault {
	const copyAgain = "copy %s again from the developer console, Credentials and basic information, without %s"
	var faults []fault
	for _, v := range []struct{ variable, value string }{{"DINGTALK_CLIENT_ID", id}, {"DINGTALK_CLIENT_SECRET", secret}} {
		switch {
		case strings.ContainsAny(v.value, "\"'`<>"):
			faults = append(faults, fault{v.variable + " contains a quotation mark or bracket",
				fmt.Sprintf(copyAgain, v.variable, "quotation marks or brackets")})
		case strings.ContainsFunc(v.value, func(r rune) bool { return r <= ' ' || r > '~' }):
			faults = append(faults, fault{v.variable + " contains white space or a character other than ASCII",
				fmt.Sprintf(copyAgain, v.variable, "anything around it")})
		}
	}
	if id == secret {
		faults = append(faults, fault{"DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are the same",
			"copy both again from the developer console, Credentials and basic information"})
	}
	return append(faults, hostFaults(baseURL)...)
}

// hostFaults knows the addresses of DingTalk that are not the one of this API: the newer API's, the consoles,
// a page below the right one.
func hostFaults(baseURL string) []fault {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil // the client has refused it before
	}
	for _, r := range []region{international, china} {
		domain := strings.TrimPrefix(host(r.baseURL), "oapi")
		if (host(baseURL) == host(r.baseURL) && strings.Trim(u.Path, "/") != "") ||
			(host(baseURL) != host(r.baseURL) && strings.HasSuffix("."+host(baseURL), domain)) {
			return []fault{{
				"DINGTALK_BASE_URL is an address of DingTalk, but not the one of this API",
				"set DINGTALK_BASE_URL=" + r.baseURL,
			}}
		}
	}
	return nil
}

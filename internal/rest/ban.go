package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// textBanTime is how long a ban lasts that only a text of a front end tells of.
const textBanTime = time.Minute

// Ban describes a ban that has no errcode. The client classifies those that have one.
type Ban struct {
	Evidence string
	Lasts    time.Duration
}

// FindBan returns the ban that a response without an envelope proves, or the zero Ban. A front end that blocks an address
// or an app responds with JSON that has the status 1111 or an rgv587_flag, with a page that loads _____tmd_____, with
// the header bxpunish, or with one of two texts.
func FindBan(raw *http.Response, body []byte) Ban {
	html := isHTML(body)
	var marks struct {
		Status json.RawMessage `json:"status"`
		Flag   json.RawMessage `json:"rgv587_flag"`
	}
	isJSON := json.Unmarshal(body, &marks) == nil
	contains := func(text string) bool { return bytes.Contains(body, []byte(text)) }
	punish := raw.Header.Get("Bxpunish")
	switch {
	case string(marks.Status) == `1111`, string(marks.Status) == `"1111"`:
		return Ban{"status 1111", contract.BanTime}
	case len(marks.Flag) > 0, html && contains("rgv587_flag"):
		return Ban{"rgv587_flag", contract.BanTime}
	case (isJSON || html) && contains("_____tmd_____"):
		return Ban{"_____tmd_____", contract.BanTime}
	case punish != "" && punish != "0":
		return Ban{"header bxpunish", contract.BanTime}
	case isJSON:
		return Ban{}
	case raw.StatusCode == http.StatusOK && contains("System busy now"):
		return Ban{"System busy now", textBanTime}
	case raw.StatusCode == http.StatusForbidden && contains("You have requested too frequently"):
		return Ban{"You have requested too frequently", textBanTime}
	}
	return Ban{}
}

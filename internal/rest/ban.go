package rest

import (
	"encoding/json"
	"net/http"
)

// banStatus is the status in the JSON body that an address receives after it exceeded its limit.
const banStatus = 1111

// isBan reports whether the body is the service's response to an address that it blocks. Bans that have an errcode are
// classified by the client.
func isBan(body []byte) bool {
	var ban struct {
		Status int `json:"status"`
	}
	return json.Unmarshal(body, &ban) == nil && ban.Status == banStatus
}

// isBanPage reports whether the response may be the page that a blocked address receives. The page of a proxy or of a
// captive portal looks the same.
func isBanPage(raw *http.Response, html bool) bool { return html && raw.StatusCode == http.StatusOK }

package login

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// stateLife is how long a sign-in may take.
const stateLife = 10 * time.Minute

// pending is a sign-in that has begun, as its cookie holds it.
type pending struct {
	State   string
	Expires int64 // Unix time in seconds
	Return  string
}

// cookieName returns the name of the cookie. On https its prefix keeps other hosts of the domain from setting it.
func (h *handler) cookieName() string {
	if h.secure() {
		return "__Host-dingtalk-login"
	}
	return "dingtalk-login"
}

func (h *handler) secure() bool { return h.flow.redirect.Scheme == "https" }

// cookie returns the cookie with a value, or one that removes it for the empty value.
func (h *handler) cookie(value string) *http.Cookie {
	c := &http.Cookie{
		Name: h.cookieName(), Value: value, Path: "/", MaxAge: int(stateLife / time.Second),
		Secure: h.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// seal returns the value of the cookie, signed with the first key.
func (h *handler) seal(p pending) string {
	payload := fmt.Sprint(p.State, " ", p.Expires, " ", p.Return) // JSON would be longer than a cookie may be
	text := base64.RawURLEncoding.EncodeToString([]byte(payload))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.sign(h.keys[0], text))
}

// open returns the sign-in that a cookie holds. It reports whether the signature is that of one of the keys, and the
// sign-in has not expired.
func (h *handler) open(value string) (p pending, ok bool) {
	text, signature, _ := strings.Cut(value, ".")
	mac, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return pending{}, false
	}
	for _, key := range h.keys {
		ok = ok || hmac.Equal(mac, h.sign(key, text))
	}
	payload, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil {
		return pending{}, false
	}
	p.State, text, _ = strings.Cut(string(payload), " ")
	expires, to, _ := strings.Cut(text, " ")
	p.Expires, err = strconv.ParseInt(expires, 10, 64)
	p.Return = to
	return p, err == nil && time.Now().Before(time.Unix(p.Expires, 0))
}

// sign returns the signature of a text. It is good for this purpose and this app alone.
func (h *handler) sign(key dingtalk.Secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	_, _ = mac.Write([]byte("dingtalk-go login\x00" + h.flow.client.ClientID() + "\x00" + text))
	return mac.Sum(nil)
}

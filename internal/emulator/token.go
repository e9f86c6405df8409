package emulator

import "time"

// token is the app's only live token: an app never has two.
type token struct {
	value   string
	expires time.Time
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

// getToken gives the same token for as long as it lives and renews its life each time; after its end,
// another.
func (s *Server) getToken(a args) (any, error) {
	if a["appkey"] != s.config.clientID || a["appsecret"] != s.config.clientSecret {
		return nil, refuse(s.config.credentialCode)
	}
	now := s.now()
	if s.config.rotate || !s.token.liveAt(now) {
		s.token.value = hexText(16)
	}
	s.token.expires = now.Add(s.config.tokenLifetime)
	return tokenAnswer{s.token.value, int64(s.config.tokenLifetime / time.Second)}, nil
}

func (t token) liveAt(now time.Time) bool { return t.value != "" && now.Before(t.expires) }

// RevokeToken ends the live token. The next gettoken gives another.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token{}
}

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

func (s *Server) getToken(a args) (any, error) {
	value, life, ok := s.grant(a.text("appkey"), a.text("appsecret"))
	if !ok {
		return nil, refuse(s.config.credentialCode)
	}
	return tokenAnswer{value, life}, nil
}

// oauth2Answer is what the new API calls the same.
type oauth2Answer struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"`
}

func (s *Server) getOAuth2Token(a args) (any, error) {
	value, life, ok := s.grant(a.text("appKey"), a.text("appSecret"))
	if !ok {
		return nil, refuse(40096) // the word for both codes of gettoken
	}
	return oauth2Answer{value, life}, nil
}

// grant gives the same token for as long as it lives and renews its life each time, whichever way it is asked for;
// after its end, another; and nothing to who does not know the secret. The life is in seconds.
func (s *Server) grant(clientID, clientSecret string) (value string, life int64, ok bool) {
	if clientID != s.config.clientID || clientSecret != s.config.clientSecret {
		return "", 0, false
	}
	now := s.now()
	if s.config.rotate || !s.token.liveAt(now) {
		s.token.value = hexText(16)
	}
	s.token.expires = now.Add(s.config.tokenLifetime)
	return s.token.value, int64(s.config.tokenLifetime / time.Second), true
}

func (t token) liveAt(now time.Time) bool { return t.value != "" && now.Before(t.expires) }

// RevokeToken ends the live token. Whoever asks next gets another.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token{}
}

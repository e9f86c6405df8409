package emulator

import "time"

// token is the app's live token. An app never has two.
type token struct {
	value   string
	expires time.Time
}

type tokenRequest struct {
	AppKey    string `arg:"appkey"`
	AppSecret string `arg:"appsecret"`
}

type tokenResponse struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

// getToken returns the app's token.
//
// Assumed: A repeated gettoken returns the full lifetime. The limit of an operation holds for gettoken too, and for
// accessToken of the new API separately.
func (s *Server) getToken(q tokenRequest) (any, error) {
	value, life, ok := s.issueToken(q.AppKey, q.AppSecret)
	if !ok {
		return nil, refuse(s.config.credentialCode)
	}
	return tokenResponse{value, life}, nil
}

type oauth2TokenRequest struct {
	AppKey    string `arg:"appKey"`
	AppSecret string `arg:"appSecret"`
}

type oauth2TokenResponse struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"`
}

// getOAuth2Token returns the app's token on the new API.
func (s *Server) getOAuth2Token(q oauth2TokenRequest) (any, error) {
	value, life, ok := s.issueToken(q.AppKey, q.AppSecret)
	if !ok {
		return nil, refuse(40096) // the string code for both codes of gettoken
	}
	return oauth2TokenResponse{value, life}, nil
}

// issueToken returns the live token and extends its life, or a new token if there is none. It returns false for wrong
// credentials. The life is in seconds.
func (s *Server) issueToken(clientID, clientSecret string) (value string, life int64, ok bool) {
	if clientID != s.config.clientID || clientSecret != s.config.clientSecret {
		return "", 0, false
	}
	now := s.now()
	if s.config.rotate || !s.token.liveAt(now) {
		s.token.value = hexText()
	}
	s.token.expires = now.Add(s.config.tokenLifetime)
	return s.token.value, int64(s.config.tokenLifetime / time.Second), true
}

// liveAt reports whether a token is live at a time.
func (t token) liveAt(now time.Time) bool { return t.value != "" && now.Before(t.expires) }

// RevokeToken ends the live token. The next fetch returns another.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token{}
}

package emulator

import (
	"maps"
	"slices"
	"time"
)

// How long the tokens of a user live.
const (
	userTokenLife = 7200 * time.Second
	refreshLife   = 30 * 24 * time.Hour
)

// sessions holds the tokens of the users who have signed in.
type sessions struct {
	tokens  map[string]session // by access token; expired ones are kept for a day, because they have a code of their own
	refresh map[string]session // by refresh token
}

// session is a user's sign-in as one of its tokens stands for it.
type session struct {
	account account
	scopes  []string
	expires time.Time
}

func newSessions() sessions { return sessions{map[string]session{}, map[string]session{}} }

type userTokenRequest struct {
	ClientID     string `arg:"clientId"`
	ClientSecret string `arg:"clientSecret"`
	Code         string `arg:"code"`
	RefreshToken string `arg:"refreshToken"`
	GrantType    string `arg:"grantType"`
}

type userTokenResponse struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
	ExpireIn     int64  `json:"expireIn"`
	CorpID       string `json:"corpId,omitzero"`
}

// getUserAccessToken exchanges a code or a refresh token for the tokens of the user.
//
// Assumed: A refused refreshToken has the string code of a refused code, and a missing code or refreshToken that of any
// missing parameter. Wrong credentials spend neither. A refresh ends the refresh token and leaves the access token as it
// is; corpId is that of the sign-in. Under WithStableRefreshToken a user has the same tokens until they expire, and each
// fetch renews them. The account goes on when the person leaves the organization.
func (s *Server) getUserAccessToken(q userTokenRequest) (any, error) {
	if q.ClientID != s.config.clientID || q.ClientSecret != s.config.clientSecret {
		return nil, refuse(40096)
	}
	var signedIn session
	switch {
	case q.GrantType == "refresh_token" && q.RefreshToken == "":
		return nil, &refusal{code: 40035, parameter: "refreshToken"}
	case q.GrantType == "refresh_token":
		known, ok := s.sessions.refresh[q.RefreshToken]
		if !s.config.stableRefresh {
			delete(s.sessions.refresh, q.RefreshToken)
		}
		if !ok || !s.now().Before(known.expires) {
			return nil, refuse(unknownCode)
		}
		signedIn = known
	case q.Code == "":
		return nil, &refusal{code: 40035, parameter: "code"}
	default:
		issued, err := s.spendCode(oauthFlow, q.Code)
		if err != nil {
			return nil, err
		}
		signedIn = session{account: issued.account, scopes: issued.scopes}
	}
	res := s.issueUserTokens(signedIn)
	if slices.Contains(signedIn.scopes, corpIDScope) {
		res.CorpID = signedIn.account.corpID
	}
	return res, nil
}

// issueUserTokens returns tokens of a user: new ones, or the live ones where these are stable.
func (s *Server) issueUserTokens(signedIn session) userTokenResponse {
	now := s.now()
	maps.DeleteFunc(s.sessions.tokens, func(_ string, t session) bool { return now.After(t.expires.Add(24 * time.Hour)) })
	maps.DeleteFunc(s.sessions.refresh, func(_ string, t session) bool { return !now.Before(t.expires) })
	res := userTokenResponse{ExpireIn: int64(userTokenLife / time.Second)}
	if s.config.stableRefresh {
		res.AccessToken = liveToken(s.sessions.tokens, signedIn, now)
		res.RefreshToken = liveToken(s.sessions.refresh, signedIn, now)
	}
	if res.AccessToken == "" {
		res.AccessToken = newSecret(userTokenPrefix)
	}
	if res.RefreshToken == "" {
		res.RefreshToken = newSecret(refreshPrefix)
	}
	signedIn.expires = now.Add(userTokenLife)
	s.sessions.tokens[res.AccessToken] = signedIn
	signedIn.expires = now.Add(refreshLife)
	s.sessions.refresh[res.RefreshToken] = signedIn
	return res
}

// liveToken returns the live token of the same user with the same scopes, or the empty text.
func liveToken(tokens map[string]session, of session, now time.Time) string {
	for token, t := range tokens {
		same := t.account.corpID == of.account.corpID && t.account.user.UnionID == of.account.user.UnionID
		if same && slices.Equal(t.scopes, of.scopes) && now.Before(t.expires) {
			return token
		}
	}
	return ""
}

package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"time"
)

// The query parameters of signed requests.
var (
	signatureFields      = []string{"accessKey", "timestamp", "signature"}
	suiteSignatureFields = []string{"accessKey", "timestamp", "suiteTicket", "signature"}
)

// checkSignature checks a signed request, which has these parameters. The signature is of the timestamp, and of the ticket if
// there is one.
//
// Assumed: The accessKey of a signed request is the client ID. The parameters are checked in the order timestamp,
// accessKey, ticket, signature, and a missing one is 40035. A timestamp of less than 12 digits is not in milliseconds.
func (s *Server) checkSignature(r *request, parameters []string) error {
	for _, name := range parameters {
		if r.query.Get(name) == "" {
			return &refusal{code: 40035, text: "缺少参数 " + name}
		}
	}
	stamp := r.query.Get("timestamp")
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(stamp) < 12 {
		return refuse(853001)
	}
	if off := s.now().Sub(time.UnixMilli(millis)); off > time.Minute || off < -time.Minute {
		return refuse(853002)
	}
	if r.query.Get("accessKey") != s.config.clientID {
		return refuse(853003)
	}
	signed := stamp
	if slices.Contains(parameters, "suiteTicket") {
		signed += "\n" + s.provider.ticket
		if r.query.Get("suiteTicket") != s.provider.ticket {
			return refuse(40085)
		}
	}
	mac := hmac.New(sha256.New, []byte(s.config.clientSecret))
	mac.Write([]byte(signed))
	if r.query.Get("signature") != base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		return refuse(853004)
	}
	return nil
}

type tmpCodeRequest struct {
	TmpAuthCode string `arg:"tmp_auth_code"`
}

type tmpCodeResponse struct {
	UserInfo tmpUserInfo `json:"user_info"`
}

type tmpUserInfo struct {
	Nick                 string `json:"nick"`
	UnionID              string `json:"unionid"`
	OpenID               string `json:"openid"`
	MainOrgAuthHighLevel bool   `json:"main_org_auth_high_level"`
}

// getUserByTmpCode returns who has signed in on the former QR code page, and spends the code.
//
// Assumed: main_org_auth_high_level is false.
func (s *Server) getUserByTmpCode(q tmpCodeRequest) (any, error) {
	issued, err := s.spendCode(snsFlow, q.TmpAuthCode)
	if err != nil {
		return nil, err
	}
	u := s.current(issued.account)
	nick := u.Name
	if u.Nickname != "" {
		nick = u.Nickname
	}
	return tmpCodeResponse{tmpUserInfo{Nick: nick, UnionID: u.UnionID, OpenID: s.openID(&u)}}, nil
}

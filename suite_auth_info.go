package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// GetSuiteAuthInfoRequest names an organization.
type GetSuiteAuthInfoRequest struct {
	AuthCorpID string `json:"auth_corpid"`
	SuiteKey   string `json:"suite_key,omitzero"` // of a third-party app; a custom app has none
}

// GetSuiteAuthInfoResponse describes an organization and what it has authorized the app to do.
type GetSuiteAuthInfoResponse struct {
	AuthCorpInfo    SuiteAuthCorp      `json:"auth_corp_info"`
	AuthUserInfo    AuthUserInfo       `json:"auth_user_info"`
	AuthInfo        SuiteAgents        `json:"auth_info"`
	ChannelAuthInfo SuiteChannelAgents `json:"channel_auth_info"`
}

// SuiteAuthCorp describes an organization that has authorized an app, in a GetSuiteAuthInfoResponse.
type SuiteAuthCorp struct {
	CorpID          string `json:"corpid"`
	CorpName        string `json:"corp_name"`
	FullCorpName    string `json:"full_corp_name"`
	CorpType        int64  `json:"corp_type"` // its values are not documented
	Industry        string `json:"industry"`
	InviteCode      string `json:"invite_code"` // of an organization that the app's provider has invited
	InviteURL       string `json:"invite_url"`
	LicenseCode     string `json:"license_code"`
	AuthChannel     string `json:"auth_channel"`
	AuthChannelType string `json:"auth_channel_type"` // "STAR_ACTIVITY" or empty
	IsAuthenticated bool   `json:"is_authenticated"`
	AuthLevel       int64  `json:"auth_level"` // of verification: 0 none, 1 high, 2 medium, 3 low
	CorpLogoURL     string `json:"corp_logo_url"`
}

// SuiteAgents lists what of an app an organization has activated.
type SuiteAgents struct {
	Agent []SuiteAgent `json:"agent"`
}

// SuiteAgent is an app as one organization has it.
type SuiteAgent struct {
	AgentID   int64    `json:"agentid"` // in this organization
	AgentName string   `json:"agent_name"`
	LogoURL   string   `json:"logo_url"`
	AppID     int64    `json:"appid"` // in all organizations
	AdminList []string `json:"admin_list"`
}

// SuiteChannelAgents lists the service windows of an organization that the app may use.
type SuiteChannelAgents struct {
	ChannelAgent []SuiteChannelAgent `json:"channelAgent"`
}

// SuiteChannelAgent is a service window.
type SuiteChannelAgent struct {
	AgentID   int64  `json:"agentid"`
	AgentName string `json:"agent_name"`
	LogoURL   string `json:"logo_url"`
	AppID     int64  `json:"appid"`
}

// GetSuiteAuthInfo returns what an organization has authorized a third-party or custom app to do, and who did, as GetAuthInfo
// does, with the ID and the full name of the organization. The request carries no token, but a signature of the time and the
// ticket, made with the client secret: it needs WithTicketStore. The error matches ErrPrecondition if no ticket has come yet,
// or if the clock of this machine is off by more than a minute, and ErrInvalidCredential if the ticket or the signature is
// wrong.
//
// DingTalk docs: "Obtain the authorization of an organization",
// https://open.dingtalk.com/document/development/obtains-the-basic-information-of-an-enterprise
func (c *Client) GetSuiteAuthInfo(ctx context.Context, req GetSuiteAuthInfoRequest) (*GetSuiteAuthInfoResponse, error) {
	return call[GetSuiteAuthInfoResponse](ctx, c, &contract.GetSuiteAuthInfo, req)
}

// suiteTicketParameter is the query parameter with the ticket of a signed request.
const suiteTicketParameter = "suiteTicket"

// addTicket adds the stored ticket to a request. Each attempt signs it.
func (c *Client) addTicket(ctx context.Context, call *Call, req *rest.Request) *Error {
	ticket, fail := c.suite.current(ctx)
	if fail != nil {
		return fail.under(call.Op)
	}
	req.Query = url.Values{suiteTicketParameter: {ticket.Reveal()}}
	req.Secrets = []string{ticket.Reveal()}
	return nil
}

// suiteSignature returns the query with which a third-party app identifies itself. It is valid for about a minute.
func (c *Client) suiteSignature(now time.Time, ticket string) url.Values {
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	return url.Values{
		"accessKey": {c.clientID}, "timestamp": {timestamp}, suiteTicketParameter: {ticket},
		"signature": {signTicket(c.secret.reveal(), timestamp, ticket)},
	}
}

// signTicket signs a timestamp and a ticket with the suite secret, or the custom secret of a custom app. The result is still to
// be encoded for a URL, once.
//
// DingTalk docs: "The signature calculation method of the third-party access interface",
// https://open.dingtalk.com/document/development/the-signature-calculation-method-of-the-third-party-access-interface
func signTicket(suiteSecret, timestamp, ticket string) string {
	mac := hmac.New(sha256.New, []byte(suiteSecret))
	_, _ = mac.Write([]byte(timestamp + "\n" + ticket))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

package dingtalk

import (
	"context"
	"crypto"
	"crypto/rand"
	_ "crypto/sha1"   // crypto.SHA1
	_ "crypto/sha256" // crypto.SHA256
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetJSAPITicketResponse holds the ticket with which an app signs the addresses of its pages.
type GetJSAPITicketResponse struct {
	JSAPITicket Secret `json:"jsapiTicket"`
	ExpireIn    int64  `json:"expireIn"` // seconds: 7200
}

// GetJSAPITicket obtains the ticket with which the app signs the addresses of its pages. SignJSAPI obtains and caches one
// by itself. While a ticket lives, the service returns the same one and renews its life, for 24 hours at most.
//
// DingTalk docs: "Obtain a jsapiTicket",
// https://open.dingtalk.com/document/development/create-a-jsapi-ticket
func (c *Client) GetJSAPITicket(ctx context.Context) (*GetJSAPITicketResponse, error) {
	return call[GetJSAPITicketResponse](ctx, c, &contract.GetJSAPITicket, nil)
}

// WithJSAPIDigest sets the digest of SignJSAPI: crypto.SHA256, the default and that of the current documentation, or
// crypto.SHA1, that of the documentation before 2025.
func WithJSAPIDigest(digest crypto.Hash) Option {
	return func(c *config) {
		c.digest = digest
		c.require(digest == crypto.SHA256 || digest == crypto.SHA1, "WithJSAPIDigest: the digest must be crypto.SHA256 or crypto.SHA1")
	}
}

// JSAPISignature holds what a page passes to dd.config of the JSAPI, beside agentId, corpId and jsApiList. It encodes as
// JSON with the names of dd.config.
type JSAPISignature struct {
	TimeStamp string `json:"timeStamp"` // Unix time in seconds
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// SignJSAPI signs the address of a page that runs within DingTalk and uses functions of the JSAPI that need a signature.
// pageURL is the location.href of the page, as it is; what follows a # is left out. The ticket of the signature is
// cached, and renewed before it ends. WithJSAPIDigest sets the digest.
func (c *Client) SignJSAPI(ctx context.Context, pageURL string) (*JSAPISignature, error) {
	const op = "SignJSAPI"
	if ctx == nil {
		return nil, noContext(op)
	}
	address, err := signedURL(pageURL)
	if err != nil {
		return nil, &Error{Op: op, Err: err, class: ErrInvalidArgument}
	}
	ticket, err := c.tickets.Get(ctx)
	if err != nil {
		return nil, tokenFailure(ctx, op, err)
	}
	s := &JSAPISignature{TimeStamp: strconv.FormatInt(time.Now().Unix(), 10), NonceStr: rand.Text()}
	s.Signature = signJSAPI(c.digest, ticket.Value, s.NonceStr, s.TimeStamp, address)
	return s, nil
}

// signJSAPI returns the signature of an address that signedURL returned.
func signJSAPI(digest crypto.Hash, ticket, nonce, timestamp, address string) string {
	h := digest.New()
	_, _ = h.Write([]byte("jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + timestamp + "&url=" + address))
	return hex.EncodeToString(h.Sum(nil))
}

// signedURL returns the address of a page as it is signed: without the fragment, and with the query in plain text,
// because DingTalk percent-encodes it on some systems.
func signedURL(pageURL string) (string, error) {
	address, _, _ := strings.Cut(pageURL, "#")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", errors.New("the address of the page must be an absolute http or https URL")
	}
	address, query, found := strings.Cut(address, "?")
	if !found {
		return address, nil
	}
	query, err = url.PathUnescape(query) // a plus sign stays
	if err != nil {
		return "", errors.New("the query of the address is not percent-encoded")
	}
	return address + "?" + query, nil
}

// ticketSource obtains JSAPI tickets.
type ticketSource struct {
	client *Client

	mu     sync.Mutex
	ticket Secret    // the last one
	since  time.Time // when it was first obtained
}

func (s *ticketSource) Token(ctx context.Context) (Token, error) {
	res, err := obtain[GetJSAPITicketResponse](ctx, s.client, &contract.GetJSAPITicket, nil)
	if err != nil {
		return Token{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ticket != res.JSAPITicket {
		s.ticket, s.since = res.JSAPITicket, time.Now()
	}
	t := newToken(res.JSAPITicket.Reveal(), res.ExpireIn)
	if end := s.since.Add(contract.MaxTicketLife); end.Before(t.Expires) {
		t.Expires = end // it cannot be renewed beyond that
	}
	return t, nil
}

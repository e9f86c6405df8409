package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// callbackBudget is how long a receiver may take to respond.
const callbackBudget = 2500 * time.Millisecond

// maxAcknowledgment is the largest response of a receiver that is read.
const maxAcknowledgment = 64 << 10

// acknowledgment is the message that acknowledges one.
const acknowledgment = "success"

// errNotAcknowledged is the class of the errors of responses that are not the encrypted success.
var errNotAcknowledged = errors.New("the response is not the encrypted success")

// parcel is a message to be posted, and what is wrong with it.
type parcel struct {
	message        []byte
	wrongSignature bool
	wrongOwner     bool
	otherPadding   bool // to blocks of 16
}

// post posts a message once and checks the response. The caller must not hold the lock.
func (s *Server) post(ctx context.Context, cb *callback, p parcel) error {
	ctx, cancel := context.WithTimeout(ctx, callbackBudget)
	defer cancel()
	now, _ := s.Clock()
	r, err := cb.request(ctx, p, strconv.FormatInt(now.UnixMilli(), 10))
	if err != nil {
		return err
	}
	client := http.Client{
		Transport:     cb.transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(r)
	if err != nil {
		return withoutURL(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAcknowledgment))
	if err != nil {
		return withoutURL(err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: HTTP status %d", errNotAcknowledged, res.StatusCode)
	}
	if err := cb.checkResponse(body); err != nil {
		return fmt.Errorf("%w: %w", errNotAcknowledged, err)
	}
	return nil
}

// request returns the request with which a message is posted.
func (cb *callback) request(ctx context.Context, p parcel, timestamp string) (*http.Request, error) {
	c, blockSize := cb.seal, 32
	if p.wrongOwner {
		c.owner = "dingwrongowner0000"
	}
	if p.otherPadding {
		blockSize = 16
	}
	encrypted, nonce := c.encrypt(p.message, blockSize), hexText()[:8]
	signature := c.signature(timestamp, nonce, encrypted)
	if p.wrongSignature {
		signature = strings.Repeat("0", len(signature))
	}
	to, err := url.Parse(cb.URL)
	if err != nil {
		return nil, err
	}
	query := to.Query()
	for _, name := range cb.SignatureNames {
		query.Set(name, signature)
	}
	query.Set("timestamp", timestamp)
	query.Set("nonce", nonce)
	to.RawQuery = query.Encode()
	body := encode(map[string]string{"encrypt": encrypted})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// checkResponse checks that a response acknowledges a message.
func (cb *callback) checkResponse(body []byte) error {
	var fields struct {
		Signature string `json:"msg_signature"`
		Timestamp string `json:"timeStamp"` // in whatever case, as some pages have it
		Nonce     string `json:"nonce"`
		Encrypt   string `json:"encrypt"`
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return errors.New("it is not the JSON of an encrypted message")
	}
	if _, err := strconv.ParseInt(fields.Timestamp, 10, 64); err != nil {
		return errors.New("timeStamp is not a number in quotes")
	}
	if fields.Signature != cb.seal.signature(fields.Timestamp, fields.Nonce, fields.Encrypt) {
		return errors.New("msg_signature is wrong")
	}
	text, err := cb.seal.decrypt(fields.Encrypt)
	if err != nil {
		return err
	}
	if text != acknowledgment {
		return errors.New("the message is another text")
	}
	return nil
}

// transport returns how requests reach the receiver. Over the network each has a connection of its own.
func (cb *callback) transport() http.RoundTripper {
	if cb.Handler != nil {
		return handlerTransport{cb.Handler}
	}
	return &http.Transport{DisableKeepAlives: true}
}

// withoutURL returns the error of a request without its URL, which holds a signature.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

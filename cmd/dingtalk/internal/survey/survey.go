// Package survey finds out by read-only calls what DingTalk's documentation leaves open, for a bug report: the shapes, codes
// and texts of responses, without personal data.
package survey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// Config names the app to probe with.
type Config struct {
	ClientID, ClientSecret, BaseURL string
	Transport                       http.RoundTripper
	Version                         string // of the program, for the report
}

// Report is what was found out. It holds no name, number, mail address, ID of a user, department or organization, token
// or secret.
type Report struct {
	Version   string            `json:"version"`
	Day       string            `json:"day"`
	Region    string            `json:"region"` // of DingTalk, or "other"
	ClockSkew string            `json:"clock_skew"`
	Answers   map[string]string `json:"answers"` // by question
	Questions map[string]string `json:"questions"`
	Exchanges []exchange        `json:"exchanges"`
}

// Run asks all questions, one after another. After an error that every further call would meet, or the end of ctx, the
// remaining questions have no answer. It returns an error only for a wrong configuration.
func Run(ctx context.Context, c Config) (*Report, error) {
	rec := &recorder{base: c.Transport}
	for _, value := range []string{c.ClientID, c.ClientSecret} {
		rec.scrub.add(value)
	}
	p := &prober{config: c, rec: rec, http: &http.Client{Transport: rec}}
	var err error
	if p.client, err = p.newClient(c.ClientID, c.ClientSecret); err != nil {
		return nil, err
	}
	r := &Report{Version: c.Version, Day: time.Now().UTC().Format(time.DateOnly), Region: region(c.BaseURL), Answers: map[string]string{}, Questions: map[string]string{}}
	for _, q := range questions {
		if ctx.Err() != nil || p.stopped {
			break
		}
		rec.ask(q.name)
		r.Questions[q.name], r.Answers[q.name] = q.text, q.ask(ctx, p)
	}
	r.ClockSkew, r.Exchanges = rec.skew.String(), rec.exchanges
	for i := range r.Exchanges {
		for j, text := range r.Exchanges[i].Texts {
			r.Exchanges[i].Texts[j] = rec.scrub.clean(text)
		}
	}
	return r, nil
}

// Encode returns the report as JSON.
func (r *Report) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}

// prober asks questions.
type prober struct {
	config  Config
	rec     *recorder
	http    *http.Client
	client  *dingtalk.Client
	stopped bool
}

// newClient returns a client whose calls are recorded and never repeated.
func (p *prober) newClient(id, secret string, opts ...dingtalk.Option) (*dingtalk.Client, error) {
	return dingtalk.New(id, secret, append(opts, dingtalk.WithBaseURL(p.config.BaseURL), dingtalk.WithHTTPClient(p.http),
		dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}), dingtalk.WithMaxWait(time.Minute))...)
}

// outcome returns an error as an answer: its code, and whether the response had a request ID.
func (p *prober) outcome(err error) string {
	e, failed := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return "success"
	case !failed:
		return "another error"
	}
	p.stopped = p.stopped || advice.Blocked(err) && !errors.Is(err, dingtalk.ErrInvalidCredential) && !errors.Is(err, dingtalk.ErrInvalidToken)
	id := ", without a request ID"
	if e.RequestID != "" {
		id = ", with a request ID"
	}
	switch {
	case e.Reason != "" && codeName.MatchString(e.Reason):
		return statusText(e.HTTPStatus) + " " + e.Reason + id
	case e.Code != 0:
		return "errcode " + number(e.Code) + id
	case e.HTTPStatus != 0:
		return statusText(e.HTTPStatus)
	}
	return "no response"
}

// region returns the site of DingTalk that an address belongs to, or "other".
func region(baseURL string) string {
	switch strings.TrimSuffix(baseURL, "/") {
	case dingtalk.BaseURLInternational:
		return "international"
	case dingtalk.BaseURLChina:
		return "mainland China"
	}
	return "other"
}

// invented returns a value that the service cannot know.
func invented(kind string) string { return "no-" + kind + "-" + strings.ToLower(rand.Text()) }

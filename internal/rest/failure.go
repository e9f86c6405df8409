package rest

import "time"

// Kind describes what is known about a request whose documented response did not come.
type Kind int

const (
	Unsent           Kind = iota // nothing reached the service
	Unprocessed                  // the server has declared that it did not process the request
	Lost                         // the service may have handled the request; its response did not arrive, or not completely
	Malformed                    // the response is not the documented one; another attempt may return it
	WrongHost                    // the response is not the documented one and will not be: a redirect, or another site
	TransportRefused             // the transport refuses such requests
	Banned                       // the service's front end blocks this address or app, until RetryAfter has passed
	ForeignPage                  // an HTML page with status 200: the login page of a proxy or a network
	Throttled                    // HTTP 429
)

// Failure is the error of a request whose documented response did not come. Its text quotes neither URL nor body.
type Failure struct {
	Kind       Kind
	Status     int // 0 if there was no response
	RetryAfter time.Duration
	Err        error
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

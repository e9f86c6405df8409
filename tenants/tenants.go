package tenants

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Config is the configuration of Tenants. The zero Config suits an app that needs no ticket and runs in one process.
type Config struct {
	// Tickets stores the suite ticket of the app, with which the tokens of organizations are then obtained, and which GetAuthInfo
	// of Tenants.App needs. Nil: tokens are obtained without a ticket.
	Tickets dingtalk.TicketStore
	// TicketKeys encrypt the ticket: see dingtalk.WithTicketStore.
	TicketKeys []dingtalk.TokenKey
	// RateLimit holds the limits of the app: PerSecond for each organization and endpoint, PerAddress for all organizations
	// together. The zero RateLimit has the defaults of dingtalk.RateLimit. It is used unless Options have a limiter.
	RateLimit dingtalk.RateLimit
	// Idle is how long a client is kept that is neither asked for nor makes a call. Default 30 minutes.
	Idle time.Duration
	// Options apply to each client, such as dingtalk.WithBaseURL and dingtalk.WithTokenStore. All clients share one transport:
	// that of dingtalk.WithHTTPClient, or else one that New makes.
	Options []dingtalk.Option
	// Next receives the events that Tenants.Accept has dealt with, those of users and departments included, but none about an
	// authorization that is out of date. Nil: none.
	Next event.Acceptor
}

const defaultIdle = 30 * time.Minute

// Tenants keeps a client for each organization. New makes it. It is safe for concurrent use, and needs no closing.
type Tenants struct {
	clientID string
	secret   dingtalk.Secret
	options  []dingtalk.Option // of each client
	app      *dingtalk.Client  // for the app itself
	tickets  bool
	idle     time.Duration
	next     event.Acceptor

	mu             sync.Mutex
	tenants        map[string]*tenant        // by corp ID
	authorizations map[string]*authorization // by corp ID
	swept          time.Time                 // when idle clients were last dropped
}

// New returns the clients of the app with these credentials: the client ID, which is also called suite key, and the client
// secret, which is also called suite secret. It makes no call. The error matches ErrInvalidArgument, and is that of dingtalk.New
// or concerns Config.Idle.
func New(clientID, clientSecret string, cfg Config) (*Tenants, error) {
	options := append([]dingtalk.Option{dingtalk.WithLimiter(dingtalk.NewLimiter(cfg.RateLimit))}, cfg.Options...)
	if cfg.Tickets != nil {
		options = append(options, dingtalk.WithTicketStore(cfg.Tickets, cfg.TicketKeys...))
	}
	app, err := dingtalk.New(clientID, clientSecret, options...)
	if err != nil {
		return nil, err
	}
	if cfg.Idle < 0 {
		return nil, fail("New", dingtalk.ErrInvalidArgument, errors.New("Config.Idle is negative"))
	}
	return &Tenants{
		clientID: clientID, secret: dingtalk.NewSecret(clientSecret),
		options: append(options, dingtalk.WithHTTPClient(app.HTTPClient())),
		app:     app, tickets: cfg.Tickets != nil, idle: cmp.Or(cfg.Idle, defaultIdle), next: cfg.Next,
		tenants: map[string]*tenant{}, authorizations: map[string]*authorization{}, swept: time.Now(),
	}, nil
}

// corpIDPattern matches what can be the ID of an organization.
var corpIDPattern = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)

// Client returns the client of an organization, and creates it if necessary. It sends no request: whether the organization has
// authorized the app shows at the first call of the client. Ask for the client for each piece of work instead of keeping it.
//
// The error matches ErrPermission if within the last minute the organization has ended its authorization, or the service has
// refused a token for it because it has not authorized the app. So does the error of each call of a client that was returned
// before, also of one that was dropped. Later, or once an event says that the organization has authorized the app, the service
// is asked again.
func (t *Tenants) Client(corpID string) (*dingtalk.Client, error) {
	const op = "Client"
	if !corpIDPattern.MatchString(corpID) {
		return nil, fail(op, dingtalk.ErrInvalidArgument, errors.New("the corp ID is empty or malformed"))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.sweep(now)
	if err := t.refusalLocked(corpID, now); err != nil {
		return nil, &dingtalk.Error{Op: "tenants." + op, Err: err}
	}
	if known := t.tenants[corpID]; known != nil {
		known.use(now)
		return known.client, nil
	}
	made := &tenant{}
	made.use(now)
	options := append(slices.Clip(t.options), dingtalk.WithCorpToken(corpID), dingtalk.WithMiddleware(t.middleware(corpID, made)))
	client, err := dingtalk.New(t.clientID, t.secret.Reveal(), options...)
	if err != nil {
		return nil, err
	}
	made.client = client
	t.tenants[corpID] = made
	return client, nil
}

// sweep drops the clients that have been idle for long.
func (t *Tenants) sweep(now time.Time) {
	if now.Sub(t.swept) < t.idle/4 {
		return
	}
	t.swept = now
	for corpID, known := range t.tenants {
		if known.idleSince().Add(t.idle).Before(now) {
			delete(t.tenants, corpID)
		}
	}
	for corpID, known := range t.authorizations {
		if known.at.IsZero() && !now.Before(known.until) {
			delete(t.authorizations, corpID)
		}
	}
}

// Len returns the number of clients that are kept.
func (t *Tenants) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep(time.Now())
	return len(t.tenants)
}

// App returns the client of the app itself, for GetAuthInfo, GetSuiteAuthInfo and SaveSuiteTicket. It shares the connections and
// limits of the others. Use Client for calls that concern one organization.
func (t *Tenants) App() *dingtalk.Client { return t.app }

// Format keeps the secrets of Tenants from being printed.
func (t *Tenants) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "tenants.Tenants") }

// failure is the cause of an error of this package, and has the class of the error.
type failure struct {
	class error
	error
}

// Class returns the class of the error.
func (f *failure) Class() error { return f.class }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.error }

// fail returns the error of an operation.
func fail(op string, class, cause error) *dingtalk.Error {
	return &dingtalk.Error{Op: "tenants." + op, Err: &failure{class, cause}}
}

package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Option changes the behavior of a server.
type Option func(*config)

type config struct {
	clientID, clientSecret string
	ssoSecret              string
	redirectURIs           []string // nil: any
	stableRefresh          bool
	others                 []otherOrganization
	authInfo               OrgAuthInfo
	inviteInfo             InviteInfo

	clock          func() time.Time
	latency        time.Duration
	seed           uint64
	basePath       string
	tokenLifetime  time.Duration
	rotate         bool
	credentialCode int

	settings
	sliding bool
	strict  bool

	unknownUserCode int
	withoutHR       bool
	withoutContacts bool
	withoutHolder   bool
	customFields    []string // nil: any

	eventTypes        []string // nil: all
	withoutOwnEvents  bool
	withoutMoveEvents bool
	readLag           time.Duration
	stream            streamConfig

	sample  directory.Sample
	console func(*Server) http.Handler // nil: none
	signIn  func(*Server) SignInPages  // nil: none
}

func newConfig() config {
	return config{
		clientID:        "ding" + strings.ToLower(rand.Text())[:16],
		clientSecret:    rand.Text() + rand.Text(),
		ssoSecret:       rand.Text() + rand.Text(),
		clock:           time.Now,
		tokenLifetime:   7200 * time.Second,
		credentialCode:  40096,
		unknownUserCode: 60121,
		stream:          newStreamConfig(),
		settings:        settings{access: access{scope: directory.WholeOrganization()}},
	}
}

// WithCredentials sets the app's identifier and secret. Without it they are random.
func WithCredentials(clientID, clientSecret string) Option {
	return func(c *config) { c.clientID, c.clientSecret = clientID, clientSecret }
}

// WithClock sets the server's clock. Advance adds to it; delays use the runtime's timers all the same.
func WithClock(now func() time.Time) Option { return func(c *config) { c.clock = now } }

// WithLatency delays every response by d after the work is done.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithJitter delays each call on its way to the server and each response on its way back. Both delays together are drawn
// between least and most and divided at random. Until a call arrives, it counts for no limit. The seed fixes the delays
// of the first call, the second and so on. The latency of WithLatency is added.
func WithJitter(least, most time.Duration, seed uint64) Option {
	return func(c *config) { c.minDelay, c.maxDelay, c.seed = least, most, seed }
}

// WithBasePath serves below a path, as behind a proxy: "/dingtalk".
func WithBasePath(path string) Option {
	return func(c *config) { c.basePath = strings.TrimRight(path, "/") }
}

// WithTokenLifetime sets how long a token lives after it was fetched last.
func WithTokenLifetime(d time.Duration) Option { return func(c *config) { c.tokenLifetime = d } }

// WithTokenRotation makes every fetch return a new token, which ends the previous one.
func WithTokenRotation() Option { return func(c *config) { c.rotate = true } }

// WithCredentialCode sets the code that gettoken has for wrong credentials: 40096, the default, or 40089.
func WithCredentialCode(code int) Option { return func(c *config) { c.credentialCode = code } }

// WithQPS limits the calls of each operation to n per second of the clock.
func WithQPS(n int) Option { return func(c *config) { c.qps = n } }

// WithAddressLimit limits the calls of each address in 20 seconds of the clock, over all operations and refused calls as
// well. Beyond the limit the address gets the response of BanJSON for five minutes, whether or not it calls again.
// The service's own limit is 10,000.
func WithAddressLimit(calls int) Option { return func(c *config) { c.addressLimit = calls } }

// WithSlidingWindow makes the limits of WithQPS and WithAddressLimit hold for any period of that length, not only for the
// periods of the clock.
func WithSlidingWindow() Option { return func(c *config) { c.sliding = true } }

// Strict refuses all forms that the service accepts without documenting them: undocumented fields, scalars in quotes,
// arrays for comma lists, objects for JSON text, null, form bodies, reads by GET.
func Strict() Option { return func(c *config) { c.strict = true } }

// WithoutScope takes permission points such as qyapi_get_member from the app.
func WithoutScope(points ...string) Option {
	return func(c *config) { c.withoutScopes = append(c.withoutScopes, points...) }
}

// WithContactScope limits what the app may see to these departments, with all departments below them, and these people.
// No other department or person may be read or written. Without the option the app may see everything. Departments and
// people may be added later.
func WithContactScope(departments []int64, users []string) Option {
	return func(c *config) {
		c.scope = directory.NewScope(departments, users)
	}
}

// WithAllowedIPs refuses calls from any other address. Calls in memory come from 127.0.0.1.
func WithAllowedIPs(ips ...string) Option {
	return func(c *config) { c.allowedIPs = append(c.allowedIPs, ips...) }
}

// WithoutMobileField takes the field permission for mobile numbers from the app: responses hold neither mobile nor
// state_code.
func WithoutMobileField() Option { return func(c *config) { c.withoutMobile = true } }

// WithoutPersonalInfo takes the field permission for mail and other personal information from the app: responses hold
// neither email, work_place, remark, extension nor extension_i18n.
func WithoutPersonalInfo() Option { return func(c *config) { c.withoutPersonal = true } }

// WithUnknownUserCode sets the code for a userid that does not exist: 60121, the default and seen live, or 33012, the
// documented one.
func WithUnknownUserCode(code int) Option { return func(c *config) { c.unknownUserCode = code } }

// WithoutHolderUserID omits the holder's userid from the refusal of a taken mobile number.
func WithoutHolderUserID() Option { return func(c *config) { c.withoutHolder = true } }

// WithoutSmartHR makes the server an organization that has not opened the Smart HR app.
func WithoutSmartHR() Option { return func(c *config) { c.withoutHR = true } }

// WithoutExternalContacts makes the server an organization that has not enabled external contacts.
func WithoutExternalContacts() Option { return func(c *config) { c.withoutContacts = true } }

// WithSSOSecret sets the secret of GetSSOToken. Without it it is random.
func WithSSOSecret(secret string) Option { return func(c *config) { c.ssoSecret = secret } }

// WithRedirectURIs registers the addresses that the login page may redirect to. Each is compared to the letter. Without
// the option the page redirects to any address.
func WithRedirectURIs(uris ...string) Option {
	return func(c *config) { c.redirectURIs = append(append([]string{}, c.redirectURIs...), uris...) }
}

// WithStableRefreshToken makes a refresh return the same tokens, renewed, while they live, as the documentation says.
// Without the option a refresh token is spent by its use.
func WithStableRefreshToken() Option { return func(c *config) { c.stableRefresh = true } }

// WithConsole serves the pages of a console on real connections, at /console/ below the base path.
func WithConsole(newConsole func(*Server) http.Handler) Option {
	return func(c *config) { c.console = newConsole }
}

// WithCustomFields names the custom fields that exist. An extension with another key is refused. Without the option every
// key is accepted.
func WithCustomFields(names ...string) Option {
	return func(c *config) { c.customFields = append(append([]string{}, c.customFields...), names...) }
}

// WithSampleOrg fills the organization with invented departments below the root and invented people. The same arguments
// give the same organization, byte for byte, on every run and machine. Another seed gives another one. More people do
// not change the departments.
//
// The sample is as awkward as organizations are. It has up to seven levels of departments, some of them hidden, outer,
// crowded or empty. The names of departments and people are Chinese, Latin and unusual: with HTML, emoji, letters from
// right to left, or as long as is allowed. One person in twelve is in several departments, and the boss, who is the main
// administrator, is in ten if there are that many. Some people are in the root itself, some are inactive, and some have
// only a name, a number and a department. Default orders are beyond 2^53. Roles come from groups besides the default
// one. A few dozen departments and people are enough for one of each kind, and a thousand people for a department of
// more than one page. No logins are recorded.
//
// A sample of 10 people or more also has leave records: of five people who left within 30 days before the server was made,
// one of whom has returned, and of one in 20 within a year. Their times follow the server's clock, and are the only
// part of the sample that differs from run to run.
//
// People who are added later do not collide: the mobile numbers begin with 199, apart from foreign ones, and mail
// addresses and userids are generated or numbered. The custom fields "Hobby", "T恤尺码" and "Profile" exist in addition
// to those of WithCustomFields. The IDs for WithContactScope are those of a server made without that option.
//
// At most 50,000 departments and 500,000 people are generated, and other numbers are refused: the organization is held in
// memory, where a person takes 1.5 KiB and a department 0.5 KiB.
func WithSampleOrg(departments, users int, seed uint64) Option {
	return func(c *config) { c.sample = directory.Sample{Departments: departments, Users: users, Seed: seed} }
}

// check refuses a configuration that cannot be.
func (c *config) check() error {
	switch {
	case c.clientID == "" || c.clientSecret == "" || c.ssoSecret == "":
		return fmt.Errorf("the client ID and the secrets must not be empty")
	case c.clock == nil:
		return fmt.Errorf("the clock must not be nil")
	case c.latency < 0 || c.readLag < 0:
		return fmt.Errorf("the latency must not be negative: %v", min(c.latency, c.readLag))
	case c.tokenLifetime < time.Second:
		return fmt.Errorf("a token must live for a second at least: %v", c.tokenLifetime)
	case c.basePath != "" && !strings.HasPrefix(c.basePath, "/"):
		return fmt.Errorf("the base path must begin with a slash: %q", c.basePath)
	case c.credentialCode == 0 || c.unknownUserCode == 0:
		return fmt.Errorf("a refusal needs a code other than 0")
	}
	if err := c.sample.Check(); err != nil {
		return err
	}
	if err := c.settings.check(); err != nil {
		return err
	}
	if err := c.stream.check(); err != nil {
		return err
	}
	for _, ip := range c.allowedIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			return err
		}
	}
	return nil
}

// hexText returns 32 random hexadecimal digits.
func hexText() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

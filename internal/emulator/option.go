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

// Option changes how a server behaves.
type Option func(*config)

type config struct {
	clientID, clientSecret string

	clock          func() time.Time
	latency        time.Duration
	least, most    time.Duration // on the way
	seed           uint64
	basePath       string
	tokenLifetime  time.Duration
	rotate         bool
	credentialCode int

	qps          int
	sliding      bool
	addressLimit int

	strict          bool
	withoutScopes   []string
	scope           directory.Scope
	allowedIPs      []string
	withoutMobile   bool
	withoutPersonal bool

	unknownUserCode int
	withoutHolder   bool
	customFields    []string // nil: any

	sample  directory.Sample
	console func(*Server) http.Handler // nil: none
}

func newConfig() config {
	return config{
		clientID:        "ding" + strings.ToLower(rand.Text())[:16],
		clientSecret:    rand.Text() + rand.Text(),
		clock:           time.Now,
		tokenLifetime:   7200 * time.Second,
		credentialCode:  40096,
		unknownUserCode: 60121,
		scope:           directory.WholeOrganization(),
	}
}

// WithCredentials sets the app's identifier and secret. Without it they are random.
func WithCredentials(clientID, clientSecret string) Option {
	return func(c *config) { c.clientID, c.clientSecret = clientID, clientSecret }
}

// WithClock sets the server's clock. Advance adds to it; delays use the runtime's timers all the same.
func WithClock(now func() time.Time) Option { return func(c *config) { c.clock = now } }

// WithLatency holds every answer back for d after the work is done.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithJitter makes the ways to the server and back take between least and most together, at random, divided at
// random: a call is not there, and counts for no limit, before its way there is over. The seed fixes what is drawn
// for the first call, the second and so on. It comes on top of WithLatency.
func WithJitter(least, most time.Duration, seed uint64) Option {
	return func(c *config) { c.least, c.most, c.seed = least, most, seed }
}

// WithBasePath serves below a path, as behind a proxy: "/dingtalk".
func WithBasePath(path string) Option {
	return func(c *config) { c.basePath = strings.TrimRight(path, "/") }
}

// WithTokenLifetime sets how long a token lives without being asked for again.
func WithTokenLifetime(d time.Duration) Option { return func(c *config) { c.tokenLifetime = d } }

// WithTokenRotation makes every fetch give a new token, which ends the one before.
func WithTokenRotation() Option { return func(c *config) { c.rotate = true } }

// WithCredentialCode sets the code that gettoken has for wrong credentials: 40096, the default, or 40089.
func WithCredentialCode(code int) Option { return func(c *config) { c.credentialCode = code } }

// WithQPS limits the calls of each operation to n per second of the clock.
func WithQPS(n int) Option { return func(c *config) { c.qps = n } }

// WithAddressLimit limits the calls of each address to so many in 20 seconds of the clock, over all operations and
// refused ones as well. One more, and the address gets the answer of Punished for five minutes, whether or not it
// calls meanwhile. The service's own limit is 10,000.
func WithAddressLimit(calls int) Option { return func(c *config) { c.addressLimit = calls } }

// WithSlidingWindow makes the limits of WithQPS and WithAddressLimit hold for any period of that length instead.
func WithSlidingWindow() Option { return func(c *config) { c.sliding = true } }

// Strict refuses what the service is only liberal about: undocumented fields, scalars in quotes, arrays
// for comma lists, objects for JSON text, null, form bodies, reads by GET.
func Strict() Option { return func(c *config) { c.strict = true } }

// WithoutScope takes permission points such as qyapi_get_member from the app.
func WithoutScope(points ...string) Option {
	return func(c *config) { c.withoutScopes = append(c.withoutScopes, points...) }
}

// WithContactScope limits what the app may see to these departments, with all that is below them, and these
// people; nobody else and no other department may be read or written. Without the option it is everything.
// Departments and people may be added later.
func WithContactScope(departments []int64, users []string) Option {
	return func(c *config) {
		c.scope = directory.NewScope(departments, users)
	}
}

// WithAllowedIPs refuses calls from any other address. Calls in memory come from 127.0.0.1.
func WithAllowedIPs(ips ...string) Option {
	return func(c *config) { c.allowedIPs = append(c.allowedIPs, ips...) }
}

// WithoutMobileField takes the field permission for mobile numbers from the app: answers hold neither
// mobile nor state_code.
func WithoutMobileField() Option { return func(c *config) { c.withoutMobile = true } }

// WithoutPersonalInfo takes the field permission for mail and other personal information from the app:
// answers hold neither email, work_place, remark, extension nor extension_i18n.
func WithoutPersonalInfo() Option { return func(c *config) { c.withoutPersonal = true } }

// WithUnknownUserCode sets the code for a userid that nobody has: 60121, the default and seen live, or
// 33012, the documented one.
func WithUnknownUserCode(code int) Option { return func(c *config) { c.unknownUserCode = code } }

// WithoutHolderUserID leaves the holder's userid out of the refusal of a taken mobile number.
func WithoutHolderUserID() Option { return func(c *config) { c.withoutHolder = true } }

// WithConsole serves the pages that newConsole makes on real connections, at /console/ below the base path.
func WithConsole(newConsole func(*Server) http.Handler) Option {
	return func(c *config) { c.console = newConsole }
}

// WithCustomFields names the custom fields that exist; an extension with any other key is refused.
// Without the option every key is taken.
func WithCustomFields(names ...string) Option {
	return func(c *config) { c.customFields = append(append([]string{}, c.customFields...), names...) }
}

// WithSampleOrg fills the organisation with that many departments below the root and that many people, all of
// them invented. The same arguments make the same organisation, byte for byte, on every run and machine, and
// another seed makes another one; more people do not make other departments.
//
// It is awkward where organisations are. There are up to seven levels of departments, some of which are hidden,
// outer, crowded or empty, and the names of departments and people are Chinese, Latin and odd: with HTML, emoji,
// letters from right to left, or as long as they may be. One person in twelve is in several departments, and the
// boss, who is the main administrator, is in ten if there are so many. Some people are in the root itself, some
// are inactive, and some have nothing but a name, a number and a department. Default orders are beyond 2^53. Roles
// are given from groups beside the default one. It takes a few dozen of both for each of these to be there, and a
// thousand people for a department of more than a page. Nobody is known to have logged in.
//
// What is added later fits in: the mobile numbers begin with 199, apart from foreign ones, and mail addresses and
// userids are generated or numbered. The custom fields "Hobby", "T恤尺码" and "Profile" exist in addition to those
// of WithCustomFields. The IDs for WithContactScope are those of a server made without it.
//
// No such organisation can be made of a number below 0.
func WithSampleOrg(departments, users int, seed uint64) Option {
	return func(c *config) { c.sample = directory.Sample{Departments: departments, Users: users, Seed: seed} }
}

func (c *config) check() error {
	switch {
	case c.clientID == "" || c.clientSecret == "":
		return fmt.Errorf("the client ID and secret must not be empty")
	case c.clock == nil:
		return fmt.Errorf("the clock must not be nil")
	case c.latency < 0:
		return fmt.Errorf("the latency must not be negative: %v", c.latency)
	case c.least < 0 || c.most < c.least:
		return fmt.Errorf("the jitter must go from less to more: %v, %v", c.least, c.most)
	case c.qps < 0 || c.addressLimit < 0:
		return fmt.Errorf("a limit must not be negative: %d, %d", c.qps, c.addressLimit)
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
	for _, id := range c.scope.Departments {
		if id <= 0 {
			return fmt.Errorf("no department has the ID %d", id)
		}
	}
	known := scopes()
	for _, point := range c.withoutScopes {
		if !known[point] {
			return fmt.Errorf("no endpoint needs the permission point %q", point)
		}
	}
	for _, ip := range c.allowedIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			return err
		}
	}
	return nil
}

// hexText is n random bytes in hexadecimal.
func hexText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

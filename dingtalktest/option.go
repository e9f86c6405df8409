package dingtalktest

import (
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/console"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Option changes how a server behaves.
type Option func(*settings)

// settings holds what the options of a server set.
type settings struct{ options []emulator.Option }

// option returns an Option that sets an option of the emulator.
func option(o emulator.Option) Option {
	return func(s *settings) { s.options = append(s.options, o) }
}

func emulatorOptions(opts []Option) []emulator.Option {
	var s settings
	for _, opt := range opts {
		opt(&s)
	}
	return s.options
}

// WithCredentials sets the app's identifier and secret. Without it they are random.
func WithCredentials(clientID, clientSecret string) Option {
	return option(emulator.WithCredentials(clientID, clientSecret))
}

// WithClock sets the server's clock. Advance adds to it; delays use the runtime's timers all the same.
func WithClock(now func() time.Time) Option { return option(emulator.WithClock(now)) }

// WithLatency holds every answer back for d after the work is done.
func WithLatency(d time.Duration) Option { return option(emulator.WithLatency(d)) }

// WithJitter makes the ways to the server and back take between least and most together, at random, divided at
// random: a call is not there, and counts for no limit, before its way there is over. The seed fixes what is drawn
// for the first call, the second and so on. It comes on top of WithLatency.
func WithJitter(least, most time.Duration, seed uint64) Option {
	return option(emulator.WithJitter(least, most, seed))
}

// WithBasePath serves below a path, as behind a proxy: "/dingtalk".
func WithBasePath(path string) Option { return option(emulator.WithBasePath(path)) }

// WithConsole serves a web console on real connections, at /console/ below the base path: the organisation, the page
// of each person beside the JSON that the API answers about them, the calls as they arrive, and controls. It is for
// whoever wants to look at what a program does. What is in memory alone, as Client and Transport are, has none.
//
// It shows no secrets, asks for no password and refuses what pages of other sites send, so leave it on the loopback
// interface unless everybody who reaches the port may see and change everything. There it answers to the names of the
// interface alone, localhost and its addresses, and behind a proxy to no other; elsewhere it answers to every name.
func WithConsole() Option {
	return option(emulator.WithConsole(func(e *emulator.Server) http.Handler { return console.New(e, e.BasePath()) }))
}

// WithTokenLifetime sets how long a token lives without being asked for again.
func WithTokenLifetime(d time.Duration) Option { return option(emulator.WithTokenLifetime(d)) }

// WithTokenRotation makes every fetch give a new token, which ends the one before.
func WithTokenRotation() Option { return option(emulator.WithTokenRotation()) }

// WithCredentialCode sets the code that gettoken has for wrong credentials: 40096, the default, or 40089.
func WithCredentialCode(code int) Option { return option(emulator.WithCredentialCode(code)) }

// WithQPS limits the calls of each operation to n per second of the clock.
func WithQPS(n int) Option { return option(emulator.WithQPS(n)) }

// WithAddressLimit limits the calls of each address to so many in 20 seconds of the clock, over all operations and
// refused ones as well. One more, and the address gets the answer of Punished for five minutes, whether or not it
// calls meanwhile. The service's own limit is 10,000.
func WithAddressLimit(calls int) Option { return option(emulator.WithAddressLimit(calls)) }

// WithSlidingWindow makes the limits of WithQPS and WithAddressLimit hold for any period of that length instead.
func WithSlidingWindow() Option { return option(emulator.WithSlidingWindow()) }

// Strict refuses what the service is only liberal about: undocumented fields, scalars in quotes, arrays
// for comma lists, objects for JSON text, null, form bodies, reads by GET.
func Strict() Option { return option(emulator.Strict()) }

// WithoutScope takes permission points such as qyapi_get_member from the app.
func WithoutScope(points ...string) Option { return option(emulator.WithoutScope(points...)) }

// WithContactScope limits what the app may see to these departments, with all that is below them, and these
// people; nobody else and no other department may be read or written. Without the option it is everything.
// Departments and people may be added later.
func WithContactScope(departments []int64, users []string) Option {
	return option(emulator.WithContactScope(departments, users))
}

// WithAllowedIPs refuses calls from any other address. Calls in memory come from 127.0.0.1.
func WithAllowedIPs(ips ...string) Option { return option(emulator.WithAllowedIPs(ips...)) }

// WithoutMobileField takes the field permission for mobile numbers from the app: answers hold neither
// mobile nor state_code.
func WithoutMobileField() Option { return option(emulator.WithoutMobileField()) }

// WithoutPersonalInfo takes the field permission for mail and other personal information from the app:
// answers hold neither email, work_place, remark, extension nor extension_i18n.
func WithoutPersonalInfo() Option { return option(emulator.WithoutPersonalInfo()) }

// WithUnknownUserCode sets the code for a userid that nobody has: 60121, the default and seen live, or
// 33012, the documented one.
func WithUnknownUserCode(code int) Option { return option(emulator.WithUnknownUserCode(code)) }

// WithoutHolderUserID leaves the holder's userid out of the refusal of a taken mobile number.
func WithoutHolderUserID() Option { return option(emulator.WithoutHolderUserID()) }

// WithCustomFields names the custom fields that exist; an extension with any other key is refused.
// Without the option every key is taken.
func WithCustomFields(names ...string) Option { return option(emulator.WithCustomFields(names...)) }

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
	return option(emulator.WithSampleOrg(departments, users, seed))
}
